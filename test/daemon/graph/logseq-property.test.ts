import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Change, Graph, GraphBlock } from '../../../daemon/graph/graph.ts';
import { openLogseq } from '../../../daemon/graph/logseq.ts';
import { createModel, type ModelOptions } from '../../e2e/host/model/model.ts';
import { MemoryGraph } from './memory-graph.ts';
import { modelHost } from './model-host.ts';

const HOSTS: readonly ModelOptions[] = [
  { kind: 'file', hostAge: 'old' },
  { kind: 'file', hostAge: 'new' },
  { kind: 'db', hostAge: 'new', pluginId: 'stagebook' },
];
const NAME = 'Runs/any';
const TEXTS = [
  'a',
  'TODO b',
  'DONE b',
  'c\nd',
  'fence\n```yaml\nx:\n  y: 1\n```',
  'see [[Some page]] #now',
  '## e',
  '😀',
];

/** A change by numbers, which say the blocks that it is about by their place among those that are there. */
interface Doing {
  kind: 'insert' | 'update' | 'remove' | 'properties';
  at: number;
  under: boolean;
  text: string;
  value: string;
}
const doings = fc.array(
  fc.record<Doing>({
    kind: fc.constantFrom('insert', 'insert', 'insert', 'update', 'remove', 'properties'),
    at: fc.nat(30),
    under: fc.boolean(),
    text: fc.constantFrom(...TEXTS),
    value: fc.constantFrom('', 'x', 'y z'),
  }),
  { minLength: 1, maxLength: 12 },
);

const walk = (blocks: readonly GraphBlock[]): GraphBlock[] =>
  blocks.flatMap((block) => [block, ...walk(block.children)]);
const seen = (blocks: readonly GraphBlock[]): unknown[] =>
  blocks.map(({ content, properties, children }) => ({ content, properties, children: seen(children) }));
const numbered = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** The same doings on any graph, by whatever it calls its blocks. */
async function make(graph: Graph, list: readonly Doing[], call: number): Promise<unknown> {
  const page = await graph.read(NAME);
  let refs = walk(page?.blocks ?? []).map((block) => ({ ref: block.ref, parent: null as string | null }));
  const parents = new Map<string, string | null>();
  const note = (blocks: readonly GraphBlock[], parent: string | null): void => {
    for (const block of blocks) {
      parents.set(block.ref, parent);
      note(block.children, block.ref);
    }
  };
  note(page?.blocks ?? [], null);
  const changes: Change[] = [];
  for (const [i, { kind, at, under, text, value }] of list.entries()) {
    const target = refs[at % Math.max(refs.length, 1)]?.ref;
    if (kind === 'properties') changes.push({ kind, properties: { status: value, [`p${at % 3}`]: value } });
    else if (kind === 'insert') {
      const uuid = numbered(call * 100 + i);
      const parent = target === undefined ? null : under ? target : (parents.get(target) ?? null);
      const after = target === undefined || under ? null : target;
      changes.push({ kind, parent, after, uuid, content: text, properties: value === '' ? {} : { owner: value } });
      parents.set(uuid, parent);
      refs.push({ ref: uuid, parent });
    } else if (target === undefined) continue;
    else if (kind === 'update') changes.push({ kind, ref: target, content: text, properties: { owner: value } });
    else {
      changes.push({ kind, ref: target });
      const gone = new Set([target]);
      for (let size = 0; size !== gone.size;) {
        size = gone.size;
        for (const [ref, parent] of parents) if (parent !== null && gone.has(parent)) gone.add(ref);
      }
      refs = refs.filter(({ ref }) => !gone.has(ref));
    }
  }
  const after = await graph.change(NAME, page?.revision ?? null, changes);
  expect(await graph.read(NAME)).toEqual(after);
  const { title: _, ...properties } = after.properties;
  return { properties, blocks: seen(after.blocks) };
}

it.each(HOSTS)(
  'makes of any changes what they say, in a $kind graph on a $hostAge host [ui.graph.any]',
  async (options) => {
    await fc.assert(
      fc.asyncProperty(fc.array(doings, { minLength: 1, maxLength: 5 }), async (calls) => {
        const model = createModel(options);
        const wait = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));
        const graph = await openLogseq(modelHost(model), { id: 'g', kind: options.kind, wait });
        const meant = new MemoryGraph();
        for (const [call, list] of calls.entries()) {
          expect(await make(graph, list, call + 1)).toEqual(await make(meant, list, call + 1));
          expect(model.editing).toBeNull();
        }
      }),
      { numRuns: 80 },
    );
  },
  60_000,
);
