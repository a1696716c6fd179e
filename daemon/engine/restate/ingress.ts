import { setTimeout as sleep } from 'node:timers/promises';
import { fail } from '../../../shared/failure.ts';
import { seal } from './sealed.ts';
import type { Target } from './wire.ts';

/** Calls of Restate from outside of its invocations, sealed. */
export interface Ingress {
  /** Calls and gives the answer. Asks again while Restate is away. Throws `restate.refused`, or the signal's reason. */
  call<T>(target: Target, message: unknown): Promise<T>;
  /** Has it called in so many milliseconds, by Restate's own clock. The same as `call` otherwise. */
  callLater(target: Target, message: unknown, after: number): Promise<void>;
}

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 5_000;

/** `urls` are ingresses of one Restate: the next is taken when one does not answer. What it calls is ended by `signal`. */
export function ingressAt(urls: readonly string[], token: string, signal: AbortSignal): Ingress {
  let turn = 0;
  const ask = async ({ service, key, method }: Target, message: unknown, how = ''): Promise<unknown> => {
    const path = `${service}/${encodeURIComponent(key)}/${method}${how}`;
    const body = JSON.stringify(seal(message, token));
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      const answer = await post(`${urls[turn % urls.length]!}/${path}`, body, signal);
      if (answer?.ok) return textOf(answer);
      if (answer && answer.status < 500 && answer.status !== 404 && answer.status !== 429) {
        const why = await answer.text();
        throw fail('denied', 'restate.refused', `Restate does not take ${method} of ${service}: ${why}`);
      }
      turn += 1;
      await sleep(pause, undefined, { signal });
    }
  };
  return {
    call: <T>(target: Target, message: unknown) => ask(target, message) as Promise<T>,
    callLater: async (target, message, after) => void (await ask(target, message, `/send?delay=${after}ms`)),
  };
}

async function textOf(answer: Response): Promise<unknown> {
  const text = await answer.text();
  return text === '' ? undefined : (JSON.parse(text) as unknown);
}

/** Undefined while nobody answers. */
async function post(address: string, body: string, signal: AbortSignal): Promise<Response | undefined> {
  try {
    return await fetch(address, { method: 'POST', headers: { 'content-type': 'application/json' }, body, signal });
  } catch (error) {
    if (signal.aborted) throw error;
    return undefined;
  }
}
