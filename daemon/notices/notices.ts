import { fail, toFailure, type StagebookError } from '../../shared/failure.ts';
import type { Clock } from '../clock.ts';
import { CHANNELS, type Channel, type ChannelName, type Message } from './channel.ts';

/** A message on its way to people. */
export interface Notice {
  /** Names it: the same key is queued once. */
  key: string;
  channel: ChannelName;
  run: string;
  message: Message;
  queuedAt: number;
  /** When a person wanted it tried again, if one did. */
  retriedAt: number | null;
  tries: number;
  /** An earlier try was sent and never answered. */
  uncertain: boolean;
}

/** A message that has not got through: it waits, or it was given up and nobody has decided about it. */
export interface Undelivered {
  /** A small number, for people to name it by. */
  id: number;
  channel: ChannelName;
  run: string;
  title: string;
  queuedAt: number;
  givenUpAt: number | null;
  /** When it is tried next, if it waits. */
  nextAt: number;
  tries: number;
  uncertain: boolean;
  problem: string;
}

export interface NoticeState {
  channel: ChannelName;
  deliveredAt: number | null;
  givenUpAt: number | null;
  tries: number;
  /** Why it is not delivered yet; empty when nothing is known against it. */
  problem: string;
}

/** Where notices are kept. Each call is one transaction. */
export interface NoticeStore {
  /** False when there is one of this key already. */
  add(notice: Pick<Notice, 'key' | 'channel' | 'run' | 'message' | 'queuedAt'>): boolean;
  find(key: string): NoticeState | undefined;
  /** What is due by a channel at this time, oldest first; of each run only the first that waits. */
  due(channel: ChannelName, now: number, limit: number): Notice[];
  /** When the next one of these is due; undefined when nothing waits. */
  nextAt(): number | undefined;
  waiting(): number;
  delivered(key: string, at: number): void;
  /** To be tried again at `nextAt`. */
  postponed(key: string, nextAt: number, problem: string, uncertain: boolean): void;
  givenUp(key: string, at: number, problem: string): void;
  /** Oldest first. */
  undelivered(): Undelivered[];
  /** Makes them due at once, also those that were given up. Gives how many there were. */
  retry(ids: readonly number[] | undefined, at: number): number;
  /** Gives it up for good. False when there is no such message that has not got through. */
  discard(id: number, at: number, by: string, why: string): boolean;
}

/** The port that actions see. */
export interface Notices {
  /** Why nothing can be sent by this channel; undefined when it is configured. */
  trouble(channel: ChannelName): string | undefined;
  /** Queues a message. It is on record when this resolves, and goes out when there is a way, once. */
  queue(channel: ChannelName, key: string, run: string, message: Message): Promise<{ already: boolean }>;
  find(key: string): NoticeState | undefined;
}

export interface NoticeService extends Notices {
  /** Begins to deliver, with what an earlier process left. */
  open(): void;
  /** How many wait. */
  waiting(): number;
  /** Tries everything that waits, now. */
  flush(): Promise<void>;
  undelivered(): Undelivered[];
  /** Has them tried again now: these, or all that did not get through. Gives how many. Throws `outbox.not_found`. */
  retry(ids?: readonly number[]): number;
  /** Leaves a message for good, with who decided so and why. Throws `outbox.not_found`. */
  discard(id: number, by: string, why: string): void;
  close(): Promise<void>;
}

interface Options {
  store: NoticeStore;
  channels: ReadonlyMap<ChannelName, Channel>;
  clock: Clock;
  /** Told of a notice that was given up. */
  onProblem?(problem: string): void;
}

const noSuch = (id: number): StagebookError =>
  fail('not-found', 'outbox.not_found', `There is no message ${id} that has not got through. See stagebook outbox.`);

const MOST_AT_ONCE = 500;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** News of yesterday wakes nobody up. */
const STALE_MS = 24 * 3_600_000;

