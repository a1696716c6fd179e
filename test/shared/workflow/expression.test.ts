import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../shared/json.ts';
import { evaluate, references, resolveTemplate, SecretHandle } from '../../../shared/workflow/expression.ts';
import { LINEAR, toGrow } from '../../fakes/growth.ts';

const VALUES: JsonObject = {
  inputs: { n: 83, half: 0.5, list: [1, 2, 3], s: 'abc', nothing: null, o: { a: 1, 'b-c': 2 } },
  steps: {
    build: { status: 'completed', output: { ok: true, coverage: 83, files: [{ path: 'a', size: 2 }] } },
    lint: { status: 'failed' },
  },
  run: { started_at: '2026-01-01T00:00:00.000Z' },
};
const failing = (text: string, values: JsonObject = VALUES): { code: string; column?: number } => {
  try {
    evaluate(text, values);
  } catch (error) {
    const { failure } = error as { failure: { code: string; data?: { column: number } } };
    return { code: failure.code, ...failure.data };
  }
  throw new Error(`${text} has a value`);
};

describe('the value of an expression', () => {
  it.each<[string, Json]>([
    ['steps.build.output.coverage >= 80.0', true],
    ['steps.build.output.coverage >= 80', true],
    ['inputs.n == 83 && 83 == inputs.n && inputs.n != 84', true],
    ['inputs.n in [82, 83]', true],
    ['2 in inputs.list', true],
    ['inputs.list == [1, 2, 3]', true],
    ['inputs.n + 1', 84],
    ['inputs.n / 2', 41.5],
    ['7 / 2', 3],
    ['inputs.list[inputs.list.size() - 1]', 3],
    ['inputs.list[inputs.n - 82.0]', 2],
    ['inputs.half < 1', true],
    ['size(inputs.s) == 3', true],
    ['inputs.nothing == null', true],
    ['inputs.o["b-c"]', 2],
    ['has(steps.lint.output) && steps.lint.output.ok', false],
    ['steps.build.output.files.map(f, f.path)', ['a']],
    ['inputs.list.filter(x, x > 1).exists(x, x == 3)', true],
    ['{"a": {"b": inputs.n}}', { a: { b: 83 } }],
    ['"" + string(inputs.n)', '83'],
    ['timestamp(run.started_at) + duration("7d")', '2026-01-08T00:00:00.000Z'],
    ['duration("1d12h") == duration("36h")', true],
    ['duration("0.5d")', '43200s'],
    ['string(timestamp(run.started_at))', '2026-01-01T00:00:00.000Z'],
    ['inputs.s.matches("^a.c$")', true],
    ['["x", "abc"].all(t, t.matches("(?i)ABC|x"))', true],
    ['inputs.s // the end\n .matches("c")', true],
    ['uint(3)', 3],
    ['null', null],
  ])('%s is %j [core.language.expressions]', (text, value) => {
    expect(evaluate(text, VALUES)).toEqual(value);
  });

  it.each([
    ['inputs.', 'expression.syntax', 7],
    ['', 'expression.syntax', 0],
    ['inputs.n = 83', 'expression.syntax', 9],
    ['inputs.missing', 'expression.failed', 7],
    ['steps.lint.output.ok', 'expression.failed', 11],
    ['inputs.n > "a"', 'expression.failed', 0],
    ['1 / 0', 'expression.failed', 0],
    ['timestamp("soon")', 'expression.failed', 0],
    ['duration("5 weeks")', 'expression.failed', 0],
    ['inputs.s.matches("(a")', 'expression.failed', 0],
    ['inputs.s.matches("(?=a)")', 'expression.failed', 0],
  ])('%j has none: %s at %d [core.language.expressions]', (text, code, column) => {
    expect(failing(text)).toEqual({ code, column });
  });

  it.each([
    ['a number without end', 'inputs.n / 0.0'],
    ['a number that is not exact', '9007199254740993'],
    ['bytes', 'b"abc"'],
    ['a type', 'type(1)'],
  ])('is no JSON and is refused: %s', (_what, text) => {
    expect(failing(text).code).toBe('expression.failed');
  });

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
    'is found among what was given, never on our own objects: %s [core.language.expressions]',
    (name) => {
      for (const object of ['inputs', 'inputs.list', 'inputs.s', 'steps.build']) {
        expect(failing(`${object}.${name}`).code).toBe('expression.failed');
        expect(failing(`${object}["${name}"]`).code).toBe('expression.failed');
      }
      expect(evaluate(`has(inputs.${name})`, VALUES)).toBe(false);
    },
  );

  it('is JSON that was given, unchanged [core.language.expressions]', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const given = JSON.parse(
          JSON.stringify(value, (_key, item: unknown) => (Object.is(item, -0) ? 0 : item)),
        ) as Json;
        const whole = JSON.stringify(given, (key, item: unknown) =>
          ['__proto__', 'constructor', 'prototype'].includes(key) ? undefined : item,
        );
        const clean = JSON.parse(whole) as Json;
        expect(evaluate('inputs.value', { inputs: { value: clean } })).toEqual(clean);
      }),
    );
  });
});

