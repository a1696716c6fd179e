import type { ObjectContext, ObjectSharedContext } from '@restatedev/restate-sdk';
import type { NewEvent, RunEvent } from '../../../shared/run/event.ts';
import type { MemoryRow } from '../../journal/journal.ts';
import { CALLER } from '../continue-child.ts';
import { endOfChild, type RunEnd } from '../interpret.ts';
import { goingOn, isGoingOn } from '../resume.ts';
import { slotsUnder } from '../slots.ts';
import type { Sdk } from './load.ts';
import type { Batch, Caller, Deed, Mail, Recollection, Reported, Timer } from './messages.ts';
import type { ServiceNames } from './names.ts';
import { recorded, RunLog } from './run-log.ts';
import type { Sealed } from './sealed.ts';
import type { Stretch } from './stretch.ts';
import { FOR_EVER, opened, wireOf, type Wire } from './wire.ts';

/** What the object of a run needs of the worker that hosts it. */
export interface RunHost {
  /** A stretch of work on this run begins, or is repeated. */
  open(log: RunLog): Stretch;
  /** It is over. */
  close(stretch: Stretch): void;
  /** Rings at a timer's time in place of Restate: for a simulated clock. */
  alarm?(run: string, timer: Timer, at: number): void;
  /** Has Restate tell the run of a timer, as long from now by its own clock as it is by this machine's. */
  ringLater(run: string, timer: Timer, at: number): Promise<void>;
}

/** How long one step may work without anything being recorded, in milliseconds. Long enough for any test or build. */
const LONGEST_STEP_MS = 7 * 86_400_000;

/**
 * A run: its events, and the work on it. One invocation of `go` is one stretch of work, from what woke the run to where
 * everything in it waits or it has ended. What Restate records of that is always the same row of commands, whatever the page
 * says: one `run` for each group commit of the interpreter, and what follows from its events. So nothing that is done side by
 * side has to happen in the same order when it is repeated, and a run that waits is held by nobody and goes on with whatever
 * version of the worker is there.
 */
export function runObject(sdk: Sdk, names: ServiceNames, token: string, host: RunHost) {
  const wire = wireOf(sdk);
  return sdk.object({
    name: names.run,
    options: { journalRetention: 0, retryPolicy: FOR_EVER },
    handlers: {
      go: sdk.handlers.object.exclusive(
        { ingressPrivate: true, inactivityTimeout: LONGEST_STEP_MS, abortTimeout: LONGEST_STEP_MS },
        async (ctx: ObjectContext): Promise<void> => {
          const log = await RunLog.read(ctx);
          await new Going(sdk, wire, names, host, ctx, log).go();
        },
      ),
      /** What is kept of it from a place on: for a hub that lacks it. A stretch that goes on is not part of that yet. */
      recollect: sdk.handlers.object.shared(async (ctx: ObjectSharedContext, sealed: Sealed): Promise<Recollection> => {
        const { run, from } = opened(sdk, sealed, token) as { run: string; from: number };
        if (run !== ctx.key) throw new sdk.TerminalError('This message is for another run.', { errorCode: 403 });
        return (await RunLog.read(ctx)).recollect(from);
      }),
    },
  });
}

/** One stretch of work on a run, as Restate sees it. */
class Going {
  readonly #sdk: Sdk;
  readonly #wire: Wire;
  readonly #names: ServiceNames;
  readonly #host: RunHost;
  readonly #ctx: ObjectContext;
  readonly #log: RunLog;
  #stretch: Stretch | undefined;

  constructor(sdk: Sdk, wire: Wire, names: ServiceNames, host: RunHost, ctx: ObjectContext, log: RunLog) {
    this.#sdk = sdk;
    this.#wire = wire;
    this.#names = names;
    this.#host = host;
    this.#ctx = ctx;
    this.#log = log;
  }

