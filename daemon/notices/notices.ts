import { toFailure } from '../../shared/failure.ts';
import type { Clock } from '../clock.ts';
import type { Channel, ChannelName, Message } from './channel.ts';

/** A message on its way to people. */
export interface Notice {
  /** Names it: the same key is queued once. */
  key: string;
  channel: ChannelName;
  run: string;
  message: Message;
  queuedAt: number;
  tries: number;
  /** An earlier try was sent and never answered. */
  uncertain: boolean;
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
  /** What is due at this time, oldest first. */
  due(now: number, limit: number): Notice[];
  /** When the next one is due; undefined when nothing waits. */
  nextAt(): number | undefined;
  waiting(): number;
  delivered(key: string, at: number): void;
  /** To be tried again at `nextAt`. */
  postponed(key: string, nextAt: number, problem: string, uncertain: boolean): void;
  givenUp(key: string, at: number, problem: string): void;
}

/** The port that actions see. */
export interface Notices {
  /** Why nothing can be sent by this channel; undefined when it is configured. */
  trouble(channel: ChannelName): string | undefined;
  /** Queues a message. It is on record when this returns, and goes out when there is a way, once. */
  queue(channel: ChannelName, key: string, run: string, message: Message): { already: boolean };
  find(key: string): NoticeState | undefined;
}

export interface NoticeService extends Notices {
  /** Begins to deliver, with what an earlier process left. */
  open(): void;
  /** How many wait. */
  waiting(): number;
  /** Tries everything that waits, now. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

interface Options {
  store: NoticeStore;
  channels: ReadonlyMap<ChannelName, Channel>;
  clock: Clock;
  /** Told of a notice that was given up. */
  onProblem?(problem: string): void;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** News of yesterday wakes nobody up. */
const STALE_MS = 24 * 3_600_000;

/**
 * Brings messages to people, durably: queued with the step, tried until they get through, each once. Where a try was sent and
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
    const due = store.due(until, 500);
    const byChannel = Map.groupBy(due, ({ channel }) => channel);
    await Promise.all([...byChannel.values()].map((notices) => deliverInOrder(notices)));
  }

  async function deliverInOrder(notices: readonly Notice[]): Promise<void> {
    for (const notice of notices) {
      if (stop.signal.aborted) return;
      await deliverOne(notice);
    }
  }

  async function deliverOne(notice: Notice): Promise<void> {
    const { key, channel: name, tries, uncertain, queuedAt } = notice;
    const channel = channels.get(name);
    const giveUp = (why: string): void => {
      store.givenUp(key, clock.now(), why);
      onProblem?.(`A message by ${name} was not delivered: ${why}`);
    };
    if (!channel) return giveUp(`${name} is not configured any more.`);
    if (clock.now() - queuedAt > STALE_MS) return giveUp('It could not be delivered within a day.');
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
    queue(channel, key, run, message) {
      const added = store.add({ key, channel, run, message, queuedAt: clock.now() });
      arm();
      return { already: !added };
    },
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
    async close() {
      isOpen = false;
      takeBack?.();
      stop.abort();
      await delivering;
    },
  };
}
