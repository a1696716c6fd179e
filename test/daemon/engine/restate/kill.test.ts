import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../../daemon/clock.ts';
import { makeCluster, type Cluster } from '../../../../daemon/demo/cluster/world.ts';
import { restartable, startKept, type Restartable } from '../../../../daemon/demo/counterparts/kept-process.ts';
import { openDatabase } from '../../../../daemon/journal/database.ts';
import { SqliteJournal } from '../../../../daemon/journal/sqlite.ts';
import { verifyRun } from '../../../../daemon/journal/verify.ts';
import type { Definition } from '../../../../shared/workflow/definition.ts';
import { killPlan, type Victim } from '../../../fakes/kill-plan.ts';
import { killAll } from '../../../fakes/killing.ts';
import { node, step } from '../../../fakes/outline.ts';
import { PatientPerson } from '../../../fakes/patient-person.ts';
import { enrolledSigner } from '../../../fakes/signer.ts';
import { requireRestate } from '../../../programs.ts';

const RUNS = 50;
const STEPS = 8;
const EFFECTS = RUNS * STEPS;
/** So many effects more than are waited for can happen in the runs that were begun: a kill always comes in the middle. */
const AHEAD = 80;
/** Others: KILL_SEEDS=1,2,3. What happens when: KILL_LOG=1. */
const SEEDS = (process.env['KILL_SEEDS'] ?? '7').split(',').map(Number);
/** Longer than this, and something hangs. */
const WITHIN_MS = 300_000;
const fake = (name: string): string => fileURLToPath(new URL(`../../../fakes/${name}`, import.meta.url));
const RUNTIME = fileURLToPath(new URL('../../../../daemon/runtime.mjs', import.meta.url));
const program = (name: string): string[] => [process.execPath, '--import', RUNTIME, fake(name)];

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

describe.runIf(requireRestate())('on a Restate of three nodes', () => {
  it.each(SEEDS)(
    'hub, workers, single nodes and the whole cluster are killed at seeded points over fifty runs that wait for signatures: all finish, no effect is doubled, and the hub has every event once (seed %i) [scale.engine.kill]',
    async (seed) => {
      const { cluster, ledger, hub, person, victims, stop } = await makeVictims();
      const began = Date.now();
      const count = (): number => effects(ledger).length;
      const said = (line: string): void => {
        if (process.env['KILL_LOG'] !== '1') return;
        console.log(`${((Date.now() - began) / 1_000).toFixed(1)} s, ${count()} effects: ${line}`);
      };
      try {
        await hub.start();
        const by = { kind: 'person', name: 'Ada' } as const;
        const starting: Promise<string>[] = [];
        const reached = async (wanted: number): Promise<void> => {
          while (starting.length < Math.min(RUNS, Math.ceil((wanted + AHEAD) / STEPS))) {
            const idempotencyKey = `run ${starting.length}`;
            starting.push(person.start({ definition: WORKFLOW, inputs: {}, by, idempotencyKey }));
          }
          await until(async () => {
            await person.sign();
            return count() >= wanted;
          }, `effect ${wanted} of ${EFFECTS}`);
        };
        const plan = killPlan(seed, EFFECTS);
        await killAll(plan, { victims, all: EFFECTS, effects: count, reached, said });
        const runs = await Promise.all(starting);
        await until(async () => (await person.completed(runs)) === RUNS, 'the end of all runs');
        said('all runs are over');
        await hub.kill();
        const done = effects(ledger);
        const doubled = done.length - new Set(done).size;
        expect({ runs: new Set(runs).size, effects: done.length, doubled }).toEqual({
          runs: RUNS,
          effects: EFFECTS,
          doubled: 0,
        });
        const events = expectOnce(cluster.hub.home, runs);
        const kills = [...Map.groupBy(plan, ({ victim }) => victim)].map(
          ([victim, each]) => `${victim} ×${each.length}`,
        );
        console.log(
          `seed ${seed}: ${RUNS} of ${RUNS} runs over kills of ${kills.sort().join(', ')}: ${EFFECTS} effects, 0 doubled, ${await events} events at the hub, each once`,
        );
      } finally {
        person.leave();
        await stop();
      }
    },
    WITHIN_MS + 60_000,
  );
});

/** A cluster with two workers, a hub in a process of its own, and a person with a device at it. */
async function makeVictims() {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'stagebook-kill-'));
  const ledger = join(folder, 'ledger');
  const cluster = await makeCluster({
    nodes: 3,
    workers: 2,
    program: program('restate-worker-process.ts'),
    environment: { LEDGER: ledger },
  });
  const { home, port, environment: env } = cluster.hub;
  const argv = [...program('restate-hub-process.ts'), home, String(port)];
  const hub = restartable(() => startKept(argv, { ready: /ready/, env, withinMs: 60_000 }));
  const stop = async (): Promise<void> => {
    await hub.kill();
    await cluster.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  const person = new PatientPerson(home, enrolledSigner(home, 'Ada'), WITHIN_MS);
  return { cluster, ledger, hub, person, victims: victimsOf(cluster, hub), stop };
}

function victimsOf({ workers, restate: { nodes } }: Cluster, hub: Restartable): Record<Victim, Restartable> {
  const cluster: Restartable = {
    pid: undefined,
    kill: async () => void (await Promise.all(nodes.map((each) => each.kill()))),
    start: async () => void (await Promise.all(nodes.map((each) => each.start()))),
  };
  const [n1, n2, n3] = nodes;
  return { hub, 'worker-1': workers[0]!, 'worker-2': workers[1]!, n1: n1!, n2: n2!, n3: n3!, cluster };
}

/** What the hub has on its disk: each event of each run once, chained, with one signature. How many they are. */
async function expectOnce(home: string, runs: readonly string[]): Promise<number> {
  const database = openDatabase(join(home, 'journal.db'));
  try {
    const journal = new SqliteJournal(database, systemClock);
    expect(journal.runs({ limit: RUNS * 2 })).toHaveLength(RUNS);
    let count = 0;
    for (const run of runs) {
      const events = journal.events(run);
      count += events.length;
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
      const ends = events.filter(({ type }) => type === 'node.completed').map((event) => event.node);
      expect(new Set(ends).size, run).toBe(ends.length);
      expect(events.at(-1)).toMatchObject({ type: 'run.completed' });
      expect(await verifyRun(database, run)).toMatchObject({ problems: [], signatures: [{ holds: true }] });
    }
    return count;
  } finally {
    database.close();
  }
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
