import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { z } from 'zod';
import { defineAction, type Action, type Services, type Verdict } from '../../daemon/actions/action.ts';
import { createEngine } from '../../daemon/engine/embedded.ts';
import type { EmbeddedOptions } from '../../daemon/engine/options.ts';
import type { Engine } from '../../daemon/engine/engine.ts';
import { openDatabase } from '../../daemon/journal/database.ts';
import { SqliteJournal } from '../../daemon/journal/sqlite.ts';
import { sqliteStepLogs } from '../../daemon/journal/step-logs.ts';
import { crashing, type Crash } from './crashing-journal.ts';
import { primitives } from '../../daemon/primitives/index.ts';
import { SimulatedClock } from '../../daemon/scenarios/simulated-clock.ts';
import type { Json, JsonObject } from '../../shared/json.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { Definition } from '../../shared/workflow/definition.ts';
import type { Effect } from '../../shared/workflow/role.ts';

/** What the actions of a test do, by the step's `name`. The calls are kept in order. */
export interface World {
  calls: string[];
  /** The effects that happened, in order: the counterpart's own books. */
  ledger: { name: string; key: string; value: Json }[];
  /** What one call of `act.read` … `act.irreversible` named `name` gives. */
  on(
    name: string,
    behave: (call: {
      count: number;
      key: string;
      signal: AbortSignal;
      value: Json;
      log(line: string): void;
    }) => Promise<Json> | Json,
  ): void;
  /** What asking whether `name` took effect gives; by default, what the ledger says. */
  verify(name: string, verdict: (key: string, earlier: readonly string[]) => Verdict<Json>): void;
}

const anything = z.json() as z.ZodType<Json>;

export function actionsOf(
  world: World & {
    behaviours: Map<string, Parameters<World['on']>[1]>;
    verdicts: Map<string, Parameters<World['verify']>[1]>;
  },
) {
  const counts = new Map<string, number>();
  const make = (effect: Effect): Action =>
    defineAction({
      name: `act.${effect}`,
      summary: `Does what the test says, as a ${effect} effect.`,
      effect,
      input: z.object({ name: z.string(), value: anything.optional() }),
      output: anything,
      async run(input, context) {
        const count = (counts.get(input.name) ?? 0) + 1;
        counts.set(input.name, count);
        world.calls.push(input.name);
        const behave = world.behaviours.get(input.name);
        const log = (line: string): void => context.log(line);
        const call = { count, key: context.key, signal: context.signal, value: input.value ?? null, log };
        const value = await (behave ? behave(call) : (input.value ?? input.name));
        if (effect === 'write' || effect === 'irreversible')
          world.ledger.push({ name: input.name, key: context.key, value });
        return value;
      },
      async verify(input, context) {
        const verdict = world.verdicts.get(input.name);
        if (verdict) return verdict(context.key, context.earlierKeys);
        const done = world.ledger.find(({ key }) => key === context.key || context.earlierKeys.includes(key));
        return done ? { is: 'done', result: done.value } : { is: 'not-done' };
      },
    });
  return new Map(
    ['read', 'repeatable', 'write', 'irreversible'].map((effect) => [`act.${effect}`, make(effect as Effect)]),
  );
}

export interface TestEngine {
  engine: Engine;
  journal: ReturnType<typeof crashing>;
  database: Database.Database;
  clock: SimulatedClock;
  world: World;
  actions: ReadonlyMap<string, Action>;
  /** Starts a definition and lets everything happen that needs no more than time, up to `untilIdle`'s limit. */
  run(definition: Definition, inputs?: JsonObject, more?: Partial<Parameters<Engine['start']>[0]>): Promise<RunState>;
  /** Lets the engine work, moving the clock from alarm to alarm, until nothing is left to do or `until` holds. */
  work(until?: () => boolean, limit?: number): Promise<void>;
  /** Lets the engine work without moving the clock. */
  settle(): Promise<void>;
  /** Ends the engine without any clean-up and opens another on the same journal, which may end by itself at `crash`, or on a backup of it, or be made otherwise. */
  restart(crash?: Crash, backup?: Buffer, options?: Partial<EmbeddedOptions>): Promise<TestEngine>;
  remove(): void;
}

