import type { Said } from '../../shared/incident/said.ts';
import type { Json } from '../../shared/json.ts';
import type { Actor, RunEvent, Signature } from '../../shared/run/event.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { OpenRequest, RunSummary } from '../../shared/run/summary.ts';
import type { Definition, NodeKey } from '../../shared/workflow/definition.ts';
import type { RunInfo } from '../actions/action.ts';
import type { Journal, RunRow, Transaction } from '../journal/journal.ts';
import { Answers } from './answers.ts';
import { cancel, cancelChild } from './cancel.ts';
import { hashOf, type Pinned } from './definitions.ts';
import type {
  CalledPages,
  Challenge,
  Engine,
  EngineListener,
  MoveRequest,
  RunFilter,
  StartRequest,
  Subject,
} from './engine.ts';
import type { JournaledRun } from './journaled.ts';
import { LiveRuns } from './live-runs.ts';
import { Moves } from './moves.ts';
import type { EmbeddedOptions } from './options.ts';
import { Pins } from './pins.ts';
import { resume } from './resume.ts';
import { runNotFound } from './run-not-found.ts';
import { RunStates } from './run-states.ts';
import { shownBesides } from './shown-besides.ts';
import { Signing } from './signing.ts';
import { Starts } from './starts.ts';
import type { LogLines } from './step-logs.ts';
import { surroundings } from './surroundings.ts';
import { tell } from './tell.ts';
import { Timers } from './timers.ts';

/** How many waiting runs are looked after at a time. */
const LOOK_AFTER = 20;

/** Opens the embedded engine on a journal. Call `open` on it before anything else. */
export function createEngine(options: EmbeddedOptions): Engine {
  return new EmbeddedEngine(options);
}

/** The engine's parts, put together. */
class EmbeddedEngine implements Engine {
  readonly #options: EmbeddedOptions;
  readonly #journal: Journal;
  readonly #timers: Timers;
  readonly #live: LiveRuns;
  readonly #states: RunStates;
  readonly #pins: Pins;
  readonly #signing: Signing;
  readonly #answers: Answers;
  readonly #starts: Starts;
  readonly #moves: Moves;
  readonly #listeners = new Set<EngineListener>();
  #closed = false;

