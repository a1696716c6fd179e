import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, hashJson } from '../../shared/canonical-json.ts';

/** Of RFC 8785: sections 3.2.2 and 3.2.3, and appendix B. */
const OBJECTS: [name: string, input: string, canonical: string][] = [
  [
    'the example of 3.2.2',
    String.raw`{ "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001], "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false] }`,
    String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
  ],
  [
    // The RFC's U+FB31 is not in NFC, so a letter that is stands for it.
    'names by UTF-16 code units (3.2.3)',
    String.raw`{ "\u20ac": "Euro Sign", "\r": "Carriage Return", "\uff21": "Full Width A", "1": "One", "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis" }`,
    '{"\\r":"Carriage Return","1":"One","\u0080":"Control","ö":"Latin Small Letter O With Diaeresis","€":"Euro Sign","😀":"Emoji: Grinning Face","Ａ":"Full Width A"}',
  ],
  ['what is empty', '{ "b": {}, "a": [ ] }', '{"a":[],"b":{}}'],
];

/** Appendix B: the bits of a double, and how it is written. */
const NUMBERS: [bits: string, text: string][] = [
  ['0000000000000000', '0'],
  ['8000000000000000', '0'],
  ['0000000000000001', '5e-324'],
  ['8000000000000001', '-5e-324'],
  ['7fefffffffffffff', '1.7976931348623157e+308'],
  ['ffefffffffffffff', '-1.7976931348623157e+308'],
  ['4340000000000000', '9007199254740992'],
  ['c340000000000000', '-9007199254740992'],
  ['4430000000000000', '295147905179352830000'],
  ['44b52d02c7e14af5', '9.999999999999997e+22'],
  ['44b52d02c7e14af6', '1e+23'],
  ['44b52d02c7e14af7', '1.0000000000000001e+23'],
  ['444b1ae4d6e2ef4e', '999999999999999700000'],
  ['444b1ae4d6e2ef4f', '999999999999999900000'],
  ['444b1ae4d6e2ef50', '1e+21'],
  ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
  ['3eb0c6f7a0b5ed8d', '0.000001'],
  ['41b3de4355555553', '333333333.3333332'],
  ['41b3de4355555557', '333333333.33333343'],
  ['becbf647612f3696', '-0.0000033333333333333333'],
  ['43143ff3c1cb0959', '1424953923781206.2'],
];

describe('canonical JSON', () => {
  it.each(OBJECTS)('writes %s as RFC 8785 does [core.language.canonical]', (_name, input, canonical) => {
    expect(canonicalJson(JSON.parse(input))).toBe(canonical);
  });

  it.each(NUMBERS)('writes the double %s as %s [core.language.canonical]', (bits, text) => {
    expect(canonicalJson(Buffer.from(bits, 'hex').readDoubleBE())).toBe(text);
  });

  it('gives the same for texts and names that differ only in how they were typed', () => {
    expect(canonicalJson({ 'e\u0301': 'o\u0308', z: ['A\u030a'] })).toBe('{"z":["Å"],"é":"ö"}');
    // Ordered by what is written, not by what was typed: é comes after z, its e would come before.
    expect(hashJson({ z: 1, 'e\u0301': 2 })).toBe(hashJson({ é: 2, z: 1 }));
  });

  it.each<[string, unknown, string]>([
    ['half a surrogate pair', { text: '\ud83d' }, 'canonical.text'],
    ['half a surrogate pair in a name', { '\ude00': 1 }, 'canonical.text'],
    ['infinity', [Infinity], 'canonical.number'],
    ['what is no number', [NaN], 'canonical.number'],
    ['two names that are one', { 'e\u0301': 1, é: 1 }, 'canonical.name'],
  ])('refuses %s', (_name, value, code) => {
    expect(() => canonicalJson(value)).toThrow(expect.objectContaining({ failure: expect.objectContaining({ code }) }));
  });

  it('is JSON that says the same, whatever the order of the fields', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const canonical = canonicalJson(value);
        expect(canonicalJson(JSON.parse(canonical))).toBe(canonical);
        expect(canonicalJson(reversed(value))).toBe(canonical);
      }),
    );
  });

  it('hashes as SHA-256 of its UTF-8', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(hashJson(value)).toBe(createHash('sha256').update(canonicalJson(value), 'utf8').digest('hex'));
      }),
    );
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, field]) => [name, reversed(field)]),
  );
}
