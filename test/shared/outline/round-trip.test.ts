import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LINEAR, toGrow } from '../../fakes/growth.ts';
import {
  parseOutline,
  placeIn,
  printOutline,
  walkBlocks,
  type Block,
  type Outline,
} from '../../../shared/outline/index.ts';

const PIECES =
  '- a|\t- b|  - c|- |-|-\tx|- ```js|- key:: v|* star|1. one|```|~~~~|````|# h|\t## k|#|| \r|\ttext|  text|x|key:: v|id:: 1|:LOGBOOK:|:END:|#+BEGIN_QUOTE|#+END_QUOTE|$$|<div>|</div>|<!--|-->|\uFEFF|😀|---'.split(
    '|',
  );
const page = fc
  .tuple(fc.array(fc.constantFrom(...PIECES)), fc.constantFrom('\n', '\r\n'), fc.boolean())
  .map(([lines, end, closed]) => lines.join(end) + (closed ? end : ''));

describe('reading and writing back', () => {
  it('gives the same bytes for anything that Logseq writes [core.outline.round-trip]', () => {
    fc.assert(
      fc.property(page, (text) => {
        expect(printOutline(parseOutline(text))).toBe(text);
      }),
      { numRuns: 3_000 },
    );
  });

  it('gives the same bytes for any text [core.outline.round-trip] [core.outline.total]', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string()), (text) => {
        expect(printOutline(parseOutline(text))).toBe(text);
      }),
      { numRuns: 3_000 },
    );
  });

  it('changes no byte but those of the block that is edited [core.outline.round-trip]', () => {
    fc.assert(
      fc.property(page, fc.nat(), (text, number) => {
        const outline = parseOutline(text);
        const blocks = [...walkBlocks(outline.blocks)].map(({ block }) => block);
        fc.pre(blocks.length > 0);
        const edited = blocks[number % blocks.length]!;
        edited.content = 'edited';
        const printed = printOutline(outline);
        const at = blocks.indexOf(edited);
        const before = outline.preamble + blocks.slice(0, at).map(raw).join('');
        const after = blocks
          .slice(at + 1)
          .map(raw)
          .join('');
        expect(printed.startsWith(before)).toBe(true);
        expect(printed.endsWith(after)).toBe(true);
        expect(printed.slice(before.length, printed.length - after.length)).toMatch(/^[ \t]*(- )?edited\r?\n$/);
      }),
      { numRuns: 2_000 },
    );
  });

  it('gives the blocks that were made by code back as they were [core.outline.round-trip]', () => {
    fc.assert(
      fc.property(trees, fc.constantFrom<'\n' | '\r\n'>('\n', '\r\n'), (blocks, lineEnd) => {
        const made: Outline = { preamble: '', blocks, lineEnd, indentUnit: '\t' };
        expect(parseOutline(printOutline(made)).blocks.map(bare)).toEqual(blocks);
      }),
    );
  });

  it('tells where on the page a place in a block is', () => {
    fc.assert(
      fc.property(page, (text) => {
        const lines = text.split('\n');
        for (const { block } of walkBlocks(parseOutline(text).blocks)) {
          for (const [number, own] of block.content.split('\n').entries()) {
            const { line, column } = placeIn(block, number, 0);
            expect(lines[line - 1]!.slice(column - 1)).toMatch(literal(own));
          }
        }
      }),
    );
  });
});

/** The text and at most one carriage return, which is part of the line's end. */
const literal = (text: string): RegExp => new RegExp(`^${text.replace(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`)}\\r?$`);

const text = fc.constantFrom(
  'a',
  '',
  'b\nc',
  '# h',
  'TODO x',
  '{{renderer :stagebook, step}} X',
  '😀',
  'x\n\ny',
  'a\n\tdeep',
  'k\nid:: 1',
  '```js\n- x\n```',
  'a\n```\n  - x\n\n# y\n```',
  '> q',
  'a\n#+BEGIN_NOTE\n- x\n#+END_NOTE',
  '| a |\n| - |',
);
const { trees } = fc.letrec<{ trees: Block[]; tree: Block }>((tie) => ({
  tree: fc.record({
    content: text,
    children: fc.oneof({ depthSize: 'small' }, fc.constant<Block[]>([]), tie('trees')),
  }),
  trees: fc.array(tie('tree'), { maxLength: 4 }),
}));

const raw = (block: Block): string => block.source!.raw;
const bare = ({ content, children }: Block): Block => ({ content, children: children.map(bare) });

describe('hostile pages', () => {
  it('of 10,000 levels are read, walked and written back [core.outline.total]', () => {
    const deep = Array.from({ length: 10_000 }, (_, depth) => `${' '.repeat(depth)}- x`).join('\n');
    const outline = parseOutline(deep);
    expect([...walkBlocks(outline.blocks)].at(-1)?.depth).toBe(9_999);
    expect(printOutline(outline)).toBe(deep);
  });

  // What a careless parser searches the rest of the page for, again and again.
  it.each<[string, string | ((n: number, lines: number) => string)]>([
    ['fences that are not closed', '- x\n````\n'],
    ['fences of all lengths', (n: number) => `- x\n${'~'.repeat(4 + (n % 60))}a\n`],
    ['drawers that are not closed', '- x\n:LOGBOOK:\n'],
    ['blocks of many names', (n: number) => `- x\n#+BEGIN_A${n}\n`],
    ['blocks of many names that end elsewhere', (n: number) => `#+END_A${n}\n#+BEGIN_A${n}\n`],
    ['environments of many names', (n: number) => `x\n\\begin{a${n}}\n`],
    ['formulas, one open', '$$ $$ $$\n'],
    ['comments that are not closed', '<!--\n'],
    ['tags that are not closed', '<div>\n'],
    ['tags closed too late', (n: number, lines: number) => (n < lines / 2 ? '<div>\n' : '</div\n')],
    ['tags without an end', '<a \n'],
    ['blank lines', '\n \n'],
    ['bullets', '-\n'],
    ['hashes', '#######'],
    ['colons', ':'],
    ['indentation', '\t'],
  ])('of %s take time in proportion to their length [core.outline.total]', (_what, line) => {
    const make = (lines: number): string =>
      Array.from({ length: lines }, (_, n) => (typeof line === 'string' ? line : line(n, lines))).join('');
    expect(printOutline(parseOutline(make(50_000)))).toBe(make(50_000));
    expect(toGrow(6_250, (lines) => printOutline(parseOutline(make(lines))))).toBeLessThan(LINEAR);
  });
});
