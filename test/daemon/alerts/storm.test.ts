import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { postStorm, STORM_TOKEN, stormOf, trustIn } from '../../../bench/storm.ts';
import { readConfig } from '../../../daemon/config.ts';
import { openDaemon } from '../../../daemon/open.ts';
import { createDesk, type Desk } from '../../fakes/stagebook.ts';

let desk: Desk;
let folder: string;
beforeEach(() => {
  vi.stubEnv('STORM_TOKEN', STORM_TOKEN);
  vi.stubEnv('STAGEBOOK_PORT', '0');
  desk = createDesk();
  folder = mkdtempSync(join(tmpdir(), 'stagebook-storm-'));
});
afterEach(async () => {
  await desk.remove();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** A daemon of its own process, and the port that it says. */
async function begin(): Promise<{ port: number; kill(): Promise<void> }> {
  const up = desk.start('up');
  let said = '';
  up.child.stdout!.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await up.says('panel');
  return {
    port: Number(/127\.0\.0\.1:(\d+)/.exec(said)![1]),
    async kill() {
      up.child.kill('SIGKILL');
      await up.ended;
    },
  };
}

it('a storm with repeats, out of order, and a daemon killed in the middle gives exactly its incidents and loses no alert [incident.alerts.storm]', async () => {
  await trustIn(desk.home, folder);
  const storm = stormOf({ alerts: 300, groups: 15, seed: 7 });
  const first = await begin();
  const until = Math.floor(storm.bodies.length / 2);
  const left = await postStorm(first.port, storm.bodies, { until, after: () => first.kill() });
  expect(left.length).toBeGreaterThan(storm.bodies.length / 4);
  // A source tells again what nobody has said to have.
  const second = await begin();
  expect(await postStorm(second.port, left)).toEqual([]);
  await second.kill();

  const daemon = await openDaemon(readConfig(desk.home), { passive: true });
  try {
    const incidents = daemon.incidents.list({ limit: 1_000 });
    expect(incidents.map(({ service }) => service).toSorted()).toEqual(storm.services);
    for (const { service, alerts } of incidents) {
      expect([service, { firing: alerts.firing, resolved: alerts.resolved }]).toEqual([
        service,
        storm.expected.get(service),
      ]);
    }
    expect(daemon.engine.list({ limit: 1_000 })).toHaveLength(storm.services.length);
    expect(daemon.incidents.episodes(10_000)).toHaveLength(storm.episodes);
  } finally {
    await daemon.close();
  }
}, 120_000);