describe('what an expression may cost', () => {
  it('is no more than linear for a pattern, however catastrophic [core.language.regex]', () => {
    const pattern = '^(([a-z])+.)+[A-Z]([a-z])+$';
    for (const text of [
      'inputs.text.matches("^(a+)+$")',
      'inputs.text.matches("(a|aa)+$")',
      'inputs.text.matches(inputs.pattern)',
    ]) {
      const match = (size: number): void => {
        expect(evaluate(text, { inputs: { text: `${'a'.repeat(size)}!`, pattern } })).toBe(false);
      };
      expect(toGrow(5_000, match), text).toBeLessThan(LINEAR);
    }
  });

  it.each([
    'inputs.text.matches("^(a+)+$")',
    '[inputs.text].exists(t, t.matches("^(a+)+$"))',
    '[inputs.text].map(t, t.matches("^(a+)+$"), t) == [1]',
    'true ? inputs.text.matches("^(a+)+$") : false',
    '{"a": inputs.text.matches("^(a+)+$")}.a',
    '[inputs.text.matches("^(a+)+$")][0]',
    'inputs.text // matches\n.matches("^(a+)+$")',
    'string(inputs.text).matches("^(a+)+$")',
  ])('is linear wherever matches() stands: %s [core.language.regex]', (text) => {
    // A backtracking engine would take longer than the universe has been there.
    expect(evaluate(text, { inputs: { text: `${'a'.repeat(200)}!` } })).toBe(false);
  });

  it('is capped in length, in nesting, and in the sizes of texts, patterns and durations [core.language.expressions]', () => {
    expect(failing('1'.padStart(5_000)).code).toBe('expression.limit');
    expect(failing(`${'('.repeat(100)}1${')'.repeat(100)}`).code).toBe('expression.syntax');
    expect(failing(Array.from({ length: 1_500 }, () => '1').join('+')).code).toBe('expression.syntax');
    expect(failing('inputs.t.matches("a")', { inputs: { t: 'a'.repeat(1_000_001) } }).code).toBe('expression.limit');
    expect(failing('"a".matches(inputs.p)', { inputs: { p: 'a'.repeat(1_001) } }).code).toBe('expression.limit');
    expect(failing('duration(inputs.t)', { inputs: { t: '1'.repeat(101) } }).code).toBe('expression.limit');
  });

  it.each([
    'inputs.list.all(a, inputs.list.all(b, a == b || true))',
    'inputs.list.map(a, inputs.list)',
    'inputs.list.exists(a, a in inputs.list && false)',
    'inputs.list.map(a, inputs.text)',
    '[1, 2, 3].all(x, [1, 2, 3].all(y, inputs.list.all(a, inputs.list.all(b, true))))',
    'inputs.nested.all(a, a.all(b, a.all(c, true)))',
    `inputs.list${'.map(x, x)'.repeat(50)}.all(a, inputs.list.all(b, true))`,
  ])('is capped for loops over long lists: %s [core.language.expressions]', (text) => {
    const list = Array.from({ length: 30_000 }, (_, index) => index);
    const nested = Array.from({ length: 1_000 }, () => list.slice(0, 1_000));
    expect(failing(text, { inputs: { list, nested, text: 'x'.repeat(1_000_000) } }).code).toBe('expression.limit');
  });

  it.each([
    ['maps', '.map(x, x)', 50],
    ['maps that bind other names', '.map(x, x).map(y, y)', 25],
    ['filters', '.filter(x, x >= 0)', 50],
    ['lists of lists', '.map(x, [x][0])', 50],
  ])('is counted once for each of a chain of %s [core.language.expressions]', (_what, link, links) => {
    const list = Array.from({ length: 1_000 }, (_, index) => index);
    expect(evaluate(`inputs.list${link.repeat(links)}.size()`, { inputs: { list } })).toBe(1_000);
    expect(failing(`inputs.list${link.repeat(100)}`, { inputs: { list } }).code).toBe('expression.syntax');
  });

  it.each<[string, (size: number, salt: string) => string]>([
    ['a long condition', (size, salt) => `${'has(a.b)&&'.repeat(size)}has(a.${salt})`],
    ['a chain of loops', (size, salt) => `inputs.list${`.map(x,x)`.repeat(size / 8)} == ["${salt}"]`],
    ['loops in loops', (size, salt) => `${'[1].all(x,'.repeat(size / 16)}"${salt}"==""${')'.repeat(size / 16)}`],
    ['names after a call', (size, salt) => `string("${salt}")${'.a'.repeat(size / 8)}`],
    ['choices', (size, salt) => `${'has(a.b)?a.b:'.repeat(size / 8)}"${salt}"`],
  ])('takes time in proportion to the expression: %s', (_what, make) => {
    let salt = 0;
    const read = (size: number): void => {
      for (let n = 0; n < 30; n += 1) {
        const text = make(size, `s${(salt += 1)}`);
        references(text);
        expect(() => evaluate(text, { inputs: { list: [1] } })).not.toThrow(RangeError);
      }
    };
    expect(toGrow(40, (size) => read(size))).toBeLessThan(LINEAR);
  });

  it('is bounded for looking at long lists, too', () => {
    const list = Array.from({ length: 400_000 }, (_, index) => [index]);
    const text = Array.from({ length: 150 }, (_, index) => `inputs.list[${index}][0] >= 0`).join(' && ');
    expect(failing(`[1].all(x, ${text})`, { inputs: { list } }).code).toBe('expression.limit');
  });

  it.each([
    ['inputs.list.all(a, a >= 0)', true],
    ['inputs.list.filter(a, a < inputs.most).size() == 10', true],
    ['inputs.groups.all(g, g.items.all(i, i < 1000))', true],
    ['inputs.few.all(a, inputs.few.exists(b, a == b))', true],
  ])('allows what is sensible: %s [core.language.expressions]', (text, value) => {
    const list = Array.from({ length: 30_000 }, (_, index) => index);
    const groups = Array.from({ length: 1_000 }, () => ({ items: list.slice(0, 100) }));
    expect(evaluate(text, { inputs: { list, groups, few: list.slice(0, 500), most: 10 } })).toBe(value);
  });
});