  constructor(options: EmbeddedOptions) {
    this.#options = options;
    const { journal, clock } = options;
    this.#journal = journal;
    this.#timers = new Timers(journal, clock, (run, error) => options.onInterrupted?.(run, error));
    this.#signing = new Signing(clock, options.owner);
    this.#pins = new Pins(options);
    this.#states = new RunStates(journal, () => this.#live);
    this.#live = new LiveRuns({
      journal,
      clock,
      timers: this.#timers,
      pinned: ({ run }) => this.#pinnedOf(run),
      elsewhere: (run) => options.elsewhere?.(run) ?? false,
      loaded: (run, events) => this.#states.keep(run, events),
      context: (row, durable) => this.#context(row, durable),
      beginChild: (transaction, parent, request) => this.#starts.beginChild(transaction, parent, request),
      cancel: (run) => void cancelChild(journal, run),
      broken: ({ run, definition }) => this.#pins.broken(definition, this.#pinnedOf(run)),
      interrupted: (run, error) => options.onInterrupted?.(run, error),
    });
    this.#answers = new Answers({
      journal,
      signing: this.#signing,
      actions: options.actions,
      state: (run) => this.state(run),
      definition: (run) => this.definition(run),
      shownDefinition: (hash) => this.#pins.read(hash),
      pinned: (run) => this.#pinnedOf(run).personas,
      shownMove: (subject) => this.#moves.shown(subject),
      shownBesides: (hash) => {
        const body = journal.definition(hash);
        return body === undefined ? undefined : shownBesides(body, hash);
      },
    });
    this.#starts = new Starts({
      options,
      pins: this.#pins,
      signing: this.#signing,
      answers: this.#answers,
      trusted: (hash) => this.trusted(hash),
      pinnedOf: (run) => this.#pinnedOf(run),
    });
    this.#moves = new Moves({
      options,
      pins: this.#pins,
      signing: this.#signing,
      answers: this.#answers,
      starts: this.#starts,
      isLive: (run) => this.#live.has(run),
    });
    this.#live.onParked((run) => this.#states.letGo(run));
    journal.subscribe((events) => this.#publish(events));
  }

  async open(): Promise<void> {
    await this.#options.endSurvivors?.();
    const waiting: string[] = [];
    for (const { run, status } of this.#journal.active()) {
      if (status === 'waiting') waiting.push(run);
      else this.#live.load(run);
    }
    void this.#lookAfter(waiting);
    this.#timers.arm();
  }

  /**
   * A run that waits for a person may have been doing something else when the process ended. All are looked after, a few
   * at a time: ten thousand of them must neither delay the start nor fill the memory.
   */
  async #lookAfter(waiting: readonly string[]): Promise<void> {
    for (let at = 0; at < waiting.length && !this.#closed; at += LOOK_AFTER) {
      await new Promise((resolve) => setImmediate(resolve));
      for (const run of waiting.slice(at, at + LOOK_AFTER)) this.#live.load(run);
    }
  }

  async start(request: StartRequest): Promise<string> {
    const begin = this.prepare(request);
    await this.#starts.requireBudgets(request);
    return this.#journal.transact(begin);
  }

  prepare(request: StartRequest): (transaction: Transaction) => string {
    return this.#starts.prepare(request);
  }

  state(run: string): RunState {
    return this.#states.of(run);
  }

  definition(run: string): Definition {
    const row = this.#journal.run(run);
    if (!row) throw runNotFound(run);
    return this.#pins.read(row.definition).definition;
  }

  events(run: string, afterPos = 0): RunEvent[] {
    return this.#journal.events(run).filter((event) => event.pos > afterPos);
  }

  logs(run: string, node: NodeKey, offset = 0, most = 500_000): LogLines {
    return this.#options.logs?.read(run, node, offset, most) ?? { lines: [], next: offset, done: true };
  }

  list(filter: RunFilter = {}): RunSummary[] {
    return this.#journal.runs({ ...filter, limit: filter.limit ?? 50 });
  }

  requests(run?: string): OpenRequest[] {
    return this.#answers.open(run);
  }

  challenge(subject: Subject): Challenge {
    return this.#signing.challenge(subject, this.#answers.shown(subject));
  }

  sign(run: string, node: NodeKey, signOff: string, signature: Signature): Promise<void> {
    return this.#answers.sign(run, node, signOff, signature);
  }

  reject(run: string, node: NodeKey, signOff: string, signature: Signature, reason?: string): Promise<void> {
    return this.#answers.reject(run, node, signOff, signature, reason);
  }

  answer(run: string, node: NodeKey, answer: Json, by: Actor): Promise<void> {
    return this.#answers.answer(run, node, this.#options.redact(answer), by);
  }

  skip(run: string, node: NodeKey, signature: Signature, reason: string): Promise<void> {
    return this.#answers.skip(run, node, signature, reason);
  }

  usePersona(run: string, node: NodeKey, persona: string, signature: Signature): Promise<void> {
    return this.#answers.usePersona(run, node, persona, signature);
  }

  tell(run: string, said: Said, by: Actor): Promise<void> {
    return tell(this.#journal, run, this.#options.redact(said), by);
  }

  cancel(run: string, by: Actor, reason?: string): Promise<void> {
    return cancel(this.#journal, run, by, reason);
  }

  resume(run: string, request: { by: Actor; from?: string }): Promise<void> {
    return resume(run, request, { journal: this.#journal, pins: this.#pins });
  }

  move(run: string, request: MoveRequest): Promise<void> {
    return this.#moves.move(run, request);
  }

  trusted(hash: string): boolean {
    return this.#options.shipped.has(hash) || this.#journal.trusted(hash);
  }

  async trust(hash: string, signature: Signature): Promise<void> {
    await this.#answers.trust(hash, signature);
  }

  async propose(definition: Definition, pages?: CalledPages): Promise<string> {
    const pinned = this.#pins.pin(definition, pages);
    const hash = hashOf(pinned);
    await this.#journal.transact((transaction) => this.#pins.keep(transaction, hash, pinned));
    return hash;
  }

  subscribe(listener: EngineListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  settled(run: string): Promise<RunState> {
    return this.#states.settled(run);
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#timers.close();
    this.#live.close();
    this.#options.logs?.flush();
    this.#journal.close();
    return Promise.resolve();
  }

  #publish(events: readonly RunEvent[]): void {
    for (const event of events) this.#states.apply(event);
    this.#live.deliver(events);
    for (const listener of this.#listeners) listener.events?.(events);
    for (const run of new Set(events.map((event) => event.run))) if (!this.#live.has(run)) this.#states.letGo(run);
  }

  #pinnedOf(run: string): Pinned {
    return this.#pins.ofRun(this.state(run));
  }

  /** The run from which a called one comes: what somebody agreed to. */
  #rootOf(row: RunRow): RunRow {
    let root = row;
    for (let above = row.parent; above; above = root.parent) {
      const caller = this.#journal.run(above.run);
      if (!caller) return root;
      root = caller;
    }
    return root;
  }

  #context(row: RunRow, durable: JournaledRun) {
    const info: RunInfo = {
      id: row.run,
      title: row.title,
      startedAt: row.startedAt,
      by: durable.started.payload.by.name,
      state: () => this.state(row.run),
    };
    return surroundings({
      row,
      durable,
      info,
      inputs: this.state(row.run).inputs,
      pinned: this.#pinnedOf(row.run),
      trusted: !row.dryRun || !this.#options.policy.trust || this.trusted(this.#rootOf(row).definition),
      options: this.#options,
      output: (line) => {
        this.#options.logs?.add(line);
        for (const listener of this.#listeners) listener.output?.(line);
      },
    });
  }
}
