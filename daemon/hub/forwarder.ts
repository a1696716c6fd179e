import { createHmac } from 'node:crypto';
import { toFailure } from '../../shared/failure.ts';
import type { Clock } from '../clock.ts';
import type { Forward, Forwards } from './forwards.ts';

/** How many runs are told at a time. */
const AT_ONCE = 16;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;
const WITHIN_MS = 15_000;

export interface ForwarderOptions {
  hub: string;
  /** Base addresses of ingresses of one cluster: the next one is taken when one does not answer. */
  ingress: readonly string[];
  /** The token that hub and workers share. */
  token(): Promise<string>;
  forwards: Forwards;
  clock: Clock;
  /** Told once when nothing can be told any more, and why. */
  onProblem?(problem: string): void;
}

/** Brings to the other engine what it is owed: each run's in order, at least once, under a key by which repeats are known. */
export interface Forwarder {
  /** Something new is owed. */
  wake(): void;
  close(): Promise<void>;
}

export function createForwarder(options: ForwarderOptions): Forwarder {
  const { forwards, clock } = options;
  const control = new AbortController();
  let working: Promise<void> | undefined;
  let again = false;
  let pause = 0;
  let takeBack: (() => void) | undefined;
  let ingress = 0;
  let complained = false;

  /** To the node that answered last; when it is away, to each of the others once. */
  const send = async (forward: Forward): Promise<void> => {
    const mac = createHmac('sha256', await options.token())
      .update(forward.body)
      .digest('hex');
    for (let left = options.ingress.length; ; left -= 1) {
      const at = options.ingress[ingress % options.ingress.length]!;
      try {
        return await sendTo(at, forward, mac);
      } catch (error) {
        if (control.signal.aborted) throw error;
        ingress += 1;
        if (left <= 1) throw error;
      }
    }
  };

  const sendTo = async (at: string, { run, key, kind, body }: Forward, mac: string): Promise<void> => {
    const response = await fetch(`${at}/Stagebook.${options.hub}.Inbox/${run}/${kind}/send`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify({ sealed: body, mac }),
      signal: AbortSignal.any([control.signal, AbortSignal.timeout(WITHIN_MS)]),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`Restate at ${at} answered ${response.status}: ${text.slice(0, 300)}`);
  };

  const work = async (): Promise<void> => {
    for (;;) {
      again = false;
      const owed = forwards.owed(AT_ONCE);
      if (owed.length === 0 || control.signal.aborted) return;
      const results = await Promise.allSettled(
        owed.map(async (forward) => {
          await send(forward);
          forwards.sent(forward.id, clock.now());
        }),
      );
      const failed = results.find((result) => result.status === 'rejected');
      if (!failed) {
        pause = 0;
        complained = false;
        continue;
      }
      if (control.signal.aborted) return;
      if (!complained) {
        const why = toFailure(failed.reason).message;
        options.onProblem?.(`What runs are told waits for Restate, and is tried again until it answers: ${why}`);
      }
      complained = true;
      pause = Math.min(Math.max(pause * 2, FIRST_PAUSE_MS), LONGEST_PAUSE_MS);
      takeBack = clock.at(clock.now() + pause, wake);
      return;
    }
  };

  const wake = (): void => {
    if (control.signal.aborted) return;
    again = true;
    takeBack?.();
    takeBack = undefined;
    working ??= work().finally(() => {
      working = undefined;
      // Woken between its last look and its end.
      if (again && !takeBack) wake();
    });
  };

  return {
    wake,
    async close() {
      control.abort();
      takeBack?.();
      await working;
    },
  };
}
