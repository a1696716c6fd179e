import { hashJson } from '../../shared/canonical-json.ts';
import { fail, StagebookError, type Failure } from '../../shared/failure.ts';
import type { Said } from '../../shared/incident/said.ts';
import type { Json, JsonObject } from '../../shared/json.ts';
import type { Actor, NewEvent, RunEvent, Signature } from '../../shared/run/event.ts';
import { apply, fold, type RunState } from '../../shared/run/state.ts';
import type { Definition, NodeKey } from '../../shared/workflow/definition.ts';
import type { PersonaShape } from '../../shared/workflow/role.ts';
import type { RunInfo } from '../actions/action.ts';
import type { Journal, RunRow, Transaction } from '../journal/journal.ts';
import { Answers } from './answers.ts';
import { bodyOf, hashOf, isWorkflow, readBody, type Pinned } from './definitions.ts';
import type { CalledPages, Challenge, Engine, EngineListener, RunFilter, StartRequest, Subject } from './engine.ts';
import { requireGraph } from './graph-needed.ts';
import { forgottenByReset, forgottenByResume } from './forget.ts';
import type { JournaledRun } from './journaled.ts';
import { LiveRuns } from './live-runs.ts';
import { brokenBy } from './compile.ts';
import { newRunId } from './keys.ts';
import type { EmbeddedOptions } from './options.ts';
import { shownBesides } from './shown-besides.ts';
import type { LogLines } from './step-logs.ts';
import { surroundings } from './surroundings.ts';
import { Signing } from './signing.ts';
import { Timers } from './timers.ts';
import type { OpenRequest, RunSummary } from '../../shared/run/summary.ts';

/** How many waiting runs are looked after at a time. */
const LOOK_AFTER = 20;

/** How long one signature to start covers later starts of the same definition by the same device, in milliseconds. */
const START_GRANT_MS = 8 * 3_600_000;

/** Opens the embedded engine on a journal. Call `open` on it before anything else. */
export function createEngine(options: EmbeddedOptions): Engine {
  return new EmbeddedEngine(options);
}

class EmbeddedEngine implements Engine {
  readonly #options: EmbeddedOptions;
  readonly #journal: Journal;
  readonly #timers: Timers;
  readonly #live: LiveRuns;
  readonly #signing: Signing;
  readonly #answers: Answers;
  readonly #pinned = new Map<string, Pinned>();
  readonly #checked = new Map<string, Failure | undefined>();
  readonly #hashes = new WeakMap<Definition, string>();
  readonly #states = new Map<string, RunState>();
  readonly #listeners = new Set<EngineListener>();
  #closed = false;
  readonly #settling = new Map<string, Set<(state: RunState) => void>>();

