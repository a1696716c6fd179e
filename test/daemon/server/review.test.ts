import { realpathSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createReviewedFolder, type ReviewedFolder } from '../../fakes/reviewed-folder.ts';
import { createTestServer, type TestServer } from '../../fakes/server.ts';

let reviewed: ReviewedFolder;
let here: TestServer;
let graph: string;
beforeEach(async () => {
  reviewed = createReviewedFolder();
  graph = realpathSync(reviewed.folder);
  reviewed.write('Plain', 'owner:: Ada\n\n- first\n- second\n- third\n- fourth\n- teh fifth\n- sixth\n');
  here = await createTestServer({}, reviewed.means);
});
afterEach(async () => {
  await here.remove();
  await reviewed.remove();
});

it('a person reviews, looks at a change, makes it and takes it back [review.calls.person]', async () => {
  const ada = await here.panel('Ada');
  const before = reviewed.files();
  const overview = await ada.call('review.overview', { graph });
  expect(overview).toMatchObject({ pages: 1, counts: { warning: 1 }, groups: [{ check: 'spelling', fixable: 1 }] });
  const { findings } = await ada.call('review.findings', { graph, check: 'spelling' });
  const { finding } = findings[0]!;
  const { digest, pages } = await ada.call('review.preview', { graph, finding });
  // Of a long page only the lines around it.
  expect(pages).toEqual([
    {
      page: 'Plain',
      line: 4,
      before: '- second\n- third\n- fourth\n- teh fifth\n- sixth\n',
      after: '- second\n- third\n- fourth\n- the fifth\n- sixth\n',
    },
  ]);
  const { fix } = await ada.call('review.apply', { graph, finding, digest });
  expect(await ada.call('review.overview', { graph })).toMatchObject({
    counts: { warning: 0 },
    fixes: [{ fix, by: 'Ada', title: 'Write “the”' }],
  });
  await ada.call('review.undo', { graph, fix });
  expect(reviewed.files()).toEqual(before);
  const decision = { kind: 'dismiss', reason: 'It is a name' } as const;
  await ada.call('review.decide', { graph, finding, decision });
  expect((await ada.call('review.findings', { graph, finding })).findings).toMatchObject([
    { state: 'dismissed', decided: { by: 'Ada', reason: 'It is a name' } },
  ]);
});

it('a plugin can neither see findings nor make fixes, and asks for the page of its own graph only [review.calls.plugin]', async () => {
  const plugin = await here.plugin();
  const before = reviewed.files();
  for (const call of ['review.overview', 'review.findings'] as const) {
    await expect(plugin.call(call, { graph })).rejects.toMatchObject({ code: 'call.right' });
  }
  await expect(plugin.call('review.preview', { graph, finding: 'x' })).rejects.toMatchObject({ code: 'call.right' });
  await expect(plugin.call('review.apply', { graph, finding: 'x', digest: 'x' })).rejects.toMatchObject({
    code: 'call.right',
  });
  await expect(plugin.call('review.undo', { graph, fix: 1 })).rejects.toMatchObject({ code: 'call.right' });
  // It is a folder, and none that this plugin gives access to.
  await expect(plugin.call('review.page', { graph })).rejects.toMatchObject({ code: 'graph.not_found' });
  expect(reviewed.files()).toEqual(before);
});

it('opens no folder that is not known [review.calls.plugin]', async () => {
  const ada = await here.panel('Ada');
  for (const other of ['/', `${graph}/pages`, '../..', 'logseq_db_x']) {
    await expect(ada.call('review.overview', { graph: other })).rejects.toMatchObject({ code: 'graph.not_found' });
  }
});
