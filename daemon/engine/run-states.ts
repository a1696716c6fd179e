import type { RunEvent } from '../../shared/run/event.ts';
import { apply, fold } from '../../shared/run/fold/fold.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { Journal } from '../journal/journal.ts';
import { runNotFound } from './run-not-found.ts';

/** The folds of the runs that are in memory, kept up with their events, and who waits for a run to settle. */
export class RunStates {
  readonly #journal: Journal;
  readonly #isLive: (run: string) => boolean;
  readonly #states = new Map<string, RunState>();
  readonly #settling = new Map<string, Set<(state: RunState) => void>>();

  constructor(journal: Journal, isLive: (run: string) => boolean) {
    this.#journal = journal;
    this.#isLive = isLive;
  }

  /** The fold of a run's events. Throws `run.not_found`. */
  of(run: string): RunState {
    const cached = this.#states.get(run);
    if (cached) return cached;
    const state = fold(this.#journal.events(run));
    if (!state) throw runNotFound(run);
    if (this.#isLive(run)) this.#states.set(run, state);
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

  /** A run was let go: tells those who wait for it, and forgets its state. */
  letGo(run: string): void {
    const waiting = this.#settling.get(run);
    const state = waiting && this.#settledState(run);
    this.#states.delete(run);
    if (!state) return;
    this.#settling.delete(run);
    for (const resolve of waiting) resolve(state);
  }

  #settledState(run: string): RunState | undefined {
    if (this.#isLive(run)) return undefined;
    const state = this.of(run);
    return state.status === 'running' || state.status === 'cancelling' ? undefined : state;
  }
}
