import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { node, step, workflowOf } from '../../fakes/outline.ts';
import { createTestServer, type TestServer } from '../../fakes/server.ts';

let here: TestServer;
beforeEach(async () => {
  here = await createTestServer();
});
afterEach(() => here.remove());

describe('a paired plugin', () => {
  it('reads the daemon, its runs and their events [ui.server.calls]', async () => {
    const plugin = await here.plugin();
    const { run } = await here.test.run(workflowOf(step('one', 'act.read', { with: { name: 'one' } })));
    expect(await plugin.call('status')).toMatchObject({ people: [], graphs: [], pos: here.test.journal.head() });
    expect(await plugin.call('runs.list', {})).toMatchObject([{ run, status: 'completed', dryRun: false }]);
    const { events, done } = await plugin.call('run.events', { run, after: 0 });
    expect(events).toEqual(here.test.engine.events(run));
    expect(done).toBe(true);
    expect((await plugin.call('run.definition', { run })).definition).toEqual(here.test.engine.definition(run));
    expect(await plugin.call('run.verify', { run })).toMatchObject({ holds: true, events: events.length });
    await expect(plugin.call('run.events', { run: 'none', after: 0 })).rejects.toMatchObject({ code: 'run.not_found' });
  });

  it('is told of a run in line for which slot it waits, and who has it [ui.blocks.line]', async () => {
    const plugin = await here.plugin();
    const { header, ...rest } = workflowOf(node('ask', 'which', { question: 'Which?' }));
    const concurrency = { key: 'release', limit: 1 };
    const definition = { ...rest, header: { ...header, settings: { concurrency } } };
    const { run } = await here.test.run(definition);
    const by = { kind: 'person', name: 'Ada' } as const;
    const next = await here.test.engine.start({ definition, inputs: {}, by });
    await here.test.settle();
    const told = async () =>
      Object.fromEntries((await plugin.call('runs.list', {})).map((one) => [one.run, one.inLine]));
    const phrase = 'waits for a slot of “release”, which #1 test_workflow has';
    expect(await told()).toEqual({ [run]: undefined, [next]: phrase });
    expect(await plugin.call('runs.list', { search: next })).toMatchObject([{ run: next, inLine: phrase }]);
    await here.test.engine.cancel(run, by);
    await here.test.settle();
    expect(await told()).toEqual({ [run]: undefined, [next]: undefined });
  });

  it('sees what waits for a person, and events as they are committed [ui.server.calls]', async () => {
    const plugin = await here.plugin();
    await plugin.call('subscribe', { runs: 'all', after: 0 });
    const { run } = await here.test.run(workflowOf(node('ask', 'which', { question: 'Which?' })));
    expect(await plugin.call('requests', { run })).toMatchObject([{ kind: 'ask', question: 'Which?' }]);
    await plugin.until(() => plugin.upTo === here.test.journal.head());
    expect(plugin.events).toEqual(here.test.engine.events(run));
  });
});
