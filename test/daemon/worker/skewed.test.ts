import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCluster, type Cluster, type ClusterWorker } from '../../../daemon/demo/cluster/world.ts';
import type { Daemon } from '../../../daemon/open.ts';
import type { Definition } from '../../../shared/workflow/definition.ts';
import { node } from '../../fakes/outline.ts';
import { requireRestate } from '../../programs.ts';

const BY = { kind: 'person', name: 'Ada' } as const;
const hasRestate = requireRestate();

/** What a process loads first to have another time: the first worker is three hours behind, the second three ahead. */
const SKEW = `const by = (process.argv.includes('worker-1') ? -3 : 3) * 3_600_000;
const Real = Date;
const now = Date.now;
globalThis.Date = class extends Real {
  constructor(...given) { given.length === 0 ? super(now() + by) : super(...given); }
  static now() { return now() + by; }
};`;

describe.runIf(hasRestate)('workers whose clocks are hours off', () => {
  let cluster: Cluster;
  let hub: Daemon;
  const told: string[] = [];
  beforeAll(async () => {
    const hook = `--import data:text/javascript,${encodeURIComponent(SKEW)}`;
    cluster = await makeCluster({ workers: 2, environment: { NODE_OPTIONS: hook } });
    hub = await cluster.openHub({
      policy: { trust: false, signToStart: false },
      onProblem: (problem) => void told.push(problem),
    });
  });
  afterAll(async () => {
    await hub?.close();
    await cluster?.stop();
  });

  it('wait and ask for as long as a page says, and people hear of it [scale.worker.unlike]', async () => {
    const definition: Definition = {
      language: 1,
      header: node('workflow', 'afar'),
      body: [
        node(
          'stage',
          'work',
          { persona: 'backend' },
          node('wait', 'pause', { for: '1s' }),
          node('ask', 'go', { question: 'Go on?', options: ['yes'], timeout: '1h' }),
        ),
      ],
    };
    const [behind, ahead] = cluster.workers as [ClusterWorker, ClusterWorker];
    for (const [only, other] of [
      [behind, ahead],
      [ahead, behind],
    ] as const) {
      await only.start();
      await other.kill();
      const run = await hub.engine.start({ definition, inputs: {}, by: BY });
      await expect.poll(() => hub.engine.requests(run), { timeout: 60_000 }).toHaveLength(1);
      await hub.engine.answer(run, 'work/go', 'yes', BY);
      await expect.poll(() => hub.engine.state(run).status, { timeout: 60_000 }).toBe('completed');
    }
    expect(told.toSorted()).toEqual([
      expect.stringContaining('clock of the worker worker-1 is 3 h behind'),
      expect.stringContaining('clock of the worker worker-2 is 3 h ahead'),
    ]);
  });
});
