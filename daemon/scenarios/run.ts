import type { RunEvent } from '../../shared/run/event.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { Definition, Role } from '../../shared/workflow/definition.ts';
import { readInputs } from '../../shared/workflow/inputs.ts';
import type { PersonaShape } from '../../shared/workflow/role.ts';
import type { Action } from '../actions/action.ts';
import { createEngine } from '../engine/embedded.ts';
import type { Engine } from '../engine/engine.ts';
import type { EmbeddedOptions } from '../engine/options.ts';
import { openDatabase } from '../journal/database.ts';
import type { Journal } from '../journal/journal.ts';
import { SqliteJournal } from '../journal/sqlite.ts';
import type { Primitive } from '../primitives/primitive.ts';
import { Cast } from './cast.ts';
import { scenarioOwner } from './people.ts';
import type { Scenario, ScenarioFile } from './scenario.ts';
import { SimulatedClock } from './simulated-clock.ts';
import { counterparts, servicesAt, stubActions, type Counterparts } from './stubs.ts';

/** What a workflow is run with in scenarios. */
export interface Stage {
  definition: Definition;
  primitives: ReadonlyMap<Role, Primitive>;
  actions: ReadonlyMap<string, Action>;
  personas: ReadonlyMap<string, PersonaShape>;
  page(name: string): Definition | undefined;
  /** Where scenarios are played: by default an engine with a journal in memory, one for each. */
  house?: OpenHouse;
}

/** An engine for one scenario. */
export interface House {
  engine: Engine;
  journal: Pick<Journal, 'active' | 'since'>;
  /** Resolves when nothing goes on any more without time passing. */
  quiet(): Promise<void>;
  close(): Promise<void>;
}
export type OpenHouse = (clock: SimulatedClock, options: Omit<EmbeddedOptions, 'journal' | 'clock'>) => Promise<House>;

/** How a scenario went. */
export interface Played {
  state: RunState;
  /** What was recorded, of the runs that it called, too. */
  events: RunEvent[];
  counterparts: Counterparts;
  /** Milliseconds on the simulated clock. */
  took: number;
  /** What the scenario said that cannot be or was not so, in its own words. */
  lies: string[];
}

/** The most moves of the clock that one scenario may take: more is a run that never ends. */
const MOST_MOVES = 20_000;
const MOST_EVENTS = 1_000_000;

/** Runs one scenario on the real engine, with a simulated clock, a journal in memory, and no effects. */
export async function play(stage: Stage, defaults: ScenarioFile['defaults'], scenario: Scenario): Promise<Played> {
  const clock = new SimulatedClock();
  const lies: string[] = [];
  const at = counterparts({ ...defaults?.answers, ...scenario.answers });
  const open = stage.house ?? inMemory;
  const { engine, journal, quiet, close } = await open(clock, {
    primitives: stage.primitives,
    actions: stubActions(stage.actions),
    personas: () => stage.personas,
    page: stage.page,
    services: (_run, node) => servicesAt(at, node),
    secrets: { read: (name) => Promise.resolve(`the value of ${name}`) },
    redact: (value) => value,
    shipped: new Set(),
    owner: scenarioOwner,
    policy: { trust: false, signToStart: false },
    onInterrupted: (_run, error) => lies.push(String(error)),
  });
  try {
    await engine.open();
    const start = clock.now();
    const { values, problems } = readInputs(stage.definition, { ...defaults?.inputs, ...scenario.inputs });
    lies.push(...problems.map(({ message }) => message));
    const by = { kind: 'person', name: 'the starter' } as const;
    const run = await engine.start({ definition: stage.definition, inputs: values, by, graph: 'scenario' });
    const cast = new Cast(engine, clock, run, scenario.people ?? defaults?.people ?? []);
    for (let moves = 0; moves < MOST_MOVES; moves += 1) {
      await quiet();
      const active = journal.active().map((each) => each.run);
      if (!active.includes(run)) break;
      cast.look(active);
      const next = clock.next();
      if (next === undefined) break;
      clock.advanceTo(next);
    }
    const state = engine.state(run);
    for (const { failure } of state.nodes.values()) if (failure?.code === 'internal.error') lies.push(failure.message);
    lies.push(...cast.errors, ...(scenario.people ? cast.idle() : []), ...unasked(scenario, at));
    const events = journal.since(0, MOST_EVENTS);
    return { state, events, counterparts: at, took: (state.endedAt ?? clock.now()) - start, lies: [...new Set(lies)] };
  } finally {
    await close();
  }
}

/** The embedded engine, with a journal that nobody needs afterwards. */
function inMemory(clock: SimulatedClock, options: Omit<EmbeddedOptions, 'journal' | 'clock'>): Promise<House> {
  const database = openDatabase(':memory:');
  const journal = new SqliteJournal(database, clock);
  const engine = createEngine({ ...options, journal, clock });
  const close = async (): Promise<void> => {
    await engine.close();
    database.close();
  };
  return Promise.resolve({ engine, journal, quiet: () => quietly(journal), close });
}

/** Answers of the scenario's own that nothing asked for: it would hold without them. */
function unasked(scenario: Scenario, { used }: Counterparts): string[] {
  const unused = Object.keys(scenario.answers ?? {}).filter((name) => !used.has(name));
  return unused.map((name) => `it says what ${name} answers, and nothing asked`);
}

/** Resolves when nothing goes on any more without time passing. */
export async function quietly(journal: SqliteJournal): Promise<void> {
  let head = -1;
  for (let still = 0; still < 3; still += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    if (journal.head() !== head) still = 0;
    head = journal.head();
  }
}
