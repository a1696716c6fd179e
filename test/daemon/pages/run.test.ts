import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NeedsPerson } from '../../../daemon/actions/action.ts';
import { runPage } from '../../../daemon/pages/run.ts';
import type { PageDoc } from '../../../daemon/pages/page.ts';
import { createTestEngine, type TestEngine } from '../../fakes/engine.ts';
import { node, step, workflowOf } from '../../fakes/outline.ts';
import { agree, create, releaseWorkflow, situations, sourceOf } from './runs.ts';
import { headings, told } from './told.ts';

let test: TestEngine;
beforeEach(async () => {
  test = await create();
});
afterEach(() => test.remove());

const siblings = { run: 'Runs/x', release: 'Release pkg 1.1.0', announcement: 'Release Announcement - pkg v1.1.0' };
const page = async (situation: string): Promise<{ doc: PageDoc; run: string }> => {
  const run = await situations[situation]!(test);
  return { doc: runPage.render(sourceOf(test, run, null, { siblings })), run };
};

describe('the run page [core.pages.run]', () => {
  it('is named by UTC date, number and title, and links workflow and sibling pages', async () => {
    const { doc, run } = await page('waiting');
    expect(doc.name).toBe('Runs/2026-01-05 1 Package release');
    expect(doc.properties).toMatchObject({
      type: 'run',
      status: 'waiting',
      workflow: '[[Package release]]',
      release: '[[Release pkg 1.1.0]]',
      announcement: '[[Release Announcement - pkg v1.1.0]]',
      'run-id': run,
      definition: test.engine.state(run).definition,
      'started-by': 'Ada',
      started: '2026-01-05 10:00:00 +01:00',
    });
    expect(doc.properties).not.toHaveProperty('run');
  });

  it('says first what is waited for, as a task with the command', async () => {
    const { doc, run } = await page('waiting');
    expect(doc.blocks[0]!.content).toBe('Waiting for a person at “Good enough to publish”.');
    expect(told(doc, 'What is waited for')).toEqual([
      `TODO Review “Good enough to publish” and sign: The release manager agrees · \`stagebook approve ${run}\``,
    ]);
    await agree(test, run);
    const after = runPage.render(sourceOf(test, run, null, { siblings }));
    expect(headings(after)).not.toContain('What is waited for');
    expect(after.properties).toMatchObject({ status: 'completed', ended: '2026-01-05 10:00:00 +01:00' });
  });

  it('tells stages with time and outcome, also those that were not reached, and the steps inside', async () => {
    const { doc } = await page('rejected');
    const lines = told(doc, 'Stages');
    expect(lines[0]).toMatch(
      /^\*\*Prepare\*\* — completed · 2026-01-05 10:00:00 \+01:00, took .* · tester \(persona\)$/,
    );
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}bump \(`act\.write`\) — completed/));
    expect(lines).toContainEqual(expect.stringMatching(/^\*\*Validate\*\* — failed: .*79\.9/));
    expect(lines).toContainEqual('**Publish** — not reached · tester (persona)');
  });

  it('tells gates with requirement, value, result and who signed', async () => {
    const { doc } = await page('published');
    expect(told(doc, 'Gates')).toEqual([
      'Good enough to publish — **passed**: its check held and everyone asked agreed',
      '| Requirement | Value | Result | Signed by |',
      '| --- | --- | --- | --- |',
      '| Coverage is at least 80 % | 83.4 | ✓ held | – |',
      expect.stringMatching(/^\| The release manager agrees \| 1 of 1 \| ✓ agreed \| Ada, \d{4}-.* \|$/),
      '  How each was decided',
      '    Coverage is at least 80 %: `steps.tests.output.coverage >= 80.0`',
    ]);
  });

  it('says one thing a line of its timeline, and folds beneath it what it rests on where that is long', async () => {
    const found = Array.from({ length: 9 }, (_, at) => `https://registry.example/pkg-${at}.tgz`);
    const look = step('look', 'act.read', {
      with: { name: 'look', value: found },
      remember: { found: '${{ output }}' },
    });
    const short = step('short', 'act.write', {
      with: { name: 'short', value: 'one' },
      remember: { word: '${{ output }}' },
    });
    const { run } = await test.run(workflowOf(look, short));
    const doc = runPage.render(sourceOf(test, run, null, { siblings }));
    const timeline = doc.blocks.find(({ content }) => content === '## Timeline')!.children!;
    const long = timeline.find(({ content }) => content.includes('“look”'))!;
    expect(long.content).not.toContain('registry.example');
    expect(long).toMatchObject({ collapsed: true, children: [{ key: `${long.key}/evidence` }] });
    expect(long.children![0]!.content).toContain('registry.example/pkg-0.tgz');
    const brief = timeline.find(({ content }) => content.includes('“short”'))!;
    expect(brief.content).toContain('(action: `act.write`; word: `one`)');
    expect(brief.children).toBeUndefined();
  });

  it('says why a person is asked, where the page of the workflow does not', async () => {
    const because = 'No model is configured in config.yaml, so a person is asked.';
    test.world.on('thinks', () => {
      throw new NeedsPerson({ question: 'Find the cause.', because, from: 'person' });
    });
    const { run } = await test.run(workflowOf(step('thinks', 'act.read', { with: { name: 'thinks' } })));
    expect(told(runPage.render(sourceOf(test, run, null, { siblings })), 'What is waited for')).toEqual([
      `TODO Answer: Find the cause. · No model is configured in config.yaml, so a person is asked · \`stagebook answer ${run}\``,
    ]);
  });

  it('tells what failed, why, and how to go on', async () => {
    const { doc, run } = await page('rejected');
    expect(doc.blocks[0]!.content).toMatch(/^Failed after .* in “Good enough to publish”: .*Coverage is at least 80 %/);
    expect(told(doc, 'What failed, and how to go on')).toEqual([
      expect.stringMatching(/Coverage is at least 80 % \(saw 79\.9\).* \(`gate\.rejected`\)$/),
      `TODO Remove the cause, then look again: \`stagebook resume ${run} --from validate\``,
    ]);
  });

  it('names the stage to do again in which the run failed, not one in which something failed and was got over [core.pages.run]', async () => {
    test.world.on('push', () => {
      throw new Error('no way');
    });
    test.world.on('pay', () => {
      throw new Error('no money');
    });
    const call = (name: string) => step(name, 'act.read', { with: { name } });
    const { header, body } = workflowOf(node('fallback', 'either', {}, call('push'), call('ask')));
    const order = node('stage', 'order', { persona: 'tester' }, call('pay'));
    const { run } = await test.run({ language: 1, header, body: [...body, order] });
    expect(told(runPage.render(sourceOf(test, run, null, { siblings })), 'What failed, and how to go on')).toContain(
      `To do the whole stage again: \`stagebook resume ${run} --from order\``,
    );
  });

  it('says so when nobody knows whether something took effect', async () => {
    const { doc } = await page('unknown');
    expect(doc.blocks[0]!.content).toBe('Waiting for a person at “Send it”.');
    expect(told(doc, 'Timeline').join('\n')).toContain('nobody knows yet whether “Send it” took effect');
  });

  it('tells personas’ receipts: what was used and refused', async () => {
    test.remove();
    test = await createTestEngine({
      options: { personas: () => new Map([['tester', { id: 'tester', actions: ['act.read'], secrets: [] }]]) },
    });
    const definition = workflowOf(
      step('look', 'act.read', { with: { name: 'look' } }),
      node(
        'fallback',
        'either',
        {},
        step('push', 'act.read', { with: { name: 'push' } }),
        step('ask', 'act.read', { with: { name: 'ask' } }),
      ),
    );
    const { run } = await test.run(definition);
    const source = sourceOf(test, run);
    source.state.refusals.push({
      at: 0,
      node: 'work/push',
      persona: 'tester',
      wanted: 'act.write',
      why: 'not offered',
    });
    const table = told(runPage.render(source), 'Personas');
    expect(table[1]).toMatch(/Offered.*Used.*Refused.*Tokens forecast \/ spent/);
    expect(table[3]).toMatch(
      /^\| work \| tester \| .* \| `act\.read` × 2 \| `act\.write` \| 0 \/ 0, no model was asked \|$/,
    );
  });

  it('tells inputs, outputs and what was remembered', async () => {
    const { run } = await test.run(releaseWorkflow(), { level: 'minor', list: ['a', 1] });
    await agree(test, run);
    const doc = runPage.render(sourceOf(test, run));
    expect(told(doc, 'Inputs')).toEqual(['`level` = `minor`', '`list` = `["a",1]`']);
    expect(told(doc, 'Outputs')).toContain('  `version_new` = `1.1.0`');
  });

  it('marks a dry run', async () => {
    const { run } = await test.run(releaseWorkflow(), {}, { dryRun: true });
    expect(runPage.render(sourceOf(test, run)).properties['dry-run']).toBe('true');
  });

  it('stays a page that can be opened, however long the run was', async () => {
    const definition = {
      ...workflowOf(
        node('foreach', 'each', { in: 'inputs.list', as: 'item' }, step('one', 'act.write', { with: { name: 'one' } })),
      ),
      header: node('workflow', 'long', { inputs: { list: { type: 'list' } } }),
    };
    const { run } = await test.run(definition, { list: Array.from({ length: 700 }, (_, i) => i) });
    const lines = told(runPage.render(sourceOf(test, run)));
    expect(lines.length).toBeLessThan(1_000);
    expect(lines.join('\n')).toContain(`\`stagebook show ${run}\``);
  });
});
