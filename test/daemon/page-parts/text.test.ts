import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cell, code, fence, markdown, nameOf, plain, unescaped, webLink } from '../../../daemon/page-parts/text.ts';
import { blocksOf, inlines, parse, plainText, type Inline } from '../pages/mldoc.ts';

/** Strings in which everything that Logseq's Markdown gives a meaning is frequent. */
const MEANINGFUL =
  '{{ }} [[ ]] (( )) # #tag :: key:: TODO DONE NOW ` `` ``` * ** _ __ ~~ ^^ == $ $$ \\ \\( \\) \\[ \\] < > <b> </b> ! ![ ]( ](http://x.y/z) [a - + 1. > | [ ] [#A] [^1] @@ @ : { } ( ) = ^ ~ renderer :stagebook, a b word é 漢 🎉 , . ; -- --- <2026-11-21 SCHEDULED: id:: alpha \\alpha & &amp; % / ? "';
const hostile = fc
  .array(fc.constantFrom(...MEANINGFUL.split(' '), ' ', ' ', '\n', '\t', '\u202e'), { minLength: 1, maxLength: 8 })
  .map((parts) => parts.join(''))
  .filter((text) => shown(text) !== '');

/** What a reader sees of a text on one line. */
function shown(text: string): string {
  return text.replaceAll('\u202e', ' ').replace(/\s+/g, ' ').trim();
}

function onlyBlock(text: string) {
  const blocks = blocksOf(`- ${text}\n`);
  expect(blocks).toHaveLength(1);
  expect(blocks[0]).toMatchObject({
    marker: undefined,
    priority: undefined,
    size: undefined,
    rest: [],
    properties: {},
  });
  return blocks[0]!;
}

describe('text from outside', () => {
  it('reads back from Logseq as the same plain words, whatever it says [core.pages.escape]', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        fc.pre(!/https?:/.test(text));
        const seen = plainText(onlyBlock(plain(text)).title);
        expect(typeof seen === 'string' ? seen.replaceAll('\u2060', '') : seen).toBe(shown(text));
        expect(unescaped(plain(text))).toBe(shown(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('keeps emphasis, code and web links of release notes, and nothing that Logseq would act on [core.pages.escape]', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const { title } = onlyBlock(markdown(text));
        const acting = allInlines(title).find(([kind, body]) =>
          kind === 'Link'
            ? (body as { url: [string] }).url[0] !== 'Complex' ||
              (body as { full_text: string }).full_text.startsWith('!')
            : !['Plain', 'Emphasis', 'Code'].includes(kind),
        );
        expect(acting).toBeUndefined();
      }),
      { numRuns: 2_000 },
    );
    const { title } = onlyBlock(markdown('fix **bold** `a{{b}}` ([#12](https://github.com/o/r/pull/12))'));
    expect(inlines(title, 'Link')).toHaveLength(1);
    expect(inlines(title, 'Emphasis')).toHaveLength(1);
    expect(inlines(title, 'Code')).toEqual([['Code', 'a{{b}}']]);
  });

  it('shows code, fences and table cells letter by letter [core.pages.escape]', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const [kind, letters] = onlyBlock(`${code(text)} y`).title[0]!;
        expect(kind).toBe('Code');
        expect((letters as string).replaceAll('\u2060', '')).toBe(shown(text).replaceAll('`', "'"));
        const fenced = fence(`${text}\n${text}`).split('\n').join('\n  ');
        expect(parse(`- t\n  ${fenced}\n- u\n`).map(([part]) => part)).toEqual(['Heading', 'Src', 'Heading']);
        const [, table] = parse(`- t\n  | a | b |\n  |---|---|\n  | ${cell(plain(text))} | z |\n`);
        expect(table![0]).toBe('Table');
        expect((table![1] as { groups: unknown[][][] }).groups[0]![0]).toHaveLength(2);
      }),
      { numRuns: 1_000 },
    );
  });

  it('never lets a text run on without end', () => {
    expect(plain('x'.repeat(100_000)).length).toBeLessThan(600);
    expect(fence('line\n'.repeat(100_000)).length).toBeLessThan(10_000);
  });

  it('links only to plain web addresses', () => {
    expect(webLink('run 7', 'https://ci.example/7?a=b#c')).toBe('[run 7](https://ci.example/7?a=b#c)');
    expect(onlyBlock(webLink('run', 'javascript:alert(1)')).title.some(([kind]) => kind === 'Link')).toBe(false);
    expect(onlyBlock(webLink('run', 'https://x/) [[y]]')).title.some(([kind]) => kind === 'Link')).toBe(false);
  });

  it('makes names that can be linked to and that stay in one place', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const name = nameOf(text);
        expect(name).toMatch(/^[^[\]{}()#\\/\n]+$/);
        const links = inlines(onlyBlock(`see [[Runs/${name}]]`).title, 'Link');
        expect((links[0]![1] as { url: [string, string] }).url).toEqual(['Page_ref', `Runs/${name}`]);
      }),
    );
    expect(nameOf('../../etc/passwd')).toBe('etc passwd');
    expect(nameOf('[[]]')).toBe('untitled');
  });
});

function allInlines(title: Inline[]): Inline[] {
  return title.flatMap((part) => {
    if (part[0] === 'Emphasis') return [part, ...allInlines((part[1] as [unknown, Inline[]])[1])];
    if (part[0] === 'Link') return [part, ...allInlines((part[1] as { label: Inline[] }).label)];
    return [part];
  });
}
