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
const hasRestate = requireRestate();

const gated: Definition = {
  language: 1,
  header: node('workflow', 'gated'),
  body: [
    node(
      'stage',
      'work',
      { persona: 'backend' },
      step('before', 'memory.read', { with: { key: 'a' } }),
      node('gate', 'good', {}, node('sign-off', 'look')),
      step('after', 'memory.read', { with: { key: 'b' } }),
    ),
  ],
};

describe.runIf(hasRestate)('runs that wait at gates', () => {
  let cluster: Cluster;
  let hub: Daemon | undefined;
  beforeAll(async () => {
    cluster = await makeCluster({ workers: 1 });
  });
  afterAll(async () => {
    await hub?.close();
    await cluster?.stop();
  });

  it('survive a restart of everything, and finish after their signatures [scale.restart.all]', async () => {
    hub = await cluster.openHub({ policy: POLICY });
    const runs = await Promise.all(
      Array.from({ length: RUNS }, () => hub!.engine.start({ definition: gated, inputs: {}, by: BY })),
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
      if (request.kind !== 'sign-off') throw new Error('an unexpected question');
      const { run, node: gate, signOff } = request;
      const challenge = hub!.engine.challenge({ kind: 'sign-off', run, node: gate, signOff });
      return hub!.engine.sign(run, gate, signOff, hub!.keys.sign(signer.person, signer.pin, challenge));
    });
    await Promise.all(signed);
    await expect.poll(standing, { timeout: 40_000 }).toEqual({ completed: RUNS });
    for (const run of runs) {
      expect(await verifyRun(hub.database, run)).toMatchObject({ problems: [], signatures: [{ holds: true }] });
    }
  });
});
