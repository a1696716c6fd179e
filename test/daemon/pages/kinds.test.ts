import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBlockMemory } from '../../../daemon/graph/block-memory.ts';
import { openFolder } from '../../../daemon/graph/folder.ts';
import { writePage } from '../../../daemon/graph/writer.ts';
import { pageKinds } from '../../../daemon/pages/index.ts';
import type { DocBlock, PageDoc } from '../../../daemon/pages/page.ts';
import type { TestEngine } from '../../fakes/engine.ts';
import { blocksOf, inlines, pageProperties, parse } from './mldoc.ts';
import { hostileData } from './hostile-data.ts';
import { makeHostileIncident } from './hostile-incident.ts';
import { create, situations, sourceOf } from './runs.ts';

const INCIDENT_KINDS = new Set(['incident', 'incidents', 'post-mortem']);

let folder: string;
let test: TestEngine;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stagebook-pages-'));
  test = await create();
});
afterEach(async () => {
  test.remove();
  await rm(folder, { recursive: true });
});

function flat(blocks: readonly DocBlock[], depth = 1): { block: DocBlock; depth: number }[] {
  return blocks.flatMap((block) => [{ block, depth }, ...flat(block.children ?? [], depth + 1)]);
}

async function written(doc: PageDoc): Promise<string> {
  const graph = await openFolder(folder);
  const memory = createBlockMemory();
  await writePage(graph, memory, doc);
  expect(await writePage(graph, memory, doc)).toMatchObject({ changed: false });
  return (await graph.read(doc.name))!.text!;
}

for (const kind of pageKinds) {
  describe(`the page “${kind.kind}” [core.pages.suite]`, () => {
    for (const [situation, make] of Object.entries(situations)) {
      it(`is read by Logseq as it is meant, of a run that is ${situation} [core.pages.mldoc]`, async () => {
        const run = await make(test);
        const isOfIncident = INCIDENT_KINDS.has(kind.kind);
        if (isOfIncident) await makeHostileIncident(test, run);
        const source = sourceOf(test, run, hostileData[kind.kind] ?? {}, {
          siblings: { run: 'Runs/x', [kind.kind]: 'Itself' },
          incidents: () => [test.engine.state(run).incident!],
        });
        const doc = kind.render(source);
        expect(kind.render(source)).toEqual(doc);
        expect(doc.name).toBe(kind.name(source));

        const blocks = flat(doc.blocks);
        const keys = blocks.map(({ block }) => block.key);
        expect(keys).toEqual([...new Set(keys)]);
        for (const key of keys) expect(key).toMatch(/^[^:@][^]*[^+]$/);

        const text = await written(doc);
        expect(pageProperties(text)).toEqual(doc.properties);
        expect(doc.properties).toMatchObject({ type: kind.kind, workflow: '[[Package release]]' });
        const read = blocksOf(text);
        expect(read.map(({ level }) => level)).toEqual(blocks.map(({ depth }) => depth));
        for (const [i, { block }] of blocks.entries()) {
          const { properties, marker, size } = read[i]!;
          expect(Object.keys(properties).toSorted()).toEqual(block.collapsed ? ['collapsed', 'id'] : ['id']);
          expect(marker).toBe(/^(TODO|DONE) /.exec(block.content)?.[1]);
          expect(size).toBe(/^(#+) /.exec(block.content)?.[1]?.length);
        }
        // Nothing from outside is a link, a tag, a macro or markup, here and where Logseq looks by itself.
        const ast = parse(text);
        for (const element of ['Macro', 'Tag', 'Block_reference', 'Inline_Html', 'Latex_Fragment', 'Export_Snippet']) {
          expect(inlines(ast, element)).toEqual([]);
        }
        const pages = inlines(ast, 'Link').filter(([, link]) => (link as { url: [string] }).url[0] !== 'Complex');
        for (const [, link] of pages) {
          expect(['Package release', 'Runs/x', ...(isOfIncident ? ['INC-2026-01-05-001'] : [])]).toContain(
            (link as { url: [string, string] }).url[1],
          );
        }
        expect(text).not.toContain('{{');
        expect(text).not.toContain('\u202e');
      });
    }
  });
}
