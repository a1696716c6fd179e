import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { propertiesOf } from '../../../shared/outline/index.ts';
import { changePageText, readPageText } from '../../../daemon/graph/page-text.ts';
import { joinText, splitText } from '../../../daemon/graph/block-text.ts';
import { seenByLogseq } from '../../shared/outline/oracle.ts';
import type { GraphBlock } from '../../../daemon/graph/graph.ts';
import { blockUuid } from '../../../daemon/graph/uuid.ts';

const ID = blockUuid('page', 'key');
const insertAt = (text: string, parent: string | null, after: string | null): string =>
  changePageText(text, [{ kind: 'insert', parent, after, uuid: ID, content: 'news', properties: { a: 'b' } }]);

/** Pieces of pages as persons and Logseq write them, also badly. */
const lines = fc.constantFrom(
  'type:: note',
  'tags:: [[a]], b',
  '',
  '- one',
  '- two  ',
  '\t- deep',
  '\t\t- deeper',
  '  - by spaces',
  '    - by more',
  '  continued',
  '\t  continued deep',
  '  id:: 65f0b1a2-1111-4111-8111-111111111111',
  '  owner:: ada',
  '  ```yaml',
  '  - not: a block',
  '  ```',
  '# Heading',
  '## Smaller',
  'plain text',
  '-',
  '- TODO [[link]] #tag {{query x}}',
  '  :LOGBOOK:',
  '  CLOCK: [2026-11-21 Sat 10:00:00]',
  '  :END:',
  '1. numbered',
  '* star',
  '- ```',
  '  | a | b |',
);
const page = fc
  .tuple(fc.array(lines, { maxLength: 14 }), fc.constantFrom('\n', '\r\n'), fc.boolean(), fc.constantFrom('', '\uFEFF'))
  .map(([parts, end, last, mark]) => mark + parts.join(end) + (last ? end : ''));

function all(blocks: readonly GraphBlock[]): GraphBlock[] {
  return blocks.flatMap((block) => [block, ...all(block.children)]);
}

