import type { ObjectContext, ObjectSharedContext } from '@restatedev/restate-sdk';
import type { NewEvent, RunEvent } from '../../../shared/run/event.ts';
import { apply } from '../../../shared/run/fold/fold.ts';
import type { RunState } from '../../../shared/run/state.ts';
import type { NodeKey } from '../../../shared/workflow/definition.ts';
import type { MemoryRow, NewRun, RunRow } from '../../journal/journal.ts';
import { Memo } from '../memo.ts';
import type { Recollection, Recorded, Start, Timer } from './messages.ts';

/** What a log keeps of its run beside the events. */
interface Kept {
  row: NewRun;
  /** How many chunks of events there are. */
  chunks: number;
  /** The number of the last message that was taken. */
  taken: number;
}

/** Of what is told again at once. */
const MOST_EVENTS = 1_000;
const MOST_CHARACTERS = 4 * 2 ** 20;

/** The events of one run, numbered here and nowhere else, as they are kept in the run's object. */
export class RunLog {
  readonly run: string;
  readonly events: RunEvent[] = [];
  readonly memo = new Memo();
  row: NewRun | undefined;
  body = '';
  taken = 0;
  /** What other runs left in the memory that this run names. */
  shared: MemoryRow[] = [];
  #state: RunState | undefined;
  #chunks = 0;
  #kept = 0;
  #epoch = 1;
  readonly #timers = new Map<NodeKey, Set<string>>();

  constructor(run: string) {
    this.run = run;
  }

  static async read(ctx: ObjectContext | ObjectSharedContext): Promise<RunLog> {
    const log = new RunLog(ctx.key);
    const kept = await ctx.get<Kept>('kept');
    if (!kept) return log;
    log.row = kept.row;
    log.taken = kept.taken;
    log.body = (await ctx.get<string>('body')) ?? '';
    for (let n = 1; n <= kept.chunks; n += 1) {
      for (const event of (await ctx.get<Recorded[]>(chunk(n))) ?? []) log.#add(event);
    }
    log.#chunks = kept.chunks;
    log.#kept = log.events.length;
    return log;
  }

  get state(): RunState | undefined {
    return this.#state;
  }

  /** Takes up a new run; nothing when it is there already. */
  begin({ row, body, events, at }: Start): RunEvent[] {
    if (this.row) return [];
    this.row = row;
    this.body = body;
    return this.add(events, at);
  }

  /** Numbers events and takes them in. */
  add(events: readonly NewEvent[], at: number): RunEvent[] {
    return events.map((event) => {
      if (event.type === 'run.reset' || event.type === 'run.moved') this.#epoch += 1;
      const { type, node, payload, attempt = 1 } = event;
      return this.#add({ seq: this.events.length + 1, type, node, attempt, epoch: this.#epoch, at, payload });
    });
  }

  #add(kept: Recorded): RunEvent {
    const event = { ...kept, run: this.run, pos: kept.seq, prev: '' } as RunEvent;
    this.#epoch = event.epoch;
    this.events.push(event);
    this.memo.apply(event);
    this.#keepTimers(event);
    this.#state = apply(this.#state, event);
    return event;
  }

  /** What has not been kept yet, in the run's object. */
  keep(ctx: ObjectContext): void {
    const fresh = this.events.slice(this.#kept).map(recorded);
    if (this.#chunks === 0) ctx.set('body', this.body);
    if (fresh.length > 0) ctx.set(chunk(++this.#chunks), fresh);
    if (this.row) ctx.set<Kept>('kept', { row: this.row, chunks: this.#chunks, taken: this.taken });
    this.#kept = this.events.length;
  }

  /** What there is from a place on, in order: as much as one report holds. */
  recollect(from: number): Recollection {
    const events: Recorded[] = [];
    let size = 0;
    for (const event of this.events.slice(from - 1, from - 1 + MOST_EVENTS)) {
      size += JSON.stringify(event.payload).length;
      if (size > MOST_CHARACTERS && events.length > 0) break;
      events.push(recorded(event));
    }
    const { row, body } = this;
    return { events, ...(from === 1 && row?.parent ? { begin: { row, body } } : {}) };
  }

  /** The run as a journal's row. */
  get runRow(): RunRow | undefined {
    const { row, state } = this;
    if (!row || !state) return undefined;
    const { at, idempotencyKey: _key, ...same } = row;
    const ended = state.endedAt === undefined ? {} : { endedAt: state.endedAt };
    return { ...same, status: state.status, epoch: state.epoch, startedAt: at, ...ended };
  }

  /** What the run remembers, the newest first. */
  memory(): MemoryRow[] {
    const { run, state } = this;
    const own = (state?.remembered ?? []).toReversed().map(({ key, value, node }) => {
      const at = state?.nodes.get(node)?.endedAt ?? state?.startedAt ?? 0;
      return { key, value, at, run };
    });
    return [...own, ...this.shared.filter((row) => row.run !== run)].sort((a, b) => b.at - a.at);
  }

  /** Whether a timer was set, did not fire, and what it is for has not ended. */
  isDue({ node, name }: Timer): boolean {
    return this.#timers.get(node)?.has(name) ?? false;
  }

  /** As the rows of a journal keep them (`journal/rows.ts`). */
  #keepTimers(event: RunEvent): void {
    switch (event.type) {
      case 'timer.set':
        this.#timers.set(event.node, (this.#timers.get(event.node) ?? new Set()).add(event.payload.name));
        return;
      case 'timer.fired':
        this.#timers.get(event.node)?.delete(event.payload.name);
        return;
      case 'node.completed':
      case 'node.failed':
      case 'node.cancelled':
      case 'node.skipped':
      case 'gate.closed':
      case 'ask.answered':
        this.#timers.delete(event.node);
        return;
      case 'run.completed':
      case 'run.failed':
      case 'run.cancelled':
        this.#timers.clear();
        return;
      default:
    }
  }

  get ended(): boolean {
    const status = this.#state?.status;
    return status === 'completed' || status === 'failed' || status === 'cancelled' || status === 'suspended';
  }

  /** Whether what was said to the run still fits: no answer after the answer, no cancel after the end. */
  fits(event: NewEvent): boolean {
    const state = this.#state;
    if (!state) return false;
    const node = state.nodes.get(event.node);
    switch (event.type) {
      case 'run.cancelling':
        return !this.ended && state.status !== 'cancelling';
      case 'run.resumed':
        return state.status === 'failed' || state.status === 'cancelled' || state.status === 'suspended';
      case 'run.reset':
        return this.ended;
      case 'gate.signed': {
        const { signOff, signature } = event.payload;
        // The hub that took it was killed before it saw it here, and was asked for another.
        const isCounted = node?.gate?.signatures.some(
          (other) => other.signOff === signOff && other.signature.person === signature.person,
        );
        return !this.ended && node?.gate?.passed === undefined && !isCounted;
      }
      case 'gate.refused':
        return !this.ended && node?.gate?.passed === undefined;
      case 'ask.answered':
        return !this.ended && node?.ask?.answer === undefined;
      default:
        return true;
    }
  }
}

/** An event as it is kept and told. */
export function recorded({ seq, type, node, attempt, epoch, at, payload }: RunEvent): Recorded {
  return { seq, type, node, attempt, epoch, at, payload };
}

function chunk(n: number): string {
  return `events-${n}`;
}
