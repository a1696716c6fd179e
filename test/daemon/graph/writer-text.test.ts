import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fail, type StagebookError } from '../../../shared/failure.ts';
import { createBlockMemory } from '../../../daemon/graph/block-memory.ts';
import type { Change, Graph, GraphPage } from '../../../daemon/graph/graph.ts';
import { changePageText, readPageText } from '../../../daemon/graph/page-text.ts';
import { writePage } from '../../../daemon/graph/writer.ts';
import type { PageDoc } from '../../../daemon/pages/page.ts';

/** A file graph of one page without a disk. */
class TextGraph implements Graph {
  readonly id = 'text';
  readonly kind = 'file';
  text: string | null;

  constructor(text: string | null) {
    this.text = text;
  }

  #page(): GraphPage | null {
    return this.text === null
      ? null
      : { name: 'Page', revision: this.text, text: this.text, ...readPageText(this.text) };
  }

  read(): Promise<GraphPage | null> {
    return Promise.resolve(this.#page());
  }

  async *pages(): AsyncIterable<string> {
    if (this.text !== null) yield Promise.resolve('Page');
  }

  async change(_name: string, revision: string | null, changes: readonly Change[]): Promise<GraphPage> {
    await Promise.resolve();
    if (revision !== this.text) throw fail('locked', 'graph.changed', 'changed');
    this.text = changePageText(this.text ?? '', changes);
    return this.#page()!;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

const line = fc.constantFrom(
  'type:: mine',
  '',
  '- one',
  '  - two  ',
  '\t- three',
  '\t  id:: 65f0b1a2-1111-4111-8111-111111111111',
  '  more of it',
  '# Heading',
  'plain',
  '- TODO [[x]]',
  '  ```',
  '- log',
);
const doc = fc
  .record({ now: fc.constantFrom('running', 'done'), count: fc.nat(3), status: fc.constantFrom('a', 'b') })
  .map(({ now, count, status }): PageDoc => ({
    name: 'Page',
    properties: { status },
    blocks: [
      { key: 'now', content: `${now}\n| a |\n| --- |` },
      {
        key: 'log',
        content: '## Log',
        children: Array.from({ length: count }, (_, i) => ({ key: `l${i}`, content: `line ${i}`, collapsed: true })),
      },
    ],
  }));

describe('the writer on text', () => {
  it('keeps every line that a person has on the page, in order and to the byte [core.graph.edits]', async () => {
    let written = 0;
    const doings = fc.array(fc.oneof(doc, fc.tuple(fc.nat(40), line)), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1, maxLength: 10 }),
        fc.constantFrom('\n', '\r\n'),
        doings,
        async (start, end, list) => {
          const graph = new TextGraph(start.map((text) => text + end).join(''));
          const memory = createBlockMemory();
          for (const doing of list) {
            if (Array.isArray(doing)) {
              // A line of their own anywhere, which may also end up inside one of our blocks.
              const lines = graph.text!.split(end);
              lines.splice(doing[0] % lines.length, 0, `${doing[1]} by hand`);
              graph.text = lines.join(end);
              continue;
            }
            const before = graph.text!;
            const theirs = before.split(end).filter(isTheirs);
            try {
              await writePage(graph, memory, doing);
            } catch (error) {
              // Where a person's text would run into ours, nothing is written rather than anything changed.
              expect((error as StagebookError).code).toBe('graph.bad_content');
              expect(graph.text).toBe(before);
              continue;
            }
            written += 1;
            expect(graph.text!.split(end).filter(isTheirs)).toEqual(theirs);
            expect(graph.text!.replaceAll(end, '')).not.toMatch(end === '\r\n' ? /\n/ : /\r/);
            const after = graph.text;
            expect(await writePage(graph, memory, doing)).toMatchObject({ changed: false });
            expect(graph.text).toBe(after);
          }
        },
      ),
      { numRuns: 1_500 },
    );
    expect(written).toBeGreaterThan(1_000);
  });
});

/** What a person wrote: everything but the lines that can only be ours, and blank ones. */
function isTheirs(text: string): boolean {
  return !/^\s*(?:- )?(?:running|done|\| a \||\| --- \||## Log|line \d|collapsed:: true|id:: [0-9a-f]{8}-.*|status:: [ab])?$/.test(
    text,
  );
}