describe('settings with expressions', () => {
  const resolve = (setting: Json): unknown => resolveTemplate(setting, () => VALUES);

  it('keep their type when they are one expression [core.language.expressions]', () => {
    expect(resolve('${{ inputs.n }}')).toBe(83);
    expect(resolve('  ${{inputs.list}}\n')).toEqual([1, 2, 3]);
    expect(resolve({ a: ['${{ steps.build.output }}'], b: 5 })).toEqual({
      a: [{ ok: true, coverage: 83, files: [{ path: 'a', size: 2 }] }],
      b: 5,
    });
  });

  it('are texts otherwise [core.language.expressions]', () => {
    expect(resolve('v${{ inputs.n }}.${{ inputs.half }}')).toBe('v83.0.5');
    expect(resolve('${{ inputs.list }} and ${{ inputs.nothing }}')).toBe('[1,2,3] and null');
    expect(resolve('$100 and {{ this }}')).toBe('$100 and {{ this }}');
  });

  it('end an expression where it ends, not at the first braces [core.language.expressions]', () => {
    expect(resolve('${{ {"a": {"b": 1}} }}')).toEqual({ a: { b: 1 } });
    expect(resolve("${{ '}}' }}")).toBe('}}');
    expect(resolve('a ${{ "\\"}}" }} b')).toBe('a "}} b');
    expect(resolve('${{ r"\\d\\"}}" }}${{ """}}\'""" }}')).toBe('\\d\\"}}}}\'');
    expect(resolve("${{ '${{ x }}' }}")).toBe('${{ x }}');
  });

  it.each(['${{ inputs.n', 'a ${{ "b }}', '${{ {1: 2 }}'])(
    'are refused when an expression never ends: %s',
    (setting) => {
      expect(() => resolve(setting)).toThrow(expect.objectContaining({ code: 'expression.unclosed' }));
    },
  );

  it('never run code that values bring along [core.language.expressions]', () => {
    const values = { inputs: { evil: '${{ run.title }}' }, run: { title: 'secret' } };
    expect(resolveTemplate('${{ inputs.evil }}', () => values)).toBe('${{ run.title }}');
    expect(resolveTemplate('x ${{ inputs.evil }}', () => values)).toBe('x ${{ run.title }}');
  });
});

describe('secrets', () => {
  it('are handles that show no more than their name [core.language.secrets]', () => {
    const handle = resolveTemplate('${{ secret("TOKEN") }}', () => ({}));
    expect(handle).toBeInstanceOf(SecretHandle);
    expect(JSON.stringify({ handle })).toBe('{"handle":"secret(TOKEN)"}');
  });

  it.each([
    'secret("A") == "x"',
    'secret("A") == secret("A")',
    'secret("A") + "x"',
    'string(secret("A"))',
    'size(secret("A"))',
    'secret("A").name',
    'secret("A").matches("x")',
  ])('are nothing that can be compared or taken apart: %s [core.language.secrets]', (text) => {
    expect(failing(text).code).toBe('expression.failed');
  });

  it('never become part of a text [core.language.secrets]', () => {
    expect(() => resolveTemplate('Bearer ${{ secret("A") }}', () => ({}))).toThrow(
      expect.objectContaining({ code: 'secret.interpolated' }),
    );
  });
});

describe('what an expression mentions', () => {
  it('is told without what its own macros bind', () => {
    expect(
      references('steps.a.output.items.all(i, i.size > inputs.n) && has(steps.b.output) && memory.k == run["id"]'),
    ).toEqual({
      steps: ['a', 'a', 'b'],
      roots: ['steps', 'steps', 'inputs', 'steps', 'memory', 'run'],
      paths: ['steps.a.output.items', 'inputs.n', 'memory.k', 'run["id"]'],
    });
  });

  it('is nothing when it is no expression', () => {
    expect(references('not one (')).toEqual({ steps: [], roots: [], paths: [] });
  });
});
