import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Client } from '../../fakes/client.ts';
import { node, step, workflowOf } from '../../fakes/outline.ts';
import { createTestServer } from '../../fakes/server.ts';

/** What happens to a connection while runs go on. */
const happening = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('run' as const),
      steps: fc.integer({ min: 1, max: 12 }),
      bytes: fc.constantFrom(10, 3_000, 80_000),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cut' as const), after: fc.integer({ min: 0, max: 6 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('read' as const) }) },
);

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('gives exactly the journal’s events, in order, over any number of lost connections [ui.server.resume]', async () => {
  const here = await createTestServer();
  const { token } = await here.plugin();
  const connect = async (runs: 'all' | string[], after: number): Promise<Client> => {
    const client = await here.open();
    client.hello({ kind: 'plugin', token });
    await client.welcomed();
    await client.call('subscribe', { runs, after });
    return client;
  };
  const start = (steps: number, bytes: number): Promise<string> => {
    const value = 'x'.repeat(bytes);
    const nodes = Array.from({ length: steps }, (_, index) =>
      step(`s${index}`, 'act.read', { with: { name: 'one', value } }),
    );
    const definition = workflowOf(node('parallel', 'all', {}, ...nodes));
    return here.test.engine.start({ definition, inputs: {}, by: { kind: 'person', name: 'Ada' } });
  };
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 3, maxLength: 14 }), fc.boolean(), async (happenings, some) => {
      const from = here.test.journal.head();
      const wanted = some ? [await start(3, 100), await start(2, 100)] : undefined;
      const runs = wanted ?? 'all';
      let client = await connect(runs, from);
      let seen: Client['events'] = [];
      const go = async (): Promise<void> => {
        client.socket.terminate();
        await client.closed;
        // What came in one frame came with the position to which it is complete.
        seen = [...seen, ...client.events];
        client = await connect(runs, Math.max(from, client.upTo, seen.at(-1)?.pos ?? 0));
      };
      for (const each of happenings) {
        if (each.kind === 'run') void start(each.steps, each.bytes);
        else if (each.kind === 'read') await here.test.work();
        else {
          for (let turns = 0; turns < each.after; turns += 1) await turn();
          await go();
        }
      }
      await here.test.work();
      const head = here.test.journal.head();
      const expected = here.test.journal.since(from, 100_000).filter(({ run }) => !wanted || wanted.includes(run));
      await client.until(
        () =>
          client.upTo === head ||
          (client.events.at(-1)?.pos ?? 0) === expected.at(-1)?.pos ||
          expected.length === seen.length,
      );
      seen = [...seen, ...client.events];
      expect(seen.map(({ pos }) => pos)).toEqual(expected.map(({ pos }) => pos));
      expect(seen).toEqual(expected);
      await client.close();
    }),
    { numRuns: 40, seed: 20_261_121 },
  );
  await here.remove();
});

it('begins anew at another position, and sends nothing of the old subscription after its answer [ui.server.resume]', async () => {
  const here = await createTestServer();
  const plugin = await here.plugin();
  const first = await here.test.run(workflowOf(step('one', 'act.read', { with: { name: 'one' } })));
  const second = await here.test.run(workflowOf(step('one', 'act.read', { with: { name: 'two' } })));
  await plugin.call('subscribe', { runs: [second.run], after: 0 });
  await plugin.until(() => plugin.upTo === here.test.journal.head());
  expect(plugin.events.splice(0)).toEqual(here.test.engine.events(second.run));
  plugin.upTo = 0;
  await plugin.call('subscribe', { runs: [first.run], after: 2 });
  await plugin.until(() => plugin.upTo === here.test.journal.head());
  const own = here.test.engine.events(first.run).filter(({ pos }) => pos > 2);
  expect(plugin.events).toEqual(own);
  const { pos } = await plugin.call('subscribe', { runs: [], after: 0 });
  expect(pos).toBe(here.test.journal.head());
  await here.test.run(workflowOf(step('one', 'act.read', { with: { name: 'three' } })));
  await plugin.call('status');
  expect(plugin.events).toEqual(own);
  await here.remove();
});

it('takes a cursor from another time of the journal for its end [ui.server.resume]', async () => {
  const here = await createTestServer();
  const plugin = await here.plugin();
  const head = here.test.journal.head();
  expect(await plugin.call('subscribe', { runs: 'all', after: 1_000_000 })).toEqual({ pos: head });
  const { run } = await here.test.run(workflowOf(step('one', 'act.read', { with: { name: 'one' } })));
  await plugin.until(() => plugin.upTo === here.test.journal.head());
  expect(plugin.events).toEqual(here.test.engine.events(run));
  await here.remove();
});
