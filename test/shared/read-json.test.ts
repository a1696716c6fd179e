import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJson } from '../../shared/read-json.ts';
import type { Json } from '../../shared/json.ts';

/** Compared by their text, which V8 writes right. */
const same = (value: Json): void => {
  expect(JSON.stringify(readJson(JSON.stringify(value)))).toBe(JSON.stringify(value));
};

describe('reading JSON', () => {
  it.each<[string, string, Json]>([
    ['one character', '{"\\\\":1}', { '"': 1 }],
    ['a control character', '{"a":1,"\\\\":1}', { a: 1, '\u0015': 1 }],
    ['several characters', '{"\\\\n":1}', { '\nb': 1 }],
    ['a pattern', '{"\\\\\\\\d":1}', { '\\d+': 1 }],
    ['an object in a list', '{"\\\\":1}', [{ '"': [{ '\n': null }, {}, []] }]],
  ])(
    'keeps a name of %s that is written with a backslash, whatever was read before [core.journal.names]',
    (_what, before, value) => {
      JSON.parse(before);
      same(value);
    },
  );

  it('reads every text as it was written [core.journal.names]', () => {
    const name = fc.oneof(
      fc.constantFrom('"', '\\', '\n', '\\n', '\\"', 'a', '', '__proto__', '{', ':', '\\\\'),
      fc.string(),
    );
    const value = fc.letrec<{ value: Json }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        name,
        fc.integer(),
        fc.constantFrom(null, true),
        fc.array(tie('value')),
        fc.dictionary(name, tie('value')),
      ),
    })).value;
    fc.assert(fc.property(value, same), { numRuns: 1_000 });
    fc.assert(
      fc.property(value, (each) => {
        const spaced = JSON.stringify(each, null, 2);
        expect(JSON.stringify(readJson(spaced), null, 2)).toBe(spaced);
      }),
    );
  });

  it('reads a long text with many backslashes', () => {
    const long = {
      '"': '\\"'.repeat(500_000),
      list: Array.from({ length: 1_000 }, (_, at) => ({ [`\n${at}`]: '"{:}"' })),
    };
    same(long);
  });

  it.each(['', '{', '{"a\\":1}', '{"\\n" 1}', '"\\'])('refuses %s', (text) => {
    expect(() => readJson(text)).toThrow(SyntaxError);
  });
});
