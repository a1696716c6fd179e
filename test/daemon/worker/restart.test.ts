import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCluster, type Cluster } from '../../../daemon/demo/cluster/world.ts';
import { verifyRun } from '../../../daemon/journal/verify.ts';
import type { Daemon } from '../../../daemon/open.ts';
import { markAsDemo } from '../../../daemon/people/unattended.ts';
import type { Definition } from '../../../shared/workflow/definition.ts';
import { node, step } from '../../fakes/outline.ts';
import { requireRestate } from '../../programs.ts';

const BY = { kind: 'person', name: 'Ada' } as const;
const POLICY = { trust: false, signToStart: false };
const RUNS = 40;
/** Of these wait for a signature, which takes a while to make with a PIN; the others wait for an answer. */
const SIGNED = 6;
const hasRestate = requireRestate();

const waiting = (request: ReturnType<typeof node>): Definition => ({
  language: 1,
  header: node('workflow', 'waiting'),
  body: [
    node(
      'stage',
      'work',
      { persona: 'backend' },
      step('before', 'memory.read', { with: { key: 'a' } }),
      request,
      step('after', 'memory.read', { with: { key: 'b' } }),
    ),
  ],
});
const gated = waiting(node('gate', 'good', {}, node('sign-off', 'look')));
const asking = waiting(node('ask', 'good', { question: 'Go on?', options: ['yes', 'no'] }));

describe.runIf(hasRestate)('runs that wait for people', () => {
  let cluster: Cluster;
  let hub: Daemon | undefined;
  beforeAll(async () => {
    cluster = await makeCluster({ workers: 1 });
  });
  afterAll(async () => {
    await hub?.close();
    await cluster?.stop();
  });

  it('survive a restart of everything, and finish after their signatures and answers [scale.restart.all]', async () => {
    hub = await cluster.openHub({ policy: POLICY });
    const runs = await Promise.all(
      Array.from({ length: RUNS }, (_, index) =>
        hub!.engine.start({ definition: index < SIGNED ? gated : asking, inputs: {}, by: BY }),
      ),
    );
    const standing = (): Record<string, number> => {
      const states = runs.map((run) => hub!.engine.state(run).status);
      return Object.fromEntries([...Map.groupBy(states, (status) => status)].map(([name, all]) => [name, all.length]));
    };
    await expect.poll(standing, { timeout: 40_000 }).toEqual({ waiting: RUNS });

    await Promise.all([cluster.workers[0]!.kill(), cluster.restate.nodes[0]!.kill(), hub.close()]);
    await cluster.restate.nodes[0]!.start();
    hub = await cluster.openHub({ policy: POLICY });
    await cluster.workers[0]!.start();
    expect(standing()).toEqual({ waiting: RUNS });

    const signer = markAsDemo(hub.config.home);
    hub.people.add(signer.person);
    hub.keys.create(signer.person, signer.pin);
    const requests = hub.engine.requests();
    expect(requests).toHaveLength(RUNS);
    const signed = requests.map((request) => {
      const { run, node: gate } = request;
      if (request.kind === 'ask') return hub!.engine.answer(run, gate, 'yes', BY);
      const { signOff } = request;
      const challenge = hub!.engine.challenge({ kind: 'sign-off', run, node: gate, signOff });
      return hub!.engine.sign(run, gate, signOff, hub!.keys.sign(signer.person, signer.pin, challenge));
    });
    await Promise.all(signed);
    await expect.poll(standing, { timeout: 40_000 }).toEqual({ completed: RUNS });
    for (const [index, run] of runs.entries()) {
      const signatures = index < SIGNED ? [{ holds: true }] : [];
      expect(await verifyRun(hub.database, run)).toMatchObject({ problems: [], signatures });
    }
  });
});
