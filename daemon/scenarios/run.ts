import type { Json } from '../../shared/json.ts';
import type { RunEvent } from '../../shared/run/event.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { Definition, NodeKey, Role } from '../../shared/workflow/definition.ts';
import { pathOf } from '../../shared/workflow/definition.ts';
import { parseDuration } from '../../shared/workflow/duration.ts';
import { readInputs } from '../../shared/workflow/inputs.ts';
import type { PersonaShape } from '../../shared/workflow/role.ts';
import type { Action, ActionContext, Services } from '../actions/action.ts';
import { createEngine } from '../engine/embedded.ts';
import type { Engine, OpenRequest } from '../engine/engine.ts';
import { openDatabase } from '../journal/database.ts';
import { SqliteJournal } from '../journal/sqlite.ts';
import type { Primitive } from '../primitives/primitive.ts';
import { scenarioOwner, signAs } from './people.ts';
import type { Deed, Scenario, ScenarioFile } from './scenario.ts';
import { SimulatedClock } from './simulated-clock.ts';
import { stubActions, type Effect } from './stubs.ts';

/** What a workflow is run with in scenarios. */
export interface Stage {
  definition: Definition;
  primitives: ReadonlyMap<Role, Primitive>;
  actions: ReadonlyMap<string, Action>;
  personas: ReadonlyMap<string, PersonaShape>;
  page(name: string): Definition | undefined;
}

/** How a scenario went. */
export interface Played {
  state: RunState;
  events: RunEvent[];
  effects: Effect[];
  /** Milliseconds on the simulated clock. */
  took: number;
  /** What the scenario said that cannot be, in its own words. */
  lies: string[];
}

/** The most moves of the clock that one scenario may take: more is a run that never ends. */
const MOST_MOVES = 20_000;

/** Runs one scenario on the real engine, with a simulated clock, a journal in memory, and no effects. */
export async function play(stage: Stage, defaults: ScenarioFile['defaults'], scenario: Scenario): Promise<Played> {
  const clock = new SimulatedClock();
  const database = openDatabase(':memory:');
  const journal = new SqliteJournal(database, clock);
  const effects: Effect[] = [];
  const lies: string[] = [];
  const callers = new WeakMap<Services, { id: string }>();
  const answers = { ...defaults?.answers, ...scenario.answers } as Record<string, Json>;
  const engine = createEngine({
    journal,
    clock,
    primitives: stage.primitives,
    actions: stubActions(
      stage.actions,
      (action, caller) => answers[caller.id] ?? answers[action],
      (context: ActionContext) => callers.get(context.services)!,
      effects,
    ),
    personas: () => stage.personas,
    page: stage.page,
    services: (_run, node: NodeKey) => {
      const services = {} as Services;
      callers.set(services, { id: pathOf(node).split('/').at(-1)! });
      return services;
    },
    secrets: { read: (name) => Promise.resolve(`the value of ${name}`) },
    redact: (value) => value,
    shipped: new Set(),
    owner: scenarioOwner,
    policy: { trust: false, signToStart: false },
    onInterrupted: (_run, error) => lies.push(String(error)),
  });
  await engine.open();
  const start = clock.now();
  const { values, problems } = readInputs(stage.definition, { ...defaults?.inputs, ...scenario.inputs });
  for (const problem of problems) lies.push(problem.message);
  const run = await engine.start({
    definition: stage.definition,
    inputs: values,
    by: { kind: 'person', name: 'the starter' },
  });
  const cast = new Cast(engine, clock, run, scenario.people ?? defaults?.people ?? []);
  for (let moves = 0; moves < MOST_MOVES; moves += 1) {
    await quiet(journal);
    cast.look();
    await quiet(journal);
    const next = clock.next();
    if (next === undefined || ended(engine.state(run))) break;
    clock.advanceTo(next);
  }
  const state = engine.state(run);
  const events = journal.events(run);
  for (const event of events) {
    if (event.type === 'node.failed' && event.payload.failure.code === 'internal.error')
      lies.push(event.payload.failure.message);
  }
  await engine.close();
  database.close();
  return {
    state,
    events,
    effects,
    took: (state.endedAt ?? clock.now()) - start,
    lies: [...new Set([...lies, ...cast.errors])],
  };
}

function ended(state: RunState): boolean {
  return !['running', 'waiting', 'cancelling'].includes(state.status);
}

/** Resolves when nothing goes on any more without time passing. */
async function quiet(journal: SqliteJournal): Promise<void> {
  let head = -1;
  for (let still = 0; still < 3; still += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    if (journal.head() !== head) still = 0;
    head = journal.head();
  }
}

/** The people of one scenario: each does their deed once it is asked of them. */
class Cast {
  readonly errors: string[] = [];
  readonly #engine: Engine;
  readonly #clock: SimulatedClock;
  readonly #run: string;
  readonly #left: Deed[];

  constructor(engine: Engine, clock: SimulatedClock, run: string, deeds: readonly Deed[]) {
    this.#engine = engine;
    this.#clock = clock;
    this.#run = run;
    this.#left = [...deeds];
    for (const deed of deeds) if ('cancel' in deed) this.#plan(deed, () => this.#engine.cancel(run, by(deed.by)));
  }

  /** Plans the deeds that have become possible. */
  look(): void {
    for (const request of this.#engine.requests(this.#run)) {
      const index = this.#left.findIndex((deed) => fits(deed, request));
      if (index === -1) continue;
      const [deed] = this.#left.splice(index, 1);
      this.#plan(deed!, () => this.#do(deed!, request));
    }
  }

  #plan(deed: Deed, act: () => Promise<void>): void {
    const at = this.#clock.now() + (deed.after === undefined ? 0 : parseDuration(deed.after));
    this.#clock.at(at, () => void act().catch((error: unknown) => this.errors.push(String(error))));
  }

  async #do(deed: Deed, request: OpenRequest): Promise<void> {
    const { run, node } = request;
    if ('answer' in deed) return this.#engine.answer(run, node, deed.with, by(deed.by));
    if (request.kind !== 'sign-off' || 'cancel' in deed) return;
    const kind = 'sign' in deed ? 'sign-off' : 'reject';
    const challenge = this.#engine.challenge({ kind, run, node, signOff: request.signOff });
    const signature = signAs(deed.by, challenge, this.#clock.now());
    if ('sign' in deed) await this.#engine.sign(run, node, request.signOff, signature);
    else await this.#engine.reject(run, node, request.signOff, signature, deed.reason);
  }
}

function fits(deed: Deed, request: OpenRequest): boolean {
  const id = pathOf(request.node).split('/').at(-1);
  if ('answer' in deed) return request.kind === 'ask' && deed.answer === id;
  if (request.kind !== 'sign-off') return false;
  if ('sign' in deed) return deed.sign === request.signOff || deed.sign === id;
  return 'refuse' in deed && (deed.refuse === request.signOff || deed.refuse === id);
}

function by(name = 'somebody') {
  return { kind: 'person', name } as const;
}
