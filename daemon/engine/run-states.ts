import type { RunEvent } from '../../shared/run/event.ts';
import { apply, fold } from '../../shared/run/fold/fold.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { Journal } from '../journal/journal.ts';
import { runNotFound } from './run-not-found.ts';

/** What says which runs are in memory. */
export interface RunsInMemory {
  /** Whether something of the run works. */
  has(run: string): boolean;
  /** Whether it stays in memory while it waits. */
  keeps(run: string): boolean;
}

/** The folds of the runs that are in memory, kept up with their events, and who waits for a run to settle. */
export class RunStates {
  readonly #journal: Journal;
  readonly #inMemory: () => RunsInMemory;
  readonly #states = new Map<string, RunState>();
  readonly #settling = new Map<string, Set<(state: RunState) => void>>();

  constructor(journal: Journal, inMemory: () => RunsInMemory) {
    this.#journal = journal;
    this.#inMemory = inMemory;
  }

  /** The fold of a run's events. Throws `run.not_found`. */
  of(run: string): RunState {
    const cached = this.#states.get(run);
    if (cached) return cached;
    const state = fold(this.#journal.events(run));
    if (!state) throw runNotFound(run);
    if (this.#inMemory().has(run)) this.#states.set(run, state);
    return state;
  }

  /** A run is in memory from now on; these are its events up to here. Whoever asks for its state looks in no journal. */
  keep(run: string, events: readonly RunEvent[]): void {
    this.#states.set(run, fold(events)!);
  }

  apply(event: RunEvent): void {
    const state = this.#states.get(event.run);
    if (state) apply(state, event);
  }

  /** Resolves when the run waits for a person or has ended. */
  settled(run: string): Promise<RunState> {
    const state = this.#settledState(run);
    if (state) return Promise.resolve(state);
    return new Promise((resolve) => {
      const waiting = this.#settling.get(run) ?? new Set();
      waiting.add(resolve);
      this.#settling.set(run, waiting);
    });
  }

  /** Nothing of a run works any more: tells those who wait for it, and forgets its state unless it stays in memory. */
  letGo(run: string): void {
    const waiting = this.#settling.get(run);
    const state = waiting && this.#settledState(run);
    if (!this.#inMemory().keeps(run)) this.#states.delete(run);
    if (!state) return;
    this.#settling.delete(run);
    for (const resolve of waiting) resolve(state);
  }

  #settledState(run: string): RunState | undefined {
    if (this.#inMemory().has(run)) return undefined;
    const state = this.of(run);
    const works = state.status === 'running' || state.status === 'cancelling';
    // What is taken back after a cancel may ask somebody, too.
    return works && state.waiting.size === 0 ? undefined : state;
  }
}
