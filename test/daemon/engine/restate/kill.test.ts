import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../../daemon/clock.ts';
import { startKept, type KeptProcess } from '../../../../daemon/demo/counterparts/kept-process.ts';
import { freePorts, startRestate, type RestateNode } from '../../../../daemon/demo/counterparts/restate.ts';
import type { StartRequest } from '../../../../daemon/engine/engine.ts';
import { openDatabase } from '../../../../daemon/journal/database.ts';
import { SqliteJournal } from '../../../../daemon/journal/sqlite.ts';
import { verifyRun } from '../../../../daemon/journal/verify.ts';
import { People } from '../../../../daemon/people/people.ts';
import type { EngineClient } from '../../../../daemon/server/client.ts';
import { connectRemote, type RemoteEngine } from '../../../../daemon/server/remote-engine.ts';
import type { Definition } from '../../../../shared/workflow/definition.ts';
import { node, step } from '../../../fakes/outline.ts';
import { createSigner, type Signer } from '../../../fakes/signer.ts';
import { requireRestate } from '../../../programs.ts';

const RUNS = 50;
const STEPS = 8;
const SEED = 7;
const WITHIN_MS = 150_000;
const TOKEN = 'a token that hub and workers share';
const fake = (name: string): string => fileURLToPath(new URL(`../../../fakes/${name}`, import.meta.url));
const RUNTIME = fileURLToPath(new URL('../../../../daemon/runtime.mjs', import.meta.url));

const write = (id: string) => step(id, 'deploy.command', { with: { directory: '/', command: [id] } });
const WORKFLOW: Definition = {
  language: 1,
  header: node('workflow', 'killed'),
  body: [
    node(
      'stage',
      'work',
      { persona: 'devops' },
      write('one'),
      node('parallel', 'both', {}, node('sequence', 'left', {}, write('two'), write('three')), write('four')),
      node('gate', 'good', {}, node('sign-off', 'look')),
      node('foreach', 'each', { in: '[1, 2]', as: 'item' }, write('five')),
      node('wait', 'a_while', { for: '200ms' }),
      node('retry', 'again', { attempts: 2 }, write('six')),
      write('seven'),
    ),
  ],
};

describe.runIf(requireRestate())('on Restate', () => {
  it(
    'hub, worker and server are killed at seeded points over fifty runs that wait for signatures: all finish, no effect is doubled, and the hub has every event once [scale.engine.kill]',
    async () => {
      const folder = mkdtempSync(join(realpathSync(tmpdir()), 'stagebook-kill-'));
      const restate = await startRestate();
      const server = restate.nodes[0]!;
      const ledger = join(folder, 'ledger');
      const { home, ada, start: startHub, url } = await makeHub(folder, server);
      const hub = killable(startHub);
      const worker = killable(workerOf({ url, ledger }, server));
      const killed = { hub, worker, server };
      const person = new Person(home, ada);
      try {
        await Promise.all([hub.start(), worker.start()]);
        const by = { kind: 'person', name: 'Ada' } as const;
        const starting = Array.from({ length: RUNS }, (_, index) =>
          person.start({ definition: WORKFLOW, inputs: {}, by, idempotencyKey: `run ${index}` }),
        );
        const killing = async (): Promise<void> => {
          for (const { after, who } of kills(SEED, RUNS * STEPS)) {
            await until(() => effects(ledger).length >= after, `${after} effects`);
            await killed[who].kill();
            await killed[who].start();
          }
        };
        const signing = person.signUntil(() => effects(ledger).length >= RUNS * STEPS);
        const [runs] = await Promise.all([Promise.all(starting), killing(), signing]);
        await person.completed(runs);
        await hub.kill();
        const done = effects(ledger);
        expect(done).toHaveLength(RUNS * STEPS);
        expect(new Set(done).size).toBe(RUNS * STEPS);
        await expectOnce(home, runs);
      } finally {
        person.leave();
        await Promise.all([hub.kill(), worker.kill()]);
        await restate.stop();
        rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
      }
    },
    WITHIN_MS + 30_000,
  );
});

/** What the hub has on its disk: each event of each run once, chained, with one signature. */
async function expectOnce(home: string, runs: readonly string[]): Promise<void> {
  const database = openDatabase(join(home, 'journal.db'));
  try {
    const journal = new SqliteJournal(database, systemClock);
    expect(journal.runs({ limit: RUNS * 2 })).toHaveLength(RUNS);
    for (const run of runs) {
      const events = journal.events(run);
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
      const ends = events.filter(({ type }) => type === 'node.completed').map((event) => event.node);
      expect(new Set(ends).size, run).toBe(ends.length);
      expect(events.at(-1)).toMatchObject({ type: 'run.completed' });
      expect(await verifyRun(database, run)).toMatchObject({ problems: [], signatures: [{ holds: true }] });
    }
  } finally {
    database.close();
  }
}

/** A person who starts runs and signs at their gates, and does it again when the hub is gone before it has answered. */
class Person {
  readonly #home: string;
  readonly #ada: Signer;
  readonly #signing = new Set<string>();
  #hub: Promise<RemoteEngine | undefined> | undefined;

  constructor(home: string, ada: Signer) {
    this.#home = home;
    this.#ada = ada;
  }

