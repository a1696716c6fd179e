import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../shared/json.ts';
import { evaluate, references, resolveTemplate, SecretHandle } from '../../../shared/workflow/expression.ts';

const SCOPE: JsonObject = {
  inputs: { level: 'minor', coverage: 80, least: 79.9, flag: true, list: ['a', 'b'], text: 'release/1.2' },
  steps: {
    tests: { status: 'succeeded', output: { ok: true, passed: 12, failed: [], by: { name: 'CI' } } },
    later: { status: 'pending' },
  },
  memory: { version: '1.2.3' },
};

describe('the value of an expression', () => {
  it.each<[expression: string, value: Json]>([
    ['1 + 2', 3],
    ['7 / 2', 3],
    ['7.0 / 2', 3.5],
    ['inputs.coverage >= 80', true],
    ['inputs.coverage == 80', true],
    ['inputs.least >= 80', false],
    ['inputs.coverage * 2 + 1', 161],
    ['inputs.coverage - inputs.least < 0.2', true],
    ['inputs.level + "-x"', 'minor-x'],
    ['inputs.flag && steps.tests.output.ok', true],
    ['steps.tests.output.passed > 0 ? "some" : "none"', 'some'],
    ['size(inputs.list)', 2],
    ['inputs.list.exists(item, item == "b")', true],
    ['inputs.list.map(item, item + "!")', ['a!', 'b!']],
    ['inputs.list.filter(item, item != "a")', ['b']],
    ['"a" in inputs.list', true],
    ['steps.tests.output["by"].name', 'CI'],
    ['has(steps.tests.output)', true],
    ['has(steps.later.output)', false],
    ['has(steps.later.output) && steps.later.output.ok', false],
    ['steps.later.status', 'pending'],
    ['{"a": inputs.list, "b": null}', { a: ['a', 'b'], b: null }],
    ['inputs.text.matches("^release/[0-9.]+$")', true],
    ['duration("2d") == duration("48h")', true],
    ['duration("1d12h") > duration("35h")', true],
    ['timestamp("2026-01-31T00:00:00Z") + duration("1d") == timestamp("2026-02-01T00:00:00Z")', true],
  ])('%s [core.language.expressions]', (expression, value) => {
    expect(evaluate(expression, SCOPE)).toEqual(value);
  });

  it('is JSON: moments are texts, whole numbers are numbers [core.language.expressions]', () => {
    expect(evaluate('timestamp("2026-01-31T10:00:00Z")', {})).toBe('2026-01-31T10:00:00.000Z');
    expect(evaluate('[1, 2.5, "a", true, null]', {})).toEqual([1, 2.5, 'a', true, null]);
  });

  it.each([
    ['1 +', 'expression.syntax'],
    ['inputs.missing', 'expression.failed'],
    ['steps.later.output.ok', 'expression.failed'],
    ['9007199254740993', 'expression.failed'],
    ['inputs.list[5]', 'expression.failed'],
    [`"${'a'.repeat(5_000)}" == "b"`, 'expression.limit'],
    [`${'('.repeat(500)}1${')'.repeat(500)}`, 'expression.syntax'],
    [`inputs.text.matches("${'a'.repeat(1_001)}")`, 'expression.limit'],
  ])('%.60s is refused: %s [core.language.expressions]', (expression, code) => {
    expect(() => evaluate(expression, SCOPE)).toThrow(
      expect.objectContaining({ failure: expect.objectContaining({ code }) }),
    );
  });

  it('never runs code, whatever the text [core.language.expressions]', () => {
    for (const text of [
      'constructor.constructor("return 1")()',
      '(1).constructor',
      'inputs.__proto__',
      'this',
      'globalThis',
    ])
      expect(() => evaluate(text, SCOPE)).toThrow(expect.objectContaining({ name: 'StagebookError' }));
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          evaluate(text, SCOPE);
        } catch (error) {
          expect(error).toMatchObject({ name: 'StagebookError' });
        }
      }),
    );
  });

  it('costs time in proportion to the text, whatever the pattern [core.language.expressions]', () => {
    const start = performance.now();
    for (const pattern of ['^(a+)+$', '(a|aa)+$', '(.*a){12}b', '^(([a-z])+.)+[A-Z]([a-z])+$']) {
      expect(evaluate(`inputs.text.matches("${pattern}")`, { inputs: { text: 'a'.repeat(20_000) + '!' } })).toBe(false);
    }
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  it('is refused before a loop over loops would take forever [core.language.expressions]', () => {
    const list = Array.from({ length: 5_000 }, (_, n) => n);
    const start = performance.now();
    expect(() => evaluate('inputs.list.map(a, inputs.list.map(b, a + b))', { inputs: { list } })).toThrow(
      expect.objectContaining({ failure: expect.objectContaining({ code: 'expression.limit' }) }),
    );
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});

describe('what an expression mentions', () => {
  it('is its steps, roots and paths, without what it asks for and binds', () => {
    const found = references('has(steps.a.output) && inputs.list.exists(x, x == memory.key) && steps.b.output.ok');
    expect(new Set(found.steps)).toEqual(new Set(['a', 'b']));
    expect(new Set(found.paths)).toEqual(new Set(['inputs.list', 'memory.key', 'steps.b.output.ok']));
  });

  it('is nothing where it does not compile', () => {
    expect(references('1 +')).toEqual({ steps: [], roots: [], paths: [] });
  });
});

describe('a setting with expressions in it', () => {
  const resolve = (setting: Json): unknown => resolveTemplate(setting, () => SCOPE);

  it.each<[setting: Json, value: Json]>([
    ['plain', 'plain'],
    ['${{ inputs.coverage }}', 80],
    ['  ${{ inputs.list }} ', ['a', 'b']],
    ['v${{ memory.version }}', 'v1.2.3'],
    ['${{ inputs.level }}/${{ inputs.coverage }}', 'minor/80'],
    ['is ${{ inputs.list }}', 'is ["a","b"]'],
    ['${{ "}}" }}', '}}'],
    ['${{ {"a": {"b": 1}} }}', { a: { b: 1 } }],
    [
      { a: ['${{ inputs.flag }}', 1], b: null },
      { a: [true, 1], b: null },
    ],
  ])('%j keeps its type alone, and is text among others [core.language.expressions]', (setting, value) => {
    expect(resolve(setting)).toEqual(value);
  });

  it('hands a secret on as a handle that shows its name only [core.language.secrets]', () => {
    const handle = resolve('${{ secret("TOKEN") }}');
    expect(handle).toBeInstanceOf(SecretHandle);
    expect(JSON.stringify({ handle })).toBe('{"handle":"secret(TOKEN)"}');
  });

  it.each([
    ['Bearer ${{ secret("TOKEN") }}', 'secret.interpolated'],
    ['a ${{ inputs.level', 'expression.unclosed'],
  ])('%s is refused: %s [core.language.secrets]', (setting, code) => {
    expect(() => resolve(setting)).toThrow(expect.objectContaining({ failure: expect.objectContaining({ code }) }));
  });

  it('leaves any text without expressions as it is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!text.includes('${{'));
        expect(resolve(text)).toBe(text);
      }),
    );
  });
});
