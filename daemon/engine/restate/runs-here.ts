import { fail } from '../../../shared/failure.ts';
import type { NewEvent, RunEvent } from '../../../shared/run/event.ts';
import type { RunState } from '../../../shared/run/state.ts';
import type { Journal, MemoryRow, RunRow } from '../../journal/journal.ts';
import type { Deed } from './messages.ts';
import type { RunLog } from './run-log.ts';
import type { Stretch } from './stretch.ts';

/** The journal of a worker: of the runs that work here now, and of no others. What is appended is on Restate's record. */
export class RunsHere implements Pick<Journal, 'append' | 'events' | 'run' | 'definition' | 'memory'> {
  readonly #here = new Map<string, { log: RunLog; stretch: Stretch }>();

  enter(log: RunLog, stretch: Stretch): void {
    this.#here.set(log.run, { log, stretch });
  }

  leave(stretch: Stretch): void {
    if (this.#here.get(stretch.run)?.stretch === stretch) this.#here.delete(stretch.run);
  }

  append(run: string, events: readonly NewEvent[]): Promise<RunEvent[]> {
    return this.#at(run).stretch.append(run, events);
  }

  /** Asks the hub for something, once for each key. Resolves when that is on Restate's record. */
  async tell(run: string, deed: Deed): Promise<void> {
    await this.#at(run).stretch.commit({ events: [], deed });
  }

  events(run: string, afterSeq = 0): RunEvent[] {
    return this.#here.get(run)?.log.events.slice(afterSeq) ?? [];
  }

  run(run: string): RunRow | undefined {
    return this.#here.get(run)?.log.runRow;
  }

  /** The fold of everything recorded so far. Throws `run.not_here`. */
  state(run: string): RunState {
    const { state } = this.#at(run).log;
    if (!state) throw notHere(run);
    return state;
  }

  definition(hash: string): string | undefined {
    for (const { log } of this.#here.values()) if (log.row?.definition === hash) return log.body;
    return undefined;
  }

  /** Of a run's own memory, or of one that runs name. */
  memory(namespace: string): MemoryRow[] {
    for (const { log } of this.#here.values()) if (log.row?.memory === namespace) return log.memory();
    return [];
  }

  #at(run: string): { log: RunLog; stretch: Stretch } {
    const here = this.#here.get(run);
    if (!here) throw notHere(run);
    return here;
  }
}

function notHere(run: string) {
  return fail('not-found', 'run.not_here', `The run ${run} does not work on this worker now.`);
}