interface Ingredients {
  /** Where the process ends by itself. */
  crash?: Crash;
  directory?: string;
  clock?: SimulatedClock;
  world?: ReturnType<typeof createWorld>;
  options?: Partial<EmbeddedOptions>;
  /** Whether what steps say is kept, as a daemon does. */
  logs?: boolean;
  /** Whether a commit waits for the disk, as a daemon's does: for measurements. */
  flushed?: boolean;
}

export function createWorld() {
  const behaviours = new Map<string, Parameters<World['on']>[1]>();
  const verdicts = new Map<string, Parameters<World['verify']>[1]>();
  return {
    calls: [] as string[],
    ledger: [] as World['ledger'],
    behaviours,
    verdicts,
    on: (name: string, behave: Parameters<World['on']>[1]) => void behaviours.set(name, behave),
    verify: (name: string, verdict: Parameters<World['verify']>[1]) => void verdicts.set(name, verdict),
  };
}

/** What an engine of tests is made of: a tester who may do what the test steers, no secrets, no trust, nobody who signs. */
export function plainOptions(actions: ReadonlyMap<string, Action>): Omit<EmbeddedOptions, 'journal' | 'clock'> {
  return {
    primitives,
    actions,
    personas: () => new Map([['tester', { id: 'tester', actions: ['act.*'], secrets: [] }]]),
    page: () => undefined,
    services: () => ({}) as Services,
    secrets: { read: (name) => Promise.reject(new Error(`no secret ${name}`)) },
    redact: (value) => value,
    shipped: new Set(),
    owner: () => undefined,
    policy: { trust: false, signToStart: false },
  };
}

/** The real engine on a real journal in a temporary folder, with a simulated clock and actions that the test steers. */
export async function createTestEngine(own: Ingredients = {}): Promise<TestEngine> {
  const directory = own.directory ?? mkdtempSync(join(tmpdir(), 'stagebook-engine-'));
  const clock = own.clock ?? new SimulatedClock();
  const world = own.world ?? createWorld();
  const database = openDatabase(join(directory, 'journal.db'));
  // Nobody pulls the machine's plug here: a commit outlives the engine, and even its process, before the disk has it.
  if (!own.flushed) database.pragma('synchronous = OFF');
  const journal = crashing(new SqliteJournal(database, clock), own.crash);
  const actions = actionsOf(world);
  const engine = createEngine({
    journal,
    clock,
    ...plainOptions(actions),
    ...(own.logs && { logs: sqliteStepLogs(database, clock) }),
    onInterrupted: (run, error) => {
      throw new Error(`${run} was interrupted`, { cause: error });
    },
    ...own.options,
  });
  await engine.open();

  const settle = async (): Promise<void> => {
    let head = -1;
    for (let quiet = 0; quiet < 4; quiet += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      if (journal.head() !== head) quiet = 0;
      head = journal.head();
    }
  };
  const work = async (until: () => boolean = () => false, limit = 10_000): Promise<void> => {
    for (let moves = 0; moves < limit; moves += 1) {
      await settle();
      const next = clock.next();
      if (journal.crashed || until() || next === undefined) return;
      clock.advanceTo(next);
    }
    throw new Error(`still not done after ${limit} moves of the clock`);
  };
  const self: TestEngine = {
    engine,
    journal,
    database,
    clock,
    world,
    actions,
    settle,
    work,
    async run(definition, inputs = {}, more = {}) {
      const run = await engine.start({ definition, inputs, by: { kind: 'person', name: 'Ada' }, ...more });
      await work(() => ['completed', 'failed', 'cancelled', 'waiting', 'suspended'].includes(engine.state(run).status));
      return engine.state(run);
    },
    async restart(crash, backup, options) {
      journal.close();
      await settle();
      database.close();
      if (backup) writeFileSync(join(directory, 'journal.db'), backup);
      const { crash: _before, ...same } = own;
      const made = options ? { options: { ...same.options, ...options } } : {};
      return createTestEngine({ ...same, ...made, ...(crash ? { crash } : {}), directory, clock, world });
    },
    remove() {
      journal.close();
      void engine.close();
      if (database.open) database.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  return self;
}