/**
 * Brings messages to people, durably: queued with the step, tried until they get through, each once and those of a run in
 * their order. Where a try was sent and
 * nobody answered, a channel that knows repeats by a key gets it again; one that does not gets it again with a word that it may
 * be a repeat.
 */
export function createNotices({ store, channels, clock, onProblem }: Options): NoticeService {
  let takeBack: (() => void) | undefined;
  let delivering: Promise<void> | undefined;
  let isOpen = false;
  const stop = new AbortController();

  const arm = (): void => {
    takeBack?.();
    takeBack = undefined;
    if (!isOpen || delivering) return;
    const at = store.nextAt();
    if (at !== undefined) takeBack = clock.at(at, () => void deliver(clock.now()));
  };

  const deliver = (until: number): Promise<void> => {
    delivering ??= deliverAll(until).finally(() => {
      delivering = undefined;
      arm();
    });
    return delivering;
  };

  /** Each channel by itself: a mail server that hangs holds up no page. */
  async function deliverAll(until: number): Promise<void> {
    await Promise.all(CHANNELS.map((channel) => deliverInOrder(channel, until)));
  }

  /** Each is tried once; what follows one that got through is due then. */
  async function deliverInOrder(channel: ChannelName, until: number): Promise<void> {
    const tried = new Set<string>();
    for (;;) {
      const due = store.due(channel, until, MOST_AT_ONCE).filter(({ key }) => !tried.has(key));
      if (due.length === 0) return;
      for (const notice of due) {
        if (stop.signal.aborted) return;
        tried.add(notice.key);
        await deliverOne(notice);
      }
    }
  }

  async function deliverOne(notice: Notice): Promise<void> {
    const { key, channel: name, tries, uncertain, queuedAt, retriedAt } = notice;
    const channel = channels.get(name);
    const giveUp = (why: string): void => {
      store.givenUp(key, clock.now(), why);
      onProblem?.(`A message by ${name} was not delivered: ${why}`);
    };
    if (!channel) return giveUp(`${name} is not configured any more.`);
    if (clock.now() - Math.max(queuedAt, retriedAt ?? 0) > STALE_MS)
      return giveUp('It could not be delivered within a day.');
    try {
      await channel.deliver(notice, stop.signal);
      store.delivered(key, clock.now());
    } catch (error) {
      if (stop.signal.aborted) {
        // Nobody knows whether it got through: the next process has to say so.
        store.postponed(key, clock.now(), 'Stagebook was ended meanwhile.', true);
        return;
      }
      const failure = toFailure(error);
      if (!failure.retryable) return giveUp(failure.message);
      const pause = Math.min(FIRST_PAUSE_MS * 2 ** tries, LONGEST_PAUSE_MS);
      store.postponed(key, clock.now() + pause, failure.message, uncertain || failure.unanswered === true);
    }
  }

  return {
    trouble: (name) =>
      channels.has(name) ? undefined : `${name} is not configured. Put it under notify.${name} in the configuration.`,
    queue: (channel, key, run, message) =>
      new Promise((resolve) => {
        const added = store.add({ key, channel, run, message, queuedAt: clock.now() });
        arm();
        resolve({ already: !added });
      }),
    find: (key) => store.find(key),
    waiting: () => store.waiting(),
    open() {
      isOpen = true;
      arm();
    },
    async flush() {
      await delivering;
      await deliver(Infinity);
    },
    undelivered: () => store.undelivered(),
    retry(ids) {
      const known = new Set(store.undelivered().map(({ id }) => id));
      for (const id of ids ?? []) if (!known.has(id)) throw noSuch(id);
      const count = store.retry(ids, clock.now());
      arm();
      return count;
    },
    discard(id, by, why) {
      if (!store.discard(id, clock.now(), by, why)) throw noSuch(id);
      arm();
    },
    async close() {
      isOpen = false;
      takeBack?.();
      stop.abort();
      await delivering;
    },
  };
}