describe('a page as text', () => {
  it('keeps every byte of what no change is about, wherever a block is put [core.graph.edits]', () => {
    let inserted = 0;
    fc.assert(
      fc.property(page, fc.nat(), fc.boolean(), (text, pick, under) => {
        const blocks = all(readPageText(text).blocks);
        const at = blocks[pick % (blocks.length + 1)];
        let changed: string;
        try {
          changed =
            at && under
              ? insertAt(text, at.ref, null)
              : insertAt(text, null, readPageText(text).blocks.at(-1)?.ref ?? null);
        } catch (error) {
          // Where plain text would run into the new block, the change is refused and nothing is written.
          expect(error).toMatchObject({ code: 'graph.bad_content' });
          return;
        }
        inserted += 1;
        const end = text.includes('\r\n') ? '\r\n' : '\n';
        const ours = new RegExp(`[\\t ]*- news${end}[\\t ]*a:: b${end}[\\t ]*id:: ${ID}${end}`);
        expect(changed).toMatch(ours);
        expect([text, text + end]).toContain(changed.replace(ours, ''));
        expect(all(readPageText(changed).blocks).filter((block) => block.uuid === ID)).toHaveLength(1);
      }),
      { numRuns: 2_000 },
    );
    expect(inserted).toBeGreaterThan(1_000);
  });

  it('replaces one block and keeps the rest, with the blank lines around it', () => {
    const text =
      'a:: b\r\n\r\n- one\r\n\r\n\t- two\r\n\t  id:: ' + ID + '\r\n\t  collapsed:: true\r\n\t  old\r\n\r\n- three';
    const changed = changePageText(text, [{ kind: 'update', ref: ID, content: 'new\nlines' }]);
    expect(changed).toBe(
      'a:: b\r\n\r\n- one\r\n\r\n\t- new\r\n\t  id:: ' + ID + '\r\n\t  collapsed:: true\r\n\t  lines\r\n\r\n- three',
    );
  });

  it('indents as the blocks beside it are, by tabs or by spaces', () => {
    expect(insertAt('- a\n  - b\n', '@0', '@0.0')).toContain('\n  - news\n    a:: b\n');
    expect(insertAt('- a\n\t- b\n', '@0', '@0.0')).toContain('\n\t- news\n\t  a:: b\n');
    expect(insertAt('- a\n    - b\n- c\n  - d\n', '@1.0', null)).toContain('\n      - news\n');
    expect(insertAt('- a\n', '@0', null)).toContain('\n\t- news\n');
  });

  it('adds to a page without bullets and to one that does not end its last line', () => {
    expect(insertAt('Just a note.\n\nMore of it.', null, '@0')).toBe(
      `Just a note.\n\nMore of it.\n- news\n  a:: b\n  id:: ${ID}\n`,
    );
    expect(insertAt('', null, null)).toBe(`- news\n  a:: b\n  id:: ${ID}\n`);
  });

  it('ends its lines as most lines of the page end', () => {
    const few = `${'- a\n'.repeat(9)}- pasted\r\n`;
    expect(insertAt(few, null, null)).toBe(`- news\n  a:: b\n  id:: ${ID}\n${few}`);
    const most = `${'- a\r\n'.repeat(9)}- pasted\n`;
    expect(insertAt(most, null, null)).toBe(`- news\r\n  a:: b\r\n  id:: ${ID}\r\n${most}`);
  });

  it('sets page properties in their lines and parts them from the blocks', () => {
    const set = (text: string, properties: Record<string, string>) =>
      changePageText(text, [{ kind: 'properties', properties }]);
    expect(set('- a\n', { type: 'run' })).toBe('type:: run\n\n- a\n');
    expect(set('', { type: 'run' })).toBe('type:: run\n\n');
    expect(set('title:: x\ntype::  old\nother:: y\n\n- a\n', { type: 'run', more: 'z' })).toBe(
      'title:: x\ntype:: run\nother:: y\nmore:: z\n\n- a\n',
    );
    expect(set('\uFEFFtype:: old\r\nkeep::  it \r\n\r\n- a\r\n', { type: '', new: 'n' })).toBe(
      '\uFEFFkeep::  it \r\nnew:: n\r\n\r\n- a\r\n',
    );
    expect(set('type:: old\n\n- a\n', { type: '' })).toBe('- a\n');
    expect(set('type:: one\ntype:: two\n- a\n', { type: 'run' })).toBe('type:: run\n- a\n');
    expect(set('---\nkey: value\n---\n\n- a\n', { type: 'run' })).toBe('---\nkey: value\n---\ntype:: run\n\n- a\n');
    expect(set('---\nkey: value\n---', { type: 'run' })).toBe('---\nkey: value\n---\ntype:: run\n\n');
    expect(set('---\n- a\n---\n- a\n', { type: 'run' })).toBe('---\n- a\n---\ntype:: run\n\n- a\n');
    expect(() => set('- a\n', { 'no key': 'x' })).toThrow(expect.objectContaining({ code: 'graph.bad_content' }));
  });

  it.each(['> quoted', '> quoted\nkey: value', 'a: 1\n* listed', 'type:: old', '```', '#+BEGIN_QUOTE', '<div >'])(
    'leaves front matter alone, and sees behind it what it has written: %j [core.graph.once]',
    (matter) => {
      const front = `\uFEFF---\n${matter}\n---\n`;
      const once = changePageText(`${front}- a\n`, [{ kind: 'properties', properties: { type: 'run' } }]);
      expect(once).toBe(`${front}type:: run\n\n- a\n`);
      expect(readPageText(once).properties).toEqual({ type: 'run' });
      expect(changePageText(once, [{ kind: 'properties', properties: { type: 'run' } }])).toBe(once);
    },
  );

  it('sees the same properties as whoever else reads pages', () => {
    const text = fc.array(
      fc.oneof(lines, fc.constantFrom('a b:: c', 'key::', 'Key:: x', 'a:b:: c', '`x:: y`', 'http::x')),
      {
        maxLength: 8,
      },
    );
    fc.assert(
      fc.property(text, (parts) => {
        expect(splitText(parts.join('\n')).properties).toEqual(propertiesOf(parts.join('\n')));
      }),
    );
  });

  it('refuses a text that would be read as other blocks than it is meant to be', () => {
    for (const content of ['one\n- two', 'one\n\t- two', 'fence\n```\n- never closed']) {
      const insert = () => changePageText('- a\n', [{ kind: 'insert', parent: null, after: null, content }]);
      expect(insert, content).toThrow(expect.objectContaining({ code: 'graph.bad_content' }));
    }
  });

  it('gives a copied block a reference of its own, so that the right one is changed', () => {
    const text = `- a\n  id:: ${ID}\n- a\n  id:: ${ID}\n`;
    expect(readPageText(text).blocks.map((block) => block.ref)).toEqual([ID, '@1']);
    expect(changePageText(text, [{ kind: 'update', ref: '@1', content: 'b' }])).toBe(
      `- a\n  id:: ${ID}\n- b\n  id:: ${ID}\n`,
    );
  });
});

it.each(['a', '> quoted', '```\ncode\n```', '', 'a\n> quoted'])(
  'puts properties where Logseq finds them, whatever the block begins with: %j',
  (content) => {
    const written = joinText(content, content, { key: 'v', id: '1' });
    expect(splitText(written)).toEqual({ content, properties: { key: 'v', id: '1' } });
    expect(seenByLogseq(`- ${written.replaceAll('\n', '\n  ')}\n`)[0]!.properties).toEqual({ key: 'v', id: '1' });
  },
);
