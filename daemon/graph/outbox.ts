import { toFailure } from '../../shared/failure.ts';
import type { Clock } from '../clock.ts';
import type { OutboxStore, Owed } from './outbox-store.ts';

export interface OutboxOptions {
  store: OutboxStore;
  clock: Clock;
  /**
   * Writes a page as it is to be now, and resolves with the position of the run's events that it tells, or null when
   * there is nothing left to write it from.
   */
  deliver(owed: Owed): Promise<number | null>;
  /** Told of each failed try, and, without a page, when the books themselves cannot be kept. */
  onProblem?(problem: string, owed?: Owed): void;
}

/** Changes that come this close together are written together. */
const PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 5 * 60_000;

/**
 * What graphs are owed, and its delivery: many changes of a run become one writing, a graph that is away is tried again
 * later and later, and nothing is lost by a restart. One page of a graph is written at a time.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #raised = new Map<string, number>();
  readonly #lanes = new Map<string, Promise<void>>();
  #seen = 0;
  #pause = PAUSE_MS;
  #wakeAt = Infinity;
  #cancel: () => void = () => {};
  #passes: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Begins to deliver what an earlier process left. */
  open(): void {
    this.#schedule(this.#options.clock.now());
  }

  /** Enters a page as owed, durably, and delivers it soon; `urgent`, without waiting for what may come close after. */
  put(owed: Omit<Owed, 'attempts'>, urgent = false): void {
    this.#options.store.put(owed);
    this.#schedule(this.#options.clock.now() + (urgent ? 0 : this.#pause));
  }

  /** A run has got as far as `pos`; all events up to `pos` have been entered. */
  raise(run: string, pos: number): void {
    this.#raised.set(run, pos);
    this.#seen = Math.max(this.#seen, pos);
    this.#schedule(this.#options.clock.now() + this.#pause);
  }

  /** A graph is there again. */
  wake(graph: string): void {
    try {
      this.#options.store.wake(graph);
    } catch (error) {
      // Whoever says that a graph is there has no part in our books; what is owed to it is tried at its own time.
      this.#options.onProblem?.(toFailure(error).message);
    }
    this.#schedule(this.#options.clock.now());
  }

  /** Delivers everything that is due now. A page that cannot be written is put off and does not make this reject. */
  flush(): Promise<void> {
    const pass = this.#passes.then(() => this.#pass());
    this.#passes = pass.catch(() => {});
    return pass;
  }

  /** Sees to it that a page, and what is to be added to it, is written as far as is known now. Rejects with what prevents it. */
  async settle(graph: string, page: string): Promise<void> {
    this.#enter();
    await this.#inLane(graph, async () => {
      const owed = this.#options.store.due(Number.MAX_SAFE_INTEGER);
      for (const entry of owed) if (entry.graph === graph && entry.page === page) await this.#deliver(entry);
    });
  }

  /** Stops delivering, after the writing that is under way. What is owed stays entered. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancel();
    this.#enter();
    await this.#passes;
    await Promise.all(this.#lanes.values());
  }

  #schedule(at: number): void {
    if (this.#closed || at >= this.#wakeAt) return;
    this.#cancel();
    this.#wakeAt = at;
    this.#cancel = this.#options.clock.at(at, () => {
      this.#wakeAt = Infinity;
      this.flush().catch((error: unknown) => {
        this.#options.onProblem?.(toFailure(error).message);
        this.#schedule(this.#options.clock.now() + LONGEST_RETRY_MS);
      });
    });
  }

  /** Writes down what came in since the last pass. */
  #enter(): void {
    if (this.#raised.size === 0) return;
    this.#options.store.raise(this.#raised, this.#seen);
    this.#raised.clear();
  }

  async #pass(): Promise<void> {
    const { store, clock } = this.#options;
    const began = performance.now();
    this.#enter();
    const due = this.#closed ? [] : store.due(clock.now());
    const graphs = Map.groupBy(due, ({ graph }) => graph);
    await Promise.all([...graphs].map(([graph, pages]) => this.#inLane(graph, () => this.#tryAll(pages))));
    // Long pages are written less often, so that writing never takes most of the time.
    this.#pause = Math.min(Math.max(PAUSE_MS, 4 * (performance.now() - began)), LONGEST_PAUSE_MS);
    const next = store.nextDue();
    if (next !== undefined) this.#schedule(Math.max(next, clock.now() + this.#pause));
  }

  async #tryAll(pages: readonly Owed[]): Promise<void> {
    for (const owed of pages) {
      if (this.#closed) return;
      try {
        await this.#deliver(owed);
      } catch (error) {
        const { message } = toFailure(error);
        const wait = Math.min(FIRST_RETRY_MS * 2 ** owed.attempts, LONGEST_RETRY_MS);
        this.#options.store.failed(owed, this.#options.clock.now() + wait, message);
        this.#options.onProblem?.(message, owed);
      }
    }
  }

  async #deliver(owed: Owed): Promise<void> {
    const pos = await this.#options.deliver(owed);
    if (pos === null) this.#options.store.drop(owed);
    else this.#options.store.written(owed, Math.max(pos, owed.pos));
  }

  /** One after the other for each graph. */
  async #inLane(graph: string, work: () => Promise<void>): Promise<void> {
    const before = this.#lanes.get(graph) ?? Promise.resolve();
    const mine = before.then(work);
    const quiet = mine.catch(() => {});
    this.#lanes.set(graph, quiet);
    try {
      await mine;
    } finally {
      if (this.#lanes.get(graph) === quiet) this.#lanes.delete(graph);
    }
  }
}
