import { expect, it } from 'vitest';
import type { IndexedGraph } from '../../daemon/graph-index/indexed-graph.ts';
import type { Change, Graph } from '../../daemon/graph/graph.ts';
import { blockUuid } from '../../daemon/graph/uuid.ts';
import { reviewGraph } from '../../daemon/review/review.ts';

/** What is on each page: its properties, and its blocks with what stands under them. */
interface Written {
  properties?: Record<string, string>;
  blocks: (string | [string, string[]])[];
}

const FIRST = blockUuid('suite', 'first');
const NOWHERE = '65a1f0c2-0d9e-4f57-8b27-000000000009';
const PAGES: Record<string, Written> = {
  Home: {
    properties: { alias: 'Start' },
    blocks: ['see [[start]], [[Runbooks/Restore]] and [[Missing page]]', ['under it', ['[[missing PAGE]] again']]],
  },
  'Runbooks/Restore': {
    properties: { type: 'runbook' },
    blocks: ['## Before', '#### Too deep', 'TODO call @ada\nDEADLINE: <2026-01-01 Thu>'],
  },
  Blocks: { blocks: ['first', `((${NOWHERE}))`, '`[[in code]]`\n```\n[[in a fence]]\n```'] },
  Secrets: { blocks: ['token: ghp_aB3dE6gH9kL2aB3dE6gH9kL2aB3dE6gH9kL2'] },
  Zürich: { blocks: ['[[Home]] [[Blocks]] [[Secrets]] [[zu\u0308rich]]'] },
  Lonely: { blocks: ['nobody comes here'] },
};

/** A graph to write into, and the index of it, opened once it is written. */
export interface IndexUnderTest {
  graph: Graph;
  open(): Promise<IndexedGraph>;
  dispose(): Promise<void>;
}

/** What each index promises, whichever way the graph is reached: the same findings, and no more reading than needed. */
export function graphIndexSuite(title: string, make: () => Promise<IndexUnderTest>): void {
  it(`gives the same findings through ${title} [review.index.ways]`, async () => {
    const { graph, open, dispose } = await make();
    try {
      for (const [name, { properties = {}, blocks }] of Object.entries(PAGES)) {
        let after: string | null = null;
        const changes: Change[] = Object.keys(properties).length > 0 ? [{ kind: 'properties', properties }] : [];
        for (const [at, block] of blocks.entries()) {
          const uuid = name === 'Blocks' && at === 0 ? FIRST : blockUuid('suite', `${name}/${at}`);
          const [content, children] = typeof block === 'string' ? [block, []] : block;
          changes.push({ kind: 'insert', parent: null, after, uuid, content });
          for (const child of children)
            changes.push({
              kind: 'insert',
              parent: uuid,
              after: null,
              uuid: blockUuid('suite', `${name}/${at}/${child}`),
              content: child,
            });
          after = uuid;
        }
        await graph.change(name, (await graph.read(name))?.revision ?? null, changes);
      }
      const indexed = await open();
      const review = async () =>
        (await reviewGraph(indexed.index, { settings: indexed.settings, now: Date.parse('2026-11-21'), zone: 'UTC' }))
          .findings;
      const findings = await review();
      expect(findings.map(({ check, page }) => `${check}: ${page}`).sort()).toEqual([
        'broken-block-reference: Blocks',
        'broken-page-reference: Home',
        'heading-jump: Runbooks/Restore',
        'missing-property: Runbooks/Restore',
        'orphan: Lonely',
        'orphan: Zürich',
        'overdue-task: Runbooks/Restore',
        'secret: Secrets',
      ]);
      // The ids are those of every other way, so that decisions hold on all of them.
      expect(findings.find(({ check }) => check === 'orphan')!.id).toMatch(/^[0-9a-f]{20}$/);
      const ids = findings.map(({ id }) => id).sort();
      expect(ids).toEqual(IDS.length === 0 ? ids : IDS);
      IDS = ids;

      const untouched = indexed.index.named('home')[0];
      const blocks = (await graph.read('Blocks'))!;
      await graph.change('Blocks', blocks.revision, [
        { kind: 'update', ref: blocks.blocks[1]!.ref, content: `((${blocks.blocks[0]!.uuid ?? FIRST}))` },
      ]);
      await indexed.refresh();
      expect(indexed.index.named('home')[0]).toBe(untouched);
      expect((await review()).map(({ check }) => check)).not.toContain('broken-block-reference');
    } finally {
      await dispose();
    }
  }, 30_000);
}

let IDS: string[] = [];
