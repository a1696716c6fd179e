import { PROTOCOL_LIMITS } from '../../shared/protocol/limits.ts';
import type { RunEvent } from '../../shared/run/event.ts';
import type { EventFeed } from '../journal/feed.ts';
import { textOfEvent } from './fit.ts';

/** Events are sent in frames of about this many bytes. */
const BATCH_BYTES = 256 * 1024;
/** The largest event: a frame of one has to fit. */
const EVENT_BYTES = PROTOCOL_LIMITS.frameBytes - 1_000;

export interface PumpOptions {
  feed: EventFeed;
  /** Sends a frame's text. */
  send(text: string): void;
  /** Events could not be read. */
  onFault(): void;
  /** Whether the other end has read enough of what was sent before. When it has not, `drained` is called later. */
  isReady(): boolean;
}

/**
 * Brings one connection the events it subscribed to: each once, in order, without a gap. What the other end does not read stays
 * in the journal; here is only a position.
 */
export class Pump {
  readonly #options: PumpOptions;
  /** Undefined: all of them. */
  #runs: ReadonlySet<string> | undefined;
  #active = false;
  /** Everything to here was sent or is not wanted. */
  #cursor = 0;
  /** Positions that are still to be sent, of some runs only. They reach up to `#planned`. */
  #plan: readonly number[] = [];
  #planned = 0;
  /** Whether a step is under way; live events are left to it then. */
  #behind = false;
  #step: NodeJS.Immediate | undefined;

  constructor(options: PumpOptions) {
    this.#options = options;
  }

  /** Begins anew after a position. Gives the position to which there are events now. */
  subscribe(runs: 'all' | readonly string[], after: number): number {
    const head = this.#options.feed.head();
    this.#runs = runs === 'all' ? undefined : new Set(runs);
    // A cursor ahead of the journal is of another time of it: there is nothing after it yet.
    this.#cursor = Math.min(after, head);
    this.#plan = [];
    this.#planned = this.#cursor;
    this.#active = true;
    this.#behind = true;
    this.#schedule();
    return head;
  }

  /** Whether lines of a run's output are wanted. */
  wants(run: string): boolean {
    return this.#active && (!this.#runs || this.#runs.has(run));
  }

  /** New events were committed. */
  committed(events: readonly RunEvent[]): void {
    if (!this.#active || this.#behind) return;
    if (!this.#options.isReady() || events[0]!.pos !== this.#cursor + 1) {
      this.#behind = true;
      return this.#schedule();
    }
    const wanted = this.#runs ? events.filter(({ run }) => this.#runs!.has(run)) : events;
    const upTo = events.at(-1)!.pos;
    if (wanted.length === 0) this.#cursor = upTo;
    else if (!this.#sendSome(wanted, upTo)) {
      this.#behind = true;
      this.#schedule();
    }
  }

  /** The other end has read on. */
  drained(): void {
    if (this.#behind) this.#schedule();
  }

  stop(): void {
    this.#active = false;
    clearImmediate(this.#step);
  }

  #schedule(): void {
    this.#step ??= setImmediate(() => {
      this.#step = undefined;
      try {
        this.#work();
      } catch {
        this.#options.onFault();
      }
    });
  }

  /** One batch a turn of the event loop, so that a long history holds up nobody else. */
  #work(): void {
    if (!this.#active || !this.#options.isReady()) return;
    const { feed } = this.#options;
    const head = feed.head();
    if (!this.#runs) {
      this.#behind = !this.#sendSome(feed.after(this.#cursor), head);
    } else {
      if (this.#plan.length === 0) {
        this.#plan = feed.positions([...this.#runs], this.#cursor);
        this.#planned = head;
      }
      const all = this.#sendSome(feed.at(this.#plan), this.#planned);
      this.#plan = all ? [] : this.#plan.slice(this.#plan.findIndex((pos) => pos > this.#cursor));
      this.#behind = !all || this.#cursor < feed.head();
    }
    if (this.#behind) this.#schedule();
  }

  /** Sends as many as go into one frame. Whether those were all; then everything up to `upTo` was considered. */
  #sendSome(events: Iterable<RunEvent>, upTo: number): boolean {
    const texts: string[] = [];
    let bytes = 0;
    let last = this.#cursor;
    let all = true;
    for (const event of events) {
      const { text, bytes: size } = textOfEvent(event, EVENT_BYTES);
      if (texts.length > 0 && bytes + size > BATCH_BYTES) {
        all = false;
        break;
      }
      texts.push(text);
      bytes += size + 1;
      last = event.pos;
    }
    this.#cursor = all ? Math.max(upTo, last) : last;
    this.#options.send(`{"events":[${texts.join(',')}],"upTo":${this.#cursor}}`);
    return all;
  }
}