  async go(): Promise<void> {
    let wake = this.#ctx.awakeable<Mail[]>();
    const first = await this.#look(wake.id);
    if (first.length > 0) this.#read(first);
    if (first.length > 0 && this.#log.row && !this.#log.ended) {
      const stretch = this.#open();
      await this.#recall();
      try {
        // Something came after the group commit under way was asked for: what that says of rest may be over.
        let woken = false;
        for (let batch = this.#next(stretch); ;) {
          const came = await this.#sdk.RestatePromise.race([
            batch.map((own) => ({ own })),
            wake.promise.map((mail) => ({ mail })),
          ]);
          if ('mail' in came) {
            this.#read(came.mail ?? []);
            wake = this.#ctx.awakeable<Mail[]>();
            this.#read(await this.#look(wake.id));
            woken = true;
            continue;
          }
          const { own } = came;
          if (!own) throw new Error('a group commit came to nothing');
          this.#commit(own, stretch);
          if (own.apart) await this.#ringLater(own);
          if (own.ended || (own.idle && !woken)) break;
          woken = false;
          await this.#recall();
          batch = this.#next(stretch);
        }
      } finally {
        this.#host.close(stretch);
      }
    }
    this.#log.keep(this.#ctx);
    // What came meanwhile calls the run again.
    this.#wire.send(this.#ctx, this.#inbox('rest'), { after: this.#log.taken });
  }

  #open(): Stretch {
    const stretch = this.#host.open(this.#log);
    this.#stretch = stretch;
    stretch.record(this.#log.events, false);
    // A try that loses its connection does not come to an end by itself.
    const over = this.#ctx.request().attemptCompletedSignal;
    over.addEventListener('abort', () => this.#host.close(stretch), { once: true });
    return stretch;
  }

  #next(stretch: Stretch) {
    return this.#ctx.run('events', () => stretch.next());
  }

  /** Its SDK would reckon the moments of these by this machine's clock, which is not Restate's. */
  async #ringLater({ events }: Batch): Promise<void> {
    for (const { type, node, payload } of events) {
      if (type !== 'timer.set' || this.#host.alarm) continue;
      const { name, at } = payload;
      await this.#ctx.run('timer', () => this.#host.ringLater(this.#log.run, { node, name }, at));
    }
  }

  #look(wake: string) {
    return this.#wire.call<Mail[]>(this.#ctx, this.#inbox('take'), { after: this.#log.taken, wake });
  }

  /** Takes in what was sent to the run, as far as it still fits. */
  #read(mail: readonly Mail[]): void {
    for (const { n, at, start, events = [], timer, again, goOn } of mail) {
      if (n <= this.#log.taken) continue;
      this.#log.taken = n;
      if (start) this.#note(this.#log.begin(start));
      else if (again) this.#tellAgain(at);
      else if (goOn) this.#goOn(goOn, at);
      else if (timer) {
        if (!this.#log.isDue(timer)) continue;
        this.#add([{ type: 'timer.fired', node: timer.node, payload: { name: timer.name } }], at);
      } else if (events.length > 0 && this.#log.fits(events[0]!)) this.#add(events, at);
    }
  }

  #add(events: readonly NewEvent[], at: number): void {
    const added = this.#log.add(events, at);
    this.#note(added);
    this.#share(added);
    this.#stretch?.record(added, false);
    if (added.some(startsOver)) this.#stretch?.startOver();
  }

  /**
   * The run that called this one was resumed. What stopped here goes on, so that nothing in it is done twice; what has come to
   * its end meanwhile is told again; what works or waits comes to its end by itself. Of what was cleared away nobody knows what it did.
   */
  #goOn(caller: Caller, at: number): void {
    const { state, events, run } = this.#log;
    if (!state) return this.#tell(caller, gone(run), at);
    if (state?.status === 'failed' || state?.status === 'cancelled') return this.#add([goingOn(events, CALLER)], at);
    const end = events.findLast((event) => event.type === 'run.completed');
    if (state?.status === 'completed' && end) this.#tell(caller, end, at);
  }

  #commit(batch: Batch, stretch: Stretch): void {
    stretch.madeBy(batch.by);
    const events = this.#log.add(batch.events, batch.at);
    this.#note(events, batch.deeds);
    const { run } = this.#log;
    for (const start of batch.begin) this.#wire.send(this.#ctx, this.#inbox('put', start.run), { start, at: batch.at });
    for (const { child, caller } of batch.goOn ?? []) {
      this.#wire.send(this.#ctx, this.#inbox('put', child), { goOn: caller, at: batch.at });
    }
    for (const child of batch.cancel) {
      const cancelling: NewEvent = { type: 'run.cancelling', node: '', payload: { by: CALLER } };
      this.#wire.send(this.#ctx, this.#inbox('put', child), { events: [cancelling], at: batch.at });
    }
    for (const event of events) {
      if (event.type !== 'timer.set') continue;
      const { name, at } = event.payload;
      const timer: Timer = { node: event.node, name };
      if (this.#host.alarm) this.#host.alarm(run, timer, at);
      else if (!batch.apart) this.#wire.send(this.#ctx, this.#inbox('put'), { timer, at }, Math.max(0, at - batch.at));
    }
    if (batch.ended) this.#end(events.at(-1) as NewEvent as RunEnd, batch.at);
    this.#share(events);
    stretch.record(events, true);
  }

  /** A memory with a name belongs to all runs that name it: what this one adds or takes back is told to it. */
  #share(events: readonly RunEvent[]): void {
    const { run, row } = this.#log;
    if (!row || row.dryRun || row.memory === run || !events.some(changesMemory)) return;
    const own = this.#log.memory().filter((each) => each.run === run);
    this.#wire.send(this.#ctx, this.#memory(row.memory, 'remember'), { run, own });
  }

  async #recall(): Promise<void> {
    const { run, row } = this.#log;
    if (!row || row.memory === run) return;
    this.#log.shared = await this.#wire.call<MemoryRow[]>(this.#ctx, this.#memory(row.memory, 'recall'), {});
  }

  #memory(name: string, method: string) {
    return { service: this.#names.cell, key: `memory:${name}`, method };
  }

  /** Gives back the run's slot and tells whoever called it. */
  #end(end: RunEnd, at: number): void {
    const { run, row, memo } = this.#log;
    const key = memo.decision('', 'slot-key');
    if (typeof key === 'string') {
      this.#wire.send(this.#ctx, { service: this.#names.cell, key: slotsUnder(key), method: 'free' }, { run, at });
    }
    if (row?.parent && isEnd(end)) this.#tell(row.parent, end, at);
  }

  #tell(caller: Caller, end: RunEnd, at: number): void {
    this.#wire.send(this.#ctx, this.#inbox('put', caller.run), { events: [endOfChild(caller.node, end)], at });
  }

  /** The last event: a hub that lacks more says so. The runs that this one has called may be unknown to it. */
  #tellAgain(at: number): void {
    const { events } = this.#log;
    this.#note(events.slice(-1));
    for (const { type, payload } of events) {
      if (type !== 'decision.made' || payload.name !== 'child') continue;
      this.#wire.send(this.#ctx, this.#inbox('put', String(payload.value)), { again: true, at });
    }
  }

  /** The hub is owed every event. */
  #note(events: readonly RunEvent[], deeds: Deed[] = []): void {
    if (events.length + deeds.length === 0) return;
    const { run, row, body } = this.#log;
    const begin = events[0]?.seq === 1 && row?.parent ? { begin: { row, body } } : {};
    const reported: Reported = { run, events: events.map(recorded), ...begin, ...(deeds.length > 0 ? { deeds } : {}) };
    this.#wire.send(this.#ctx, { service: this.#names.report, key: run, method: 'events' }, reported);
  }

  #inbox(method: string, key = this.#log.run) {
    return { service: this.#names.inbox, key, method };
  }
}

/** The end of a called run whose log somebody has cleared. */
function gone(run: string): RunEnd {
  const message = `The called run ${run} is not on Restate any more, so it cannot go on. Look at what it did, then begin it anew: resume with --from and the call.`;
  return { type: 'run.failed', node: '', payload: { failure: { code: 'call.gone', message, retryable: false } } };
}

function changesMemory({ type, payload }: RunEvent): boolean {
  return type === 'memory.added' || type === 'run.reset' || (type === 'node.completed' && 'remember' in payload);
}

function isEnd(event: NewEvent): event is RunEnd {
  return event.type === 'run.completed' || event.type === 'run.failed' || event.type === 'run.cancelled';
}

/** A signed skip comes from outside and must be seen by replay; a stage that skips itself goes on. */
function startsOver(event: RunEvent): boolean {
  if (event.type === 'node.skipped') return event.payload.signature !== undefined;
  return isGoingOn(event);
}
