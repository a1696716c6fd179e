import { fail, StagebookError } from '../../shared/failure.ts';
import type { Json, JsonObject } from '../../shared/json.ts';
import type { PluginCalls } from '../../shared/protocol/frames.ts';
import { PROTOCOL_LIMITS } from '../../shared/protocol/limits.ts';
import type { Clock } from '../clock.ts';
import { Refused } from './refused.ts';

/** How long the other end may take to answer a call of ours, in milliseconds. */
const ANSWER_MS = 30_000;

/** An answer as it came over the wire. */
interface Answered {
  id: number;
  ok?: Json | undefined;
  failure?: JsonObject | undefined;
}

/** What the daemon calls at the other end of one connection, until it is answered, late, or the connection is over. */
export class CallsOut {
  readonly #clock: Clock;
  readonly #send: (text: string) => void;
  readonly #waiting = new Map<number, { resolve(value: Json): void; reject(error: unknown): void; forget(): void }>();
  #next = 0;

  /** `send` sends a frame's text. */
  constructor(clock: Clock, send: (text: string) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  /** Rejects when the other end fails, with `plugin.silent` when it is silent for too long, `plugin.gone` when it goes. */
  ask<C extends keyof PluginCalls>(call: C, parameters: PluginCalls[C]['with']): Promise<PluginCalls[C]['result']> {
    const id = this.#next++;
    const text = JSON.stringify({ id, call, with: parameters });
    if (Buffer.byteLength(text) > PROTOCOL_LIMITS.frameBytes) {
      return Promise.reject(fail('invalid', 'call.size', 'This is too large to be sent at once.'));
    }
    return new Promise((resolve, reject) => {
      const forget = this.#clock.at(this.#clock.now() + ANSWER_MS, () => {
        this.#waiting.delete(id);
        reject(fail('timeout', 'plugin.silent', 'The plugin did not answer in time.'));
      });
      this.#waiting.set(id, { resolve, reject, forget });
      this.#send(text);
    });
  }

  /** Throws `Refused` for an answer to what was never called; one that comes too late is left out. */
  answered({ id, ok, failure }: Answered): void {
    if (id >= this.#next) throw new Refused('frame', 'Nobody called that.');
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    this.#waiting.delete(id);
    waiting.forget();
    if (failure) waiting.reject(foreign(failure));
    else waiting.resolve(ok ?? null);
  }

  /** Whatever waits is answered no more. */
  end(): void {
    for (const { reject, forget } of this.#waiting.values()) {
      forget();
      reject(gone());
    }
    this.#waiting.clear();
  }
}

/** What calling somebody who is not there (any more) rejects with. */
export function gone(): StagebookError {
  return fail('unavailable', 'plugin.gone', 'The plugin is not connected (any more).');
}

/** What the other end says went wrong. It may say anything. */
function foreign({ code, message }: JsonObject): StagebookError {
  const text = (value: Json | undefined, other: string): string =>
    typeof value === 'string' ? value.slice(0, 1_000) : other;
  return new StagebookError({
    code: text(code, 'plugin.failed'),
    message: text(message, 'The plugin could not do that.'),
    retryable: false,
  });
}