  constructor(options: EmbeddedOptions) {
    this.#options = options;
    const { journal, clock } = options;
    this.#journal = journal;
    this.#timers = new Timers(journal, clock);
    this.#signing = new Signing(clock, options.owner);
    this.#live = new LiveRuns({
      journal,
      clock,
      timers: this.#timers,
      pinned: (row) => this.#read(row.definition),
      elsewhere: (run) => options.elsewhere?.(run) ?? false,
      // Whoever asks for a run's state while it works, or waits for its end, has it without a look at the journal.
      loaded: (run, events) => void this.#states.set(run, fold(events)!),
      context: (row, durable) => this.#context(row, durable),
      beginChild: (transaction, parent, request) => this.#beginChild(transaction, parent, request),
      cancel: (run) => void this.#cancelChild(run),
      broken: (definition) => this.#broken(definition, this.#read(definition)),
      interrupted: (run, error) => options.onInterrupted?.(run, error),
    });
    this.#answers = new Answers({
      journal,
      signing: this.#signing,
      actions: options.actions,
      state: (run) => this.state(run),
      definition: (run) => this.definition(run),
      shownDefinition: (hash) => this.#read(hash),
      pinned: (run) => this.#read(this.state(run).definition).personas,
      shownBesides: (hash) => {
        const body = this.#journal.definition(hash);
        return body === undefined ? undefined : shownBesides(body, hash);
      },
    });
    this.#live.onParked((run) => this.#parked(run));
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
    await this.#withinBudgets(request);
    return this.#journal.transact(begin);
  }

  prepare(request: StartRequest): (transaction: Transaction) => string {
    const pinned = this.#pin(request.definition, request.pages);
    const hash = this.#hash(pinned);
    const broken = this.#broken(hash, pinned);
    if (broken) throw new StagebookError(broken);
    if (request.graph === undefined && !request.dryRun) requireGraph(pinned, this.#options.actions);
    if (this.#options.policy.trust && !request.dryRun && !this.trusted(hash)) {
      throw fail(
        'denied',
        'run.untrusted',
        `Nobody here has agreed to this version of “${request.definition.header.title}”. Look at what it may do, then trust it: stagebook trust.`,
        { data: { definition: hash } },
      );
    }
    const run = newRunId(this.#options.clock.now());
    return (transaction) => {
      const known = request.idempotencyKey === undefined ? undefined : transaction.runByKey(request.idempotencyKey);
      if (known !== undefined) return known;
      this.#allowStart(transaction, request, hash, pinned);
      this.#begin(transaction, run, pinned, hash, request);
      return run;
    };
  }

  state(run: string): RunState {
    const cached = this.#states.get(run);
    if (cached) return cached;
    const state = fold(this.#journal.events(run));
    if (!state) throw notFound(run);
    if (this.#live.has(run)) this.#states.set(run, state);
    return state;
  }

  definition(run: string): Definition {
    const row = this.#journal.run(run);
    if (!row) throw notFound(run);
    return this.#read(row.definition).definition;
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

  async tell(run: string, said: Said, by: Actor): Promise<void> {
    const clean = this.#options.redact(said);
    await this.#journal.transact((transaction) => {
      if (!transaction.run(run)) throw notFound(run);
      const events = this.#journal.events(run);
      if (!events.some(({ type }) => type === 'incident.opened')) {
        throw fail('conflict', 'incident.none', 'This run is about no incident, so nothing can be said of one.');
      }
      if ('line' in clean && clean.line > events.length) {
        throw fail(
          'not-found',
          'incident.line',
          `The record has ${events.length} lines; there is no line ${clean.line}.`,
        );
      }
      if ('line' in clean) {
        const { text, at, ...deed } = clean;
        const more = { ...(text === undefined ? {} : { text }), ...(at === undefined ? {} : { at }) };
        return transaction.append(run, { type: 'incident.line', node: '', payload: { ...deed, ...more, by } });
      }
      const { change, why } = clean;
      const because = why === undefined ? {} : { why };
      transaction.append(run, { type: 'incident.updated', node: '', payload: { change, by, ...because } });
    });
  }

  async cancel(run: string, by: Actor, reason?: string): Promise<void> {
    await this.#journal.transact((transaction) => {
      const row = transaction.run(run);
      if (!row) throw notFound(run);
      if (row.status === 'cancelling') return;
      if (row.status !== 'running' && row.status !== 'waiting') {
        throw fail('conflict', 'run.ended', `The run is ${row.status} already; there is nothing to cancel.`);
      }
      transaction.append(run, {
        type: 'run.cancelling',
        node: '',
        payload: { by, ...(reason === undefined ? {} : { reason }) },
      });
    });
  }

  async resume(run: string, request: { by: Actor; from?: string }): Promise<void> {
    await this.#journal.transact((transaction) => {
      const row = transaction.run(run);
      if (!row) throw notFound(run);
      const events = this.#journal.events(run);
      if (request.from === undefined) {
        if (row.status !== 'failed' && row.status !== 'cancelled' && row.status !== 'suspended') {
          throw fail('conflict', 'run.not_stopped', `The run is ${row.status}; there is nothing to resume.`);
        }
        const forget = forgottenByResume(events);
        transaction.append(run, { type: 'run.resumed', node: '', payload: { by: request.by, forget } });
        return;
      }
      if (row.status === 'running' || row.status === 'waiting' || row.status === 'cancelling') {
        throw fail('conflict', 'run.active', `The run is ${row.status}. Cancel it before you repeat a part of it.`);
      }
      const forget = forgottenByReset(events, this.#read(row.definition).definition, request.from);
      transaction.append(run, {
        type: 'run.reset',
        node: '',
        payload: { by: request.by, from: request.from, forget },
      });
    });
  }

  trusted(hash: string): boolean {
    return this.#options.shipped.has(hash) || this.#journal.trusted(hash);
  }

  async trust(hash: string, signature: Signature): Promise<void> {
    await this.#answers.trust(hash, signature);
  }

  async propose(definition: Definition, pages?: CalledPages): Promise<string> {
    const pinned = this.#pin(definition, pages);
    const hash = hashOf(pinned);
    await this.#journal.transact((transaction) => transaction.putDefinition(hash, bodyOf(pinned)));
    return hash;
  }

  subscribe(listener: EngineListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  settled(run: string): Promise<RunState> {
    const state = this.#settledState(run);
    if (state) return Promise.resolve(state);
    return new Promise((resolve) => {
      const waiting = this.#settling.get(run) ?? new Set();
      waiting.add(resolve);
      this.#settling.set(run, waiting);
    });
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#timers.close();
    this.#live.close();
    this.#options.logs?.flush();
    this.#journal.close();
    return Promise.resolve();
  }

  #settledState(run: string): RunState | undefined {
    if (this.#live.has(run)) return undefined;
    const state = this.state(run);
    return state.status === 'running' || state.status === 'cancelling' ? undefined : state;
  }

  #parked(run: string): void {
    const waiting = this.#settling.get(run);
    const state = waiting && this.#settledState(run);
    this.#states.delete(run);
    if (!state) return;
    this.#settling.delete(run);
    for (const resolve of waiting) resolve(state);
  }

  #publish(events: readonly RunEvent[]): void {
    for (const event of events) {
      const state = this.#states.get(event.run);
      if (state) apply(state, event);
    }
    this.#live.deliver(events);
    for (const listener of this.#listeners) listener.events?.(events);
    for (const run of new Set(events.map((event) => event.run))) if (!this.#live.has(run)) this.#parked(run);
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
      pinned: this.#read(row.definition),
      options: this.#options,
      output: (line) => {
        this.#options.logs?.add(line);
        for (const listener of this.#listeners) listener.output?.(line);
      },
    });
  }

  #pin(definition: Definition, given: CalledPages = {}): Pinned {
    const pages: Record<string, Definition> = {};
    const personas: Record<string, PersonaShape> = {};
    const known = this.#options.personas();
    const visit = (each: Definition): void => {
      for (const { page, persona } of namesIn(each)) {
        const shape = persona === undefined ? undefined : known.get(persona);
        if (shape) personas[shape.id] = shape;
        const called = page === undefined || page in pages ? undefined : (given[page] ?? this.#options.page(page));
        if (page === undefined || !called) continue;
        pages[page] = called;
        visit(called);
      }
    };
    visit(definition);
    return { definition, pages, personas };
  }

  /** What is registered does not change in a daemon's life, so each definition is checked once. */
  #broken(hash: string, pinned: Pinned): Failure | undefined {
    const key = `${hash} ${JSON.stringify(pinned.personas)}`;
    if (!this.#checked.has(key)) this.#checked.set(key, brokenBy(pinned, this.#options));
    return this.#checked.get(key);
  }

  #hash(pinned: Pinned): string {
    if (Object.keys(pinned.pages).length > 0) return hashOf(pinned);
    const known = this.#hashes.get(pinned.definition) ?? hashOf(pinned);
    this.#hashes.set(pinned.definition, known);
    return known;
  }

  #read(hash: string): Pinned {
    let pinned = this.#pinned.get(hash);
    if (!pinned) {
      const body = this.#journal.definition(hash);
      if (body === undefined || !isWorkflow(body))
        throw fail('not-found', 'definition.not_found', `There is no definition ${hash} in the journal.`);
      pinned = readBody(body);
      this.#pinned.set(hash, pinned);
    }
    return pinned;
  }

  /** A persona over its budget cannot start (personas.md): neither can a run that needs it. */
  async #withinBudgets({ definition, pages }: StartRequest): Promise<void> {
    const { overBudget } = this.#options;
    if (!overBudget) return;
    for (const persona of Object.values(this.#pin(definition, pages).personas)) {
      const over = await overBudget(persona);
      if (over !== undefined) throw fail('denied', 'persona.over_budget', over, { data: { persona: persona.id } });
    }
  }

  #allowStart(transaction: Transaction, request: StartRequest, hash: string, pinned: Pinned): void {
    if (request.trigger && this.trusted(hash)) return;
    if (!this.#options.policy.signToStart || request.dryRun || !this.#answers.writes(pinned)) return;
    const { signature } = request;
    const now = this.#options.clock.now();
    if (!signature) {
      throw fail(
        'denied',
        'run.unsigned',
        `“${request.definition.header.title}” changes things, so somebody has to sign its start.`,
        { data: { definition: hash } },
      );
    }
    // Whoever signs is the starter: else `not-starter` at a gate could be got round by another name.
    if (request.by.kind !== 'person' || request.by.name !== signature.person) {
      throw fail(
        'denied',
        'signature.starter_name',
        `The start is signed by ${signature.person}, so ${signature.person} starts it.`,
      );
    }
    const grant = `grant:${signature.device}:${hash}`;
    const until = transaction.cell(grant);
    if (signature.nonce === '' && typeof until === 'number' && until > now) {
      // Covered by an earlier signature, as long as the device is still that person's.
      if (this.#options.owner(signature.device, signature.publicKey)?.person === signature.person) return;
    }
    transaction.putDefinition(hash, bodyOf(pinned));
    const subject: Subject = { kind: 'start', definition: hash, inputs: request.inputs };
    this.#signing.accept(subject, this.#answers.shown(subject), signature);
    transaction.setCell(grant, now + START_GRANT_MS);
  }

  #begin(
    transaction: Transaction,
    run: string,
    pinned: Pinned,
    hash: string,
    request: StartRequest & { parent?: { run: string; node: NodeKey } },
  ): void {
    const at = this.#options.clock.now();
    const { header } = pinned.definition;
    const number = transaction.numberOn(new Date(at).toISOString().slice(0, 10));
    const memory = typeof header.settings.memory === 'string' ? header.settings.memory : run;
    const origin = {
      ...(request.graph === undefined ? {} : { graph: request.graph }),
      ...(request.page === undefined ? {} : { page: request.page }),
    };
    const parent = request.parent === undefined ? {} : { parent: request.parent };
    transaction.putDefinition(hash, bodyOf(pinned));
    transaction.begin({
      run,
      number,
      definition: hash,
      title: header.title,
      dryRun: request.dryRun ?? false,
      memory,
      at,
      ...origin,
      ...parent,
      ...(request.idempotencyKey === undefined ? {} : { idempotencyKey: request.idempotencyKey }),
    });
    const started: NewEvent = {
      type: 'run.started',
      node: '',
      payload: {
        definition: hash,
        title: header.title,
        number,
        inputs: this.#options.redact(request.inputs),
        by: request.by,
        dryRun: request.dryRun ?? false,
        memory,
        personas: Object.fromEntries(
          Object.entries(pinned.personas).map(([id, shape]) => [id, hashJson({ ...shape })]),
        ),
        ...origin,
        ...parent,
        ...(request.signature === undefined ? {} : { signature: request.signature }),
      },
    };
    transaction.append(run, started);
  }

  #beginChild(
    transaction: Transaction,
    parent: { run: string; node: NodeKey },
    request: { page: string; inputs: JsonObject; by: Actor },
  ): string {
    const above = transaction.run(parent.run);
    const from = above && this.#read(above.definition);
    const definition = from?.pages[request.page];
    if (!above || !from || !definition) {
      throw fail('not-found', 'call.page', `The page “${request.page}” was not there when this run was pinned.`);
    }
    const pinned: Pinned = { definition, pages: from.pages, personas: from.personas };
    const id = newRunId(this.#options.clock.now());
    this.#begin(transaction, id, pinned, hashOf(pinned), {
      definition,
      inputs: request.inputs,
      by: request.by,
      dryRun: above.dryRun,
      parent,
      ...(above.graph === undefined ? {} : { graph: above.graph }),
    });
    return id;
  }

  async #cancelChild(run: string): Promise<void> {
    const by: Actor = { kind: 'system', name: 'the calling run' };
    await this.cancel(run, by).catch((error: unknown) => {
      // It ended by itself in the meantime; its end reaches the parent all the same.
      if (!(error instanceof StagebookError) || error.code !== 'run.ended') throw error;
    });
  }
}

function* namesIn(definition: Definition): Generator<{ page?: string; persona?: string }> {
  const stack = [...definition.body];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (node.role === 'call') yield { page: String(node.settings.page) };
    if (node.role === 'stage') yield { persona: String(node.settings.persona) };
    stack.push(...node.children);
  }
}

function notFound(run: string): StagebookError {
  return fail('not-found', 'run.not_found', `There is no run ${run}. stagebook list shows the runs there are.`);
}
