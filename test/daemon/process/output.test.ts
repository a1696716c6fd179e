import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLineReader, createTail } from '../../../daemon/process/output.ts';

/** A text as bytes, cut into pieces anywhere, also inside a character. */
const pieces = fc
  .tuple(fc.string({ unit: fc.constantFrom('a', 'é', '😀', '\n', ' ', 'x') }), fc.array(fc.nat(40)))
  .map(([text, cuts]) => {
    const bytes = Buffer.from(text);
    const at = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).toSorted((a, b) => a - b), bytes.length];
    return { text, chunks: at.slice(1).map((end, i) => bytes.subarray(at[i], end)) };
  });

describe('lines of a stream', () => {
  it('are those of the whole text, wherever the pieces are cut', () => {
    fc.assert(
      fc.property(pieces, ({ text, chunks }) => {
        const lines: string[] = [];
        const reader = createLineReader((line) => lines.push(line));
        chunks.forEach(reader.push);
        reader.end();
        const expected = text.split('\n');
        if (expected.at(-1) === '') expected.pop();
        expect(lines).toEqual(expected);
      }),
    );
  });

  it('leave out line ends of Windows and earlier states of a progress bar', () => {
    const lines: string[] = [];
    const reader = createLineReader((line) => lines.push(line));
    reader.push(Buffer.from('one\r\n10 %\r20 %\r100 %\nlast'));
    reader.end();
    expect(lines).toEqual(['one', '100 %', 'last']);
  });

  it('come in pieces when there is no line break', () => {
    const sizes: number[] = [];
    const reader = createLineReader((line) => sizes.push(line.length));
    for (let i = 0; i < 100; i++) reader.push(Buffer.alloc(1000, 'x'));
    reader.end();
    expect(Math.max(...sizes)).toBeLessThanOrEqual(16_384);
    expect(sizes.reduce((a, b) => a + b)).toBe(100_000);
  });
});

describe('the kept end of a stream', () => {
  it('is the last bytes, and never half a character', () => {
    fc.assert(
      fc.property(pieces, fc.integer({ min: 1, max: 30 }), ({ text, chunks }, limit) => {
        const tail = createTail(limit);
        chunks.forEach(tail.push);
        const kept = tail.text();
        expect(text.endsWith(kept)).toBe(true);
        expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(limit);
        expect(Buffer.byteLength(kept)).toBeGreaterThan(Math.min(limit, Buffer.byteLength(text)) - 4);
      }),
    );
  });
});
