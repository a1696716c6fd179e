import { setTimeout as sleep } from 'node:timers/promises';
import { fail, StagebookError } from '../../shared/failure.ts';
import { isObject, type Json } from '../../shared/json.ts';
import type { ReportedEvent } from '../journal/reported.ts';
import { askHub, type AskHubOptions, type HubAddress } from './ask-hub.ts';

/** Events of one report are sent in pieces of about this many characters. */
const PIECE = 4 * 2 ** 20;
const PAUSE_MS = 1_000;

/** What a worker can tell a hub and ask it. Both are safe to repeat. */
export interface HubLink {
  /**
   * Whether the hub takes what this worker tells: undefined when it does, else why nobody knows that now. Throws `worker.token` or
   * `worker.hub` when it does not and never will.
   */
  greet(): Promise<string | undefined>;
  /**
   * Resolves when all of it is on record at the hub. Rejects, with the hub's own code (`ingest.gap` has `expected` in its data)
   * or `hub.away`: then it has to be told again.
   */
  report(report: ReportOf): Promise<void>;
  /** Asks until the hub answers: what a step has to know is at the hub, and a hub that is down only delays it. */
  ask(run: string, after: number, question: { ask: string; [name: string]: Json }, signal: AbortSignal): Promise<Json>;
}

interface ReportOf {
  run: string;
  events: readonly Omit<ReportedEvent, 'payload'>[];
  begin?: object;
  deeds?: readonly object[];
}

export function hubLink(hub: HubAddress, options: AskHubOptions): HubLink {
  const post = askHub(hub, options);
  return {
    async greet() {
      try {
        await post('ask', { run: 'none', after: 0, ask: 'incident.number' });
      } catch (error) {
        if (!(error instanceof StagebookError)) throw error;
        // It let this worker in, and there is no such run.
        if (error.code === 'ingest.run') return undefined;
        const refused = refusalOf(error, hub);
        if (refused) throw refused;
        return error.message;
      }
      return undefined;
    },
    async report({ run, events, begin, deeds }) {
      for (const piece of pieces(events)) {
        await post('events', { run, events: piece, ...(begin ? { begin } : {}) });
      }
      if (deeds && deeds.length > 0) await post('events', { run, events: [], deeds });
    },
    async ask(run, after, question, signal) {
      for (;;) {
        try {
          const said = await post('ask', { run, after, ...question }, signal);
          return isObject(said) ? (said.answer ?? null) : null;
        } catch (error) {
          if (signal.aborted || !isAway(error)) throw error;
          await sleep(PAUSE_MS, undefined, { signal });
        }
      }
    },
  };
}

/** What a hub says that will never take anything of this worker, with what to do; undefined for everything else. */
export function refusalOf(error: unknown, { id, url }: HubAddress): StagebookError | undefined {
  if (!(error instanceof StagebookError)) return undefined;
  if (error.code === 'ingest.token') {
    const what = 'The secret that restate.hub.token names must have the same value for the hub and for its workers.';
    return fail('denied', 'worker.token', `The hub at ${url} does not let this worker in. ${what}`);
  }
  if (error.code === 'ingest.hub') {
    const what = `Set restate.hub.id and restate.hub.url of this worker to those of one hub.`;
    return fail('denied', 'worker.hub', `The hub at ${url} is not “${id}”. ${what}`);
  }
  return undefined;
}

function isAway(error: unknown): boolean {
  return error instanceof Error && 'failure' in error && isObject(error.failure) && error.failure.retryable === true;
}

function* pieces<T extends object>(events: readonly T[]): Generator<T[]> {
  let piece: T[] = [];
  let size = 0;
  for (const event of events) {
    const length = JSON.stringify(event).length;
    if (size + length > PIECE && piece.length > 0) {
      yield piece;
      [piece, size] = [[], 0];
    }
    piece.push(event);
    size += length;
  }
  if (piece.length > 0) yield piece;
}
