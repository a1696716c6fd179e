import { expect, it } from 'vitest';
import { openPortIndex } from '../../../daemon/graph-index/port-index.ts';
import type { Change } from '../../../daemon/graph/graph.ts';
import { openLogseq } from '../../../daemon/graph/logseq.ts';
import { reviewGraph } from '../../../daemon/review/review.ts';
import { createModel } from '../../e2e/host/model/model.ts';
import { modelHost } from '../graph/model-host.ts';

it('a database graph is read by its own names of days, and Logseq’s own pages are none of the person’s [review.index.db]', async () => {
  const model = createModel({
    kind: 'db',
    hostAge: 'new',
    pluginId: 'stagebook',
    journalTitle: 'yyyy-MM-dd EEEE',
  });
  const graph = await openLogseq(modelHost(model), { id: 'logseq_db_notes' });
  const insert = (content: string): Change => ({ kind: 'insert', parent: null, after: null, content });
  await graph.change('2026-11-20 Friday', null, [
    insert('see [[2026-12-25 Friday]] and [[Plan]]'),
    insert('TODO rest'),
  ]);
  await graph.change('2026-11-19 Thursday', null, [insert('[[Nobody wrote this]]')]);
  await graph.change('Plan', null, [insert('TODO [[2026-11-20 Friday]] is when it began @ada')]);
  await model.call('logseq.Editor.appendBlockInPage', ['Task', 'of Logseq’s own']);
  const { index, settings } = await openPortIndex(graph);
  expect([...index.pages()].map(({ name, kind }) => `${kind} ${name}`).sort()).toEqual([
    'journal 2026-11-19 Thursday',
    'journal 2026-11-20 Friday',
    'page Plan',
  ]);
  const { findings } = await reviewGraph(index, { settings, now: Date.parse('2026-11-21'), zone: 'UTC' });
  expect(findings.map(({ check, page }) => `${check}: ${page}`)).toEqual([
    'broken-page-reference: 2026-11-19 Thursday',
  ]);
});
