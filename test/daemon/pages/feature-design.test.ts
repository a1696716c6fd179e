import { afterEach, expect, it } from 'vitest';
import { featureDesignPage } from '../../../daemon/pages/feature-design.ts';
import type { Json, JsonObject } from '../../../shared/json.ts';
import type { TestEngine } from '../../fakes/engine.ts';
import { node, workflowOf } from '../../fakes/outline.ts';
import { create, sourceOf } from './runs.ts';

let test: TestEngine;
afterEach(() => test.remove());

const DATA: JsonObject = {
  name: 'post-a-notice',
  story: 'As a neighbour I want to post a notice.',
  criteria: ['e2e: it is there at once', 'coverage: it is tested', 'it is liked'],
  contract: 'POST /api/notices | Post a notice | {text, by} | 201 {id}\nNotice: id, text, by',
  decisions: ['No accounts yet'],
  branch: 'feature/post-a-notice',
};

/** The lines of the page, after a run with a passed gate "e2e" and a rejected gate "coverage". */
async function lines(more: JsonObject = {}): Promise<string[]> {
  test = await create();
  const gate = (id: string, that: string) =>
    node('gate', id, { 'on-reject': 'continue' }, node('check', `${id}_holds`, { that }));
  const { run } = await test.run(workflowOf(gate('e2e', 'true'), gate('coverage', '79.9 >= 80.0')));
  const data = { ...DATA, ...more } as Json;
  const { blocks, name, properties } = featureDesignPage.render(sourceOf(test, run, data));
  expect(name).toBe('Feature Design - post-a-notice');
  expect(properties).toMatchObject({ type: 'feature-design', feature: 'post-a-notice' });
  const flat = (list: typeof blocks): string[] =>
    list.flatMap(({ content, children = [] }) => [content, ...flat(children)]);
  return flat(blocks);
}

it('tells story, contract, decisions, branch and the result of each suite, and ticks what its gate has shown [feature.page.design]', async () => {
  const told = await lines();
  expect(told).toContain('As a neighbour I want to post a notice.');
  expect(told).toContain('DONE e2e: it is there at once');
  expect(told).toContain('TODO coverage: it is tested');
  expect(told).toContain('TODO it is liked');
  expect(told.join('\n')).toContain('| `POST /api/notices` | Post a notice | {text, by} | 201 {id} |');
  expect(told).toContain('Notice: id, text, by');
  expect(told).toContain('No accounts yet');
  expect(told).toContain('Branch `feature/post-a-notice`');
  expect(told.filter((line) => /\*\*(?:passed|rejected)\*\*/.test(line))).toHaveLength(2);
});

it('tells the pull request and what became of it, and what earlier steps said stays [feature.page.design]', async () => {
  const told = await lines(
    featureDesignPage.merge!(
      { status: 'changes requested', reason: 'too slow', pull_request_url: 'https://github.example/pull/3' },
      { name: 'post-a-notice', status: 'merged', merge_commit: 'ddd' },
    ),
  );
  expect(told).toContain('[Pull request](https://github.example/pull/3)');
  expect(told).toContain('Merged as `ddd`');
  expect(told).toContain('DONE it is liked');
  expect(told.join('\n')).not.toContain('too slow');
});

it('keeps a choice of types in its column, and all that follows in the last one [feature.page.design]', async () => {
  const contract =
    'GET /api/notices | Read those of a kind | {kind: open|closed} | 200 [Notice] | 404\nPOST /api/notices|Post|{text}|201';
  const told = (await lines({ contract })).join('\n');
  expect(told).toContain('| {kind: open¦closed} | 200 \\[Notice] ¦ 404 |');
  expect(told).toContain('| `POST /api/notices` | Post | {text} | 201 |');
});

it('says of a run that has ended without a merge that it stopped, why, and how to go on, and of nothing that it waits [feature.page.stopped]', async () => {
  test = await create();
  const gate = node('gate', 'nothing_in_the_way', {}, node('check', 'ci_is_green', { that: '1 > 2' }));
  const { run } = await test.run(workflowOf(gate));
  const page = (status: string) => {
    const data = { ...DATA, status } as Json;
    const { blocks, properties } = featureDesignPage.render(sourceOf(test, run, data));
    const [first, ...rest] = blocks.map(({ content, children = [] }) => [
      content,
      ...children.map((each) => each.content),
    ]);
    return { first, status: properties.status, rest: rest.flat().join('\n') };
  };
  const said = page('in review');
  expect(said.first).toEqual(['**Stopped.** post-a-notice is not merged: its run failed.']);
  expect(said.status).toBe('stopped');
  expect(said.rest).toContain('gate.rejected');
  expect(said.rest).toContain(`stagebook resume ${run}`);
  expect(page('changes requested')).toMatchObject({ status: 'changes requested' });
});
