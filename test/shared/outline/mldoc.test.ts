import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseOutline, printOutline } from '../../../shared/outline/index.ts';
import { seenByLogseq, seenByUs } from './oracle.ts';

/** Pages with every construct that Logseq has, and the workflows that are shipped. */
const pages = ['corpus/', '../../../workflows/', '../../../workflows/personas/'].flatMap((folder) => {
  const url = new URL(folder, import.meta.url);
  const names = readdirSync(url).filter((name) => name.endsWith('.md'));
  return names.map((name): [string, string] => [
    name,
    readFileSync(new URL(name, url), 'utf8').replaceAll('\r\n', '\n'),
  ]);
});

describe('a page is the blocks, levels, properties and texts that Logseq sees', () => {
  it.each(pages)('%s [core.outline.mldoc] [core.outline.constructs]', (_name, page) => {
    expect(seenByUs(page)).toEqual(seenByLogseq(page));
    expect(printOutline(parseOutline(page))).toBe(page);
  });

  it.each(pages)('%s with CRLF [core.outline.mldoc] [core.outline.constructs]', (_name, page) => {
    const crlf = page.replaceAll('\n', '\r\n');
    expect(seenByUs(crlf)).toEqual(seenByLogseq(crlf));
    expect(seenByUs(crlf)).toEqual(seenByUs(page));
    expect(printOutline(parseOutline(crlf))).toBe(crlf);
  });

  it.each([
    '-   ```\n    - x\n    ```',
    '-  ~~~\n  - x\n  ~~~',
    '- \t$$\n- x\n$$',
    '-   <div>\n- x\n</div>',
    '-    :LOGBOOK:\n- x\n:END:',
  ])('also what takes more lines, after a bullet with more than one space: %j [core.outline.mldoc]', (block) => {
    const page = `${block}\n- b\n`;
    expect(seenByUs(page)).toEqual(seenByLogseq(page));
    expect(seenByUs(page)).toHaveLength(2);
    expect(printOutline(parseOutline(page))).toBe(page);
  });

  it('whatever is mixed with whatever [core.outline.mldoc]', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
        const page = `${lines.join('\n')}\n`;
        fc.pre(page.trim() !== '');
        expect(seenByUs(page)).toEqual(seenByLogseq(page));
      }),
      { numRuns: 1_500 },
    );
  });
});

/** What follows a block's first line: quotes and lists of its own, and properties that may be part of them. */
const ownLine = fc.constantFrom(
  ...'text|> q|>q|* s|+ s|1. one|key:: v|k2:: w|id:: 1|| \t|  in|  k3:: x|```|#+BEGIN_QUOTE|#+END_QUOTE'.split('|'),
);

describe('the properties of a block are those that Logseq sees', () => {
  it.each([
    ['part of a quote', '- > q\n  key:: v\n'],
    ['part of a quote after other text', '- a\n  > q\n  t\n  key:: v\n'],
    ['after a quote, for which id:: is an end', '- a\n  > q\n  id:: 1\n  key:: v\n'],
    ['part of a list', '- a\n  * q\n  key:: v\n'],
    ['part of a numbered list', '- a\n  1. q\n     more\n  key:: v\n'],
    ['after a quote and a blank line', '- a\n  > q\n\n  key:: v\n'],
    ["a page's, and a block's after a blank line", 'key:: v\n\nid:: abc\n- b\n'],
  ])('%s [core.outline.mldoc]', (_what, page) => {
    expect(seenByUs(page)).toEqual(seenByLogseq(page));
    expect(printOutline(parseOutline(page))).toBe(page);
  });

  it('whatever stands before them [core.outline.mldoc]', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('a', '> q', '* l', '', 'key0:: z'),
        fc.array(ownLine, { maxLength: 5 }),
        (title, own) => {
          const page = `- ${title}\n${own.map((each) => (each === '' ? '\n' : `  ${each}\n`)).join('')}`;
          expect(seenByUs(page).map(({ properties }) => properties)).toEqual(
            seenByLogseq(page).map(({ properties }) => properties),
          );
        },
      ),
      { numRuns: 1_500 },
    );
  });
});

const PIECES =
  'text|a: b|TODO x|[[p]] #t|id:: abc|key:: v|```|```yaml|~~~|:LOGBOOK:|:END:|#+BEGIN_QUOTE|#+END_QUOTE|#+begin_src js|#+END_SRC|' +
  '$$|$$x$$|<div>|</div>|<!-- c|-->|a b|# h|## h|#|#tag|---|**b**|😀||{{query x}}';
const line = fc
  .tuple(
    fc.constantFrom('', '', '\t', '\t\t', '  ', '\t  '),
    fc.constantFrom('- ', '- ', '- ', '-   ', '', ''),
    fc.constantFrom(...PIECES.split('|')),
  )
  .map((parts) => parts.join(''));

/** Where we mean to see something else than Logseq, and why. */
const DIFFERENCES: [what: string, why: string, page: string, ours: string[]][] = [
  [
    'a byte order mark before a bullet',
    'Editors of Windows write one; for mldoc the first bullet is text then, and a workflow would have lost its header.',
    '\uFEFF- a\n- b\n',
    ['a', 'b'],
  ],
  [
    'a fence of four marks and more',
    'It ends as in CommonMark, so that code can hold fences; mldoc ends every fence at the first line that begins with three.',
    '- a\n  ````\n  ```\n  - x\n  ````\n- b\n',
    ['a\n````\n```\n- x\n````', 'b'],
  ],
  [
    'an environment that is not closed',
    'mldoc takes all the rest of the page for a formula; a slip must not hide the nodes below.',
    '- a\n  \\begin{aligned}\n- b\n',
    ['a\n\\begin{aligned}', 'b'],
  ],
  [
    'a tag that is not closed, before one that closes itself',
    'mldoc takes all up to the next `/>` anywhere for one tag.',
    '- a\n  <div>\n- b\n- <img src="x"/>\n',
    ['a\n<div>', 'b', '<img src="x"/>'],
  ],
  [
    'a definition list',
    'mldoc takes the bullets after it for its definitions, which nobody means.',
    'term\n: definition\n- b\n',
    ['term\n: definition', 'b'],
  ],
  [
    'an indented heading in a list of stars',
    'For mldoc it is text of the list. What stands in such a list is not known here: it is never part of the outline.',
    '- a\n  * star\n    # h\n',
    ['a\n* star', '# h'],
  ],
  [
    'a heading right under a quote',
    'For mldoc it goes on with the quote, unlike in CommonMark and to the eye.',
    '> quoted\n## h\n',
    ['> quoted', '## h'],
  ],
];

describe('what is seen otherwise than by Logseq, on purpose', () => {
  it.each(DIFFERENCES)('%s [core.outline.mldoc]', (_what, _why, page, ours) => {
    expect(seenByUs(page).map(({ text }) => text)).toEqual(ours);
    expect(seenByLogseq(page).map(({ text }) => text)).not.toEqual(ours);
  });
});