  start(request: StartRequest): Promise<string> {
    return this.#ask((hub) => hub.start(request));
  }

  /** Signs whatever waits, until nothing can wait any more. */
  async signUntil(over: () => boolean): Promise<void> {
    await until(async () => {
      for (const request of await this.#ask((hub) => hub.requests())) {
        if (this.#signing.has(request.run)) continue;
        this.#signing.add(request.run);
        // Refused when an earlier life of the hub took it, lost when the hub is killed now: what still waits is seen again.
        void this.#sign(request)
          .catch(() => undefined)
          .finally(() => this.#signing.delete(request.run));
      }
      return over();
    }, 'the last signature');
  }

  async #sign(request: Awaited<ReturnType<EngineClient['requests']>>[number]): Promise<void> {
    const client = (await this.#hub)?.client;
    if (request.kind !== 'sign-off' || !client) return;
    const { run, node: gate, signOff } = request;
    const challenge = await client.challenge({ kind: 'sign-off', run, node: gate, signOff });
    await client.sign(run, gate, signOff, this.#ada.sign(challenge));
  }

  async completed(runs: readonly string[]): Promise<void> {
    const wanted = new Set(runs);
    await until(async () => {
      const done = await this.#ask((hub) => hub.list({ status: ['completed'], limit: RUNS * 2 }));
      return done.filter(({ run }) => wanted.has(run)).length === wanted.size;
    }, 'the end of all runs');
  }

  leave(): void {
    void this.#hub?.then((hub) => hub?.close());
  }

  /** Asks the hub for as long as it takes it to be there. */
  async #ask<T>(what: (hub: EngineClient) => Promise<T>): Promise<T> {
    for (const limit = Date.now() + WITHIN_MS; ; await pause(20)) {
      const connecting = (this.#hub ??= connectRemote(this.#home).catch(() => undefined));
      const forget = (): void => {
        if (this.#hub === connecting) this.#hub = undefined;
      };
      const hub = await connecting;
      if (!hub) {
        forget();
        if (Date.now() > limit) throw new Error('the hub does not come back');
        continue;
      }
      try {
        return await what(hub.client);
      } catch (error) {
        const isLost = await Promise.race([hub.closed.then(() => true), pause(100).then(() => false)]);
        if (!isLost) throw error;
        forget();
      }
    }
  }
}

/** A program in a process of its own. */
function killable(start: () => Promise<KeptProcess>) {
  let running: KeptProcess | undefined;
  return {
    async start(): Promise<void> {
      running = await start();
    },
    /** kill -9. */
    async kill(): Promise<void> {
      await running?.stop();
      running = undefined;
    },
  };
}

/** A data directory with a person in it, and the way to start the daemon on it, always on the same port. */
async function makeHub(folder: string, { ingress, admin }: RestateNode) {
  const [port] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const home = join(folder, 'hub');
  mkdirSync(home, { mode: 0o700 });
  const settings = { engine: 'restate', restate: { ingress, admin, hub: { id: 'killhub', url, token: 'HUB_TOKEN' } } };
  writeFileSync(join(home, 'config.yaml'), JSON.stringify(settings));
  const database = openDatabase(join(home, 'journal.db'));
  const people = new People(database, systemClock);
  people.add('Ada');
  const ada = createSigner('Ada', (publicKey) => people.addDevice('Ada', 'terminal', publicKey));
  database.close();
  const argv = [process.execPath, '--import', RUNTIME, fake('restate-hub-process.ts'), home, String(port)];
  const env = { ...process.env, HUB_TOKEN: TOKEN, STAGEBOOK_HOME: home };
  return { home, url, ada, start: () => startKept(argv, { ready: /ready/, env, withinMs: 60_000 }) };
}

/** The way to start a worker, always on the same port. */
function workerOf(own: { url: string; ledger: string }, { ingress, admin }: RestateNode): () => Promise<KeptProcess> {
  let port = 0;
  return async () => {
    const settings = JSON.stringify({ ...own, hub: 'killhub', token: TOKEN, ingress, admin, port });
    const argv = [process.execPath, '--import', RUNTIME, fake('restate-worker-process.ts'), settings];
    const worker = await startKept(argv, { ready: /ready at (\S+)/, withinMs: 60_000 });
    port = Number(new URL(worker.ready).port);
    return worker;
  };
}

type Who = 'hub' | 'worker' | 'server';

/** Whom to kill after how many effects of all: four times the hub, three times the worker, twice the server. */
function kills(seed: number, all: number): { after: number; who: Who }[] {
  let state = seed;
  const next = (): number => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
  const who: Who[] = ['hub', 'worker', 'server', 'hub', 'worker', 'hub', 'server', 'worker', 'hub'];
  const points = who.map(() => 1 + Math.floor(next() * all * 0.9)).sort((a, b) => a - b);
  return points.map((after, index) => ({ after, who: who[index]! }));
}

/** Key and name of each effect that happened. */
function effects(ledger: string): string[] {
  return existsSync(ledger) ? readFileSync(ledger, 'utf8').trim().split('\n') : [];
}

async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const limit = Date.now() + WITHIN_MS; !(await holds()); await pause(10)) {
    if (Date.now() > limit) throw new Error(`waited too long for ${what}`);
  }
}
