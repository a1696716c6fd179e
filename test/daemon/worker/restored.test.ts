import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../daemon/clock.ts';
import { makeCluster, type Cluster } from '../../../daemon/demo/cluster/world.ts';
import { seal } from '../../../daemon/engine/restate/sealed.ts';
import { backupTo } from '../../../daemon/journal/backup.ts';
import { openDatabase } from '../../../daemon/journal/database.ts';
import { restoreFrom } from '../../../daemon/journal/restore.ts';
import { verifyRun } from '../../../daemon/journal/verify.ts';
import type { Daemon } from '../../../daemon/open.ts';
import type { Definition } from '../../../shared/workflow/definition.ts';
import { reportedOf } from '../../fakes/hub.ts';
import { node, step } from '../../fakes/outline.ts';
import { requireRestate } from '../../programs.ts';

const BY = { kind: 'person', name: 'Ada' } as const;
const POLICY = { trust: false, signToStart: false };

const read = (id: string) => step(id, 'memory.read', { with: { key: id } });
const workflow = (id: string, ...nodes: ReturnType<typeof node>[]): Definition => ({
  language: 1,
  header: node('workflow', id),
  body: [node('stage', 'work', { persona: 'backend' }, ...nodes)],
});
const pause = node('wait', 'pause', { for: '3s' });
const ends = workflow('ends', read('before'), pause, read('after'));
const calls = workflow('calls', pause, node('call', 'sub', { page: 'Child' }));
const asks = workflow('asks', pause, node('ask', 'go', { question: 'Go on?', options: ['yes', 'no'] }), read('after'));

describe.runIf(requireRestate())('a hub that was restored from a backup', () => {
  let cluster: Cluster;
  let hub: Daemon | undefined;
  beforeAll(async () => {
    cluster = await makeCluster({ workers: 1 });
  });
  afterAll(async () => {
    await hub?.close();
    await cluster?.stop();
  });

  it('hears again what the backup lacks: of runs that have ended, that called others and that wait, and those finish [scale.hub.restored]', async () => {
    hub = await cluster.openHub({ policy: POLICY });
    const { home } = hub.config;
    const runs = await Promise.all(
      [ends, calls, asks].map((definition) =>
        hub!.engine.start({ definition, pages: { Child: workflow('child', read('inside')) }, inputs: {}, by: BY }),
      ),
    );
    const standing = (): string[] => runs.map((run) => hub!.engine.state(run).status);
    const pauses = (run: string): boolean => hub!.engine.events(run).some(({ type }) => type === 'timer.set');
    await expect.poll(() => runs.every(pauses), { timeout: 20_000 }).toBe(true);
    const backup = join(cluster.folder, 'backup');
    await backupTo(home, backup);
    await expect.poll(standing, { timeout: 20_000 }).toEqual(['completed', 'completed', 'waiting']);
    const told = runs.map((run) => reportedOf(hub!.engine.events(run)));
    await hub.close();

    expect(await restoreFrom(home, backup, systemClock)).toMatchObject({ suspended: [] });
    const restored = openDatabase(join(home, 'journal.db'));
    expect(restored.prepare('select distinct status from runs').pluck().all()).toEqual(['running']);
    restored.close();
    hub = await cluster.openHub({ policy: POLICY });
    await expect.poll(standing, { timeout: 20_000 }).toEqual(['completed', 'completed', 'waiting']);
    expect(runs.map((run) => reportedOf(hub!.engine.events(run)))).toEqual(told);
    await expect.poll(() => hub!.engine.list().map(({ status }) => status)).toHaveLength(4);
    await hub.engine.answer(runs[2]!, 'work/go', 'yes', BY);
    await expect.poll(() => hub!.engine.list({ status: ['completed'] }), { timeout: 20_000 }).toHaveLength(4);
    for (const { run } of hub.engine.list()) expect(await verifyRun(hub.database, run)).toMatchObject({ problems: [] });
  });

  it('is told so by a worker alone: a run’s log is not for whoever reaches Restate [scale.engine.sealed]', async () => {
    const [{ ingress }] = cluster.restate.nodes as [Cluster['restate']['nodes'][number]];
    const run = hub!.engine.list()[0]!.run;
    const post = async (method: string, message: object): Promise<number> => {
      const headers = { 'content-type': 'application/json' };
      const address = `${ingress}/Stagebook.ours.Run/${run}/${method}`;
      const { status } = await fetch(address, { method: 'POST', headers, body: JSON.stringify(message) });
      return status;
    };
    const token = await hub!.secrets.read('HUB_TOKEN');
    const asked = { run, from: 1 };
    expect(await post('recollect', seal(asked, token))).toBe(200);
    expect(await post('recollect', asked)).toBe(403);
    expect(await post('recollect', seal(asked, 'another token'))).toBe(403);
    expect(await post('recollect', seal({ run: 'another', from: 1 }, token))).toBe(403);
    expect(await post('go', {})).toBeGreaterThanOrEqual(400);
  });
});
