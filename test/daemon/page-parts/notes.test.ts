import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GraphBlock } from '../../../daemon/graph/graph.ts';
import { noteBlocks, readNotes, sectionText } from '../../../daemon/page-parts/notes.ts';
import type { DocBlock } from '../../../daemon/pages/page.ts';

const toGraph = (blocks: readonly DocBlock[]): GraphBlock[] =>
  blocks.map(({ key, content, children }) => ({
    ref: key,
    content,
    properties: {},
    children: toGraph(children ?? []),
  }));
const roundTrip = (text: string): string => sectionText({ children: toGraph(noteBlocks(readNotes(text), 'notes')) });

const TEXT = `### Changed

- **Breaking:** drop Node 18 ([#7](https://github.com/o/r/pull/7))
  Use Node 20 or newer.
- a #tag, [[x]] and {{y}} in words

### Fixed

- \`{{code}}\` stays`;

describe('release notes', () => {
  it('come back from the page as the Markdown they were', () => {
    expect(roundTrip(TEXT)).toBe(TEXT);
    expect(roundTrip('No notable changes.')).toBe('No notable changes.');
    expect(roundTrip('')).toBe('');
  });

  it('are the same notes after any number of ways to the page and back', () => {
    const line = fc.constantFrom(
      '### Added',
      '- one',
      '- two #3',
      '  more',
      'text',
      '',
      '* star',
      '- [[x]] {{y}}',
      '- [#7](https://x.y/7) z',
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const once = roundTrip(lines.join('\n'));
        expect(roundTrip(once)).toBe(once);
        const keys = noteBlocks(readNotes(lines.join('\n')), 'notes').flatMap((block) => [
          block,
          ...(block.children ?? []),
        ]);
        expect(new Set(keys.map(({ content }) => content)).size).toBeLessThanOrEqual(keys.length);
      }),
    );
  });

  it('have a key of its own for every entry, also for two of the same words', () => {
    const keys = noteBlocks(readNotes('- a\n- a\n### G++\n- a\n### G++\n- a'), 'notes').flatMap((b) => [
      b.key,
      ...(b.children ?? []).map((c) => c.key),
    ]);
    expect(new Set(keys).size).toBe(6);
    for (const key of keys) expect(key).not.toMatch(/\+$/);
  });

  it('keep what a person added: deeper lists, other headings, text of several lines', () => {
    const block = (content: string, ...children: GraphBlock[]): GraphBlock => ({
      ref: content,
      content,
      properties: {},
      children,
    });
    expect(
      sectionText({
        children: [
          block('### Added', block('one\nmore', block('deeper')), block('two \\#3')),
          block('By hand'),
          block('### Mine', block('x')),
        ],
      }),
    ).toBe('### Added\n\n- one\n  more\n  - deeper\n- two #3\n\n- By hand\n\n### Mine\n\n- x');
  });
});
