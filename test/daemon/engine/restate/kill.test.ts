import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../../daemon/clock.ts';
import { startKept, type KeptProcess } from '../../../../daemon/demo/counterparts/kept-process.ts';
import { startRestate } from '../../../../daemon/demo/counterparts/restate.ts';
import { createForwarder } from '../../../../daemon/hub/forwarder.ts';
import { createTestHub, type TestHub } from '../../../fakes/hub.ts';
import { node, step, workflowOf } from '../../../fakes/outline.ts';
import { requireRestate } from '../../../programs.ts';

const RUNS = 50;
const STEPS = 8;
const SEED = 7;
const WITHIN_MS = 150_000;
const WORKER = fileURLToPath(new URL('../../../fakes/restate-worker-process.ts', import.meta.url));
const RUNTIME = fileURLToPath(new URL('../../../../daemon/runtime.mjs', import.meta.url));

const write = (id: string) => step(id, 'act.write', { with: { name: id } });
const WORKFLOW = workflowOf(
  write('one'),
  node('parallel', 'both', {}, node('sequence', 'left', {}, write('two'), write('three')), write('four')),
  node('foreach', 'each', { in: '[1, 2]', as: 'item' }, write('five')),
  node('wait', 'a_while', { for: '200ms' }),
  node('retry', 'again', { attempts: 2 }, write('six')),
  write('seven'),
);

describe.runIf(requireRestate())('on Restate', () => {
  it(
    'a worker and the server are killed at seeded points over fifty runs: all finish, no effect is doubled, and the hub has every event once [scale.engine.kill]',
    async () => {
      const home = mkdtempSync(join(tmpdir(), 'stagebook-kill-'));
      const ledger = join(home, 'ledger');
      const restate = await startRestate();
      const server = restate.nodes[0]!;
      const hub = await createTestHub({ id: 'killhub' });
      const { forwards } = hub;
      const token = (): Promise<string> => Promise.resolve(hub.token);
      const told = { hub: hub.id, ingress: [server.ingress], token, forwards, clock: systemClock };
      const forwarder = createForwarder(told);
      const worker = new Killable(hub, server, ledger);
      try {
        await worker.start();
        const runs = await Promise.all(
          Array.from({ length: RUNS }, () =>
            hub.engine.start({ definition: WORKFLOW, inputs: {}, by: { kind: 'person', name: 'Ada' } }),
          ),
        );
        forwarder.wake();
        for (const { after, who } of kills(SEED, RUNS * STEPS)) {
          await until(() => effects(ledger).length >= after, `${after} effects`);
          await (who === 'worker' ? worker.kill() : server.kill());
          await (who === 'worker' ? worker.start() : server.start());
        }
        await until(() => runs.every((run) => hub.engine.state(run).status === 'completed'), 'the end of all runs');
        const done = effects(ledger);
        expect(done).toHaveLength(RUNS * STEPS);
        expect(new Set(done).size).toBe(RUNS * STEPS);
        for (const run of runs) {
          const events = hub.engine.events(run);
          expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
          const ends = events.filter(({ type }) => type === 'node.completed').map((event) => event.node);
          expect(new Set(ends).size, run).toBe(ends.length);
        }
      } finally {
        await forwarder.close();
        await worker.kill();
        await restate.stop();
        await hub.close();
        rmSync(home, { recursive: true, force: true });
      }
    },
    WITHIN_MS + 30_000,
  );
});

/** A worker in a process of its own, always on the same port. */
class Killable {
  readonly #settings: { hub: string; url: string; token: string; ingress: string; admin: string; ledger: string };
  #port = 0;
  #process: KeptProcess | undefined;

  constructor({ id, url, token }: TestHub, { ingress, admin }: { ingress: string; admin: string }, ledger: string) {
    this.#settings = { hub: id, url, token, ingress, admin, ledger };
  }

  async start(): Promise<void> {
    const settings = JSON.stringify({ ...this.#settings, port: this.#port });
    this.#process = await startKept([process.execPath, '--import', RUNTIME, WORKER, settings], {
      ready: /ready at (\S+)/,
      withinMs: 60_000,
    });
    this.#port = Number(new URL(this.#process.ready).port);
  }

  /** kill -9. */
  async kill(): Promise<void> {
    await this.#process?.stop();
    this.#process = undefined;
  }
}

/** Whom to kill after how many effects of all: four times the worker and twice the server, anywhere in between. */
function kills(seed: number, all: number): { after: number; who: 'worker' | 'server' }[] {
  let state = seed;
  const next = (): number => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
  const who = ['worker', 'server', 'worker', 'worker', 'server', 'worker'] as const;
  const points = who.map(() => 1 + Math.floor(next() * all * 0.9)).sort((a, b) => a - b);
  return points.map((after, index) => ({ after, who: who[index]! }));
}

/** Key and name of each effect that happened. */
function effects(ledger: string): string[] {
  return existsSync(ledger) ? readFileSync(ledger, 'utf8').trim().split('\n') : [];
}

async function until(holds: () => boolean, what: string): Promise<void> {
  for (const limit = Date.now() + WITHIN_MS; !holds(); await pause(10)) {
    if (Date.now() > limit) throw new Error(`waited too long for ${what}`);
  }
}
