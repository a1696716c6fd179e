import { describe, expect, it } from 'vitest';
import { speller, type NamedPage } from '../../../shared/logseq/references.ts';

const id = (n: number): string => `00000000-0000-4000-8000-00000000000${n}`;
const PAGES: Readonly<Record<string, NamedPage>> = {
  [id(1)]: { id: 1, title: 'Notes' },
  [id(2)]: { id: 2, title: 'Ada', parent: 3 },
  3: { id: 3, title: 'Team', parent: 8 },
  [id(4)]: { id: 4, title: 'Two words' },
  // Each is under the other: a graph that was merged badly.
  [id(5)]: { id: 5, title: 'Up', parent: 6 },
  6: { id: 6, title: 'Down', parent: 5 },
  5: { id: 5, title: 'Up', parent: 6 },
  [id(7)]: { id: 7, title: 'C＃ notes' },
  // Logseq's own, over whatever has no other page over it.
  [id(8)]: { id: 8, title: 'Library' },
  8: { id: 8, title: 'Library' },
};

function reader() {
  const asked: (string | number)[] = [];
  const spelt = speller(async (page) => {
    asked.push(page);
    return PAGES[page] ?? null;
  });
  return { asked, spelt };
}

describe('references in the texts of a database graph', () => {
  it.each([
    [`see [[${id(1)}]]`, 'see [[Notes]]'],
    [`#[[${id(1)}]] and #[[${id(4)}]]`, '#Notes and #[[Two words]]'],
    [`[[${id(2)}]]`, '[[Team/Ada]]'],
    [`[[${id(5)}]]`, '[[Down/Up]]'],
    [`[[${id(7)}]]`, '[[C# notes]]'],
    [`[[${id(8)}]]`, '[[Library]]'],
    [`[[${id(9)}]] stays, [[Notes]] too`, `[[${id(9)}]] stays, [[Notes]] too`],
  ])('%s is spelt %s [ui.blocks.names]', async (kept, written) => {
    expect(await reader().spelt(kept)).toBe(written);
  });

  it('asks for a page once in a reading, and for none where none is named [ui.blocks.names]', async () => {
    const { asked, spelt } = reader();
    await Promise.all([
      spelt(`[[${id(1)}]] [[${id(1)}]]`),
      spelt(`[[${id(1)}]]`),
      spelt(`[[${id(9)}]]`),
      spelt('prose'),
    ]);
    await spelt(`[[${id(9)}]]`);
    expect(asked).toEqual([id(1), id(9)]);
  });
});
