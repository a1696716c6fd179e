import { describe, expect, it } from 'vitest';
import { applyFix, previewFix, undoFix } from '../../../daemon/review/apply.ts';
import type { Fix } from '../../../daemon/review/finding.ts';
import type { Change, Graph, GraphBlock } from '../../../daemon/graph/graph.ts';
import { openLogseq } from '../../../daemon/graph/logseq.ts';
import { createModel, type ModelOptions } from '../../e2e/host/model/model.ts';
import { modelHost } from '../graph/model-host.ts';

const HOSTS: readonly ModelOptions[] = [
  { kind: 'file', hostAge: 'old' },
  { kind: 'file', hostAge: 'new' },
  { kind: 'db', hostAge: 'new', pluginId: 'stagebook' },
];
const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

const seen = (blocks: readonly GraphBlock[]): unknown[] =>
  blocks.map(({ content, properties, children }) => ({ content, properties, children: seen(children) }));

async function seeded(options: ModelOptions): Promise<Graph> {
  const graph = await openLogseq(modelHost(createModel(options)), {
    id: 'folder:/graph',
    kind: options.kind,
    check: () => Promise.resolve(),
  });
  const insert = (n: number, parent: number | null, after: number | null, content: string): Change => ({
    kind: 'insert',
    parent: parent === null ? null : uuid(parent),
    after: after === null ? null : uuid(after),
    uuid: uuid(n),
    content,
  });
  await graph.change('Runbook', null, [
    { kind: 'properties', properties: { owner: 'Ada' } },
    insert(1, null, null, 'TODO call [[Nobody]]'),
    insert(2, null, 1, 'fence\n```yaml\nx:\n  y: 1\n```'),
    insert(3, 2, null, 'under it'),
    insert(4, 2, 3, 'and beneath'),
  ]);
  return graph;
}

describe.each(HOSTS)('in Logseq ($kind, $hostAge)', (options) => {
  it('a fix is shown, made, and undone leaves every block as it was [review.fix.logseq]', async () => {
    const graph = await seeded(options);
    const before = (await graph.read('Runbook'))!;
    const [first, second] = before.blocks;
    const changes: Change[] = [
      { kind: 'properties', properties: { owner: 'Bob', status: 'kept' } },
      { kind: 'update', ref: first!.ref, content: 'TODO call [[Ada]]' },
      { kind: 'insert', parent: null, after: first!.ref, content: 'new', uuid: uuid(9) },
      { kind: 'remove', ref: second!.children[0]!.ref },
    ];
    const fix: Fix = { title: 'Mend it', pages: [{ page: 'Runbook', revision: before.revision, changes }] };
    const [preview] = await previewFix(graph, fix);
    expect(preview!.after).toContain('TODO call [[Ada]]');
    expect(preview!.after).not.toContain('under it');
    expect((await graph.read('Runbook'))!.revision).toBe(before.revision);

    const done = await applyFix(graph, fix);
    expect(JSON.stringify(seen((await graph.read('Runbook'))!.blocks))).toContain('[[Ada]]');
    await undoFix(graph, done);
    const after = (await graph.read('Runbook'))!;
    expect(seen(after.blocks)).toEqual(seen(before.blocks));
    expect(after.properties).toEqual(before.properties);
  });

  it('is refused when somebody typed meanwhile [review.fix.logseq]', async () => {
    const graph = await seeded(options);
    const before = (await graph.read('Runbook'))!;
    const ref = before.blocks[0]!.ref;
    const fix: Fix = {
      title: 'Mend it',
      pages: [
        {
          page: 'Runbook',
          revision: before.revision,
          changes: [{ kind: 'update', ref, content: 'TODO call [[Ada]]' }],
        },
      ],
    };
    await graph.change('Runbook', before.revision, [{ kind: 'update', ref, content: 'TODO call [[Carol]]' }]);
    const now = (await graph.read('Runbook'))!;
    await expect(applyFix(graph, fix)).rejects.toMatchObject({ code: 'review.changed' });
    expect(seen((await graph.read('Runbook'))!.blocks)).toEqual(seen(now.blocks));
  });
});
