import { fail, StagebookError, type Failure } from '../failure.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import { PROTOCOL_LIMITS } from './limits.ts';
import type { CallName, CallParameters, CallResults } from './calls.ts';
import type { ClientFrame, ServerFrame } from './frames.ts';

const CALL_MS = 20_000;

interface OpenCall {
  frame: ClientFrame & { id: number };
  // Given by who made the call, in its own type.
  resolve(value: never): void;
  reject(error: StagebookError): void;
  off(): void;
}

/** The calls of one client of the daemon that have no answer yet. */
export interface Calls {
  /** Makes one, in turn when as many are open as the daemon takes. Rejects with `connection.timeout`, `connection.lost`, or as the daemon answers. */
  make<C extends CallName>(name: C, parameters: CallParameters<C>, timeoutMs?: number): Promise<CallResults[C]>;
  /** An answer has come. */
  settle(frame: { id: number; ok?: Json } | { id: number; failure: Failure }): void;
  /** The connection is gone: all are rejected. */
  lose(): void;
}

/** Over a way to send, and a way to run something after so many milliseconds unless it is called off. */
export function makeCalls(
  send: (frame: ClientFrame) => void,
  after: (milliseconds: number, run: () => void) => () => void,
): Calls {
  const open = new Map<number, OpenCall>();
  const queue: OpenCall[] = [];
  let nextId = 1;

  function go(made: OpenCall): void {
    open.set(made.frame.id, made);
    send(made.frame);
  }

  function next(): void {
    if (queue.length > 0 && open.size < PROTOCOL_LIMITS.openCalls) go(queue.shift()!);
  }

  return {
    make: (name, parameters, timeoutMs = CALL_MS) =>
      new Promise((resolve, reject) => {
        const id = nextId;
        nextId += 1;
        const made: OpenCall = {
          frame: { id, call: name, with: parameters as JsonObject },
          resolve,
          reject,
          off: after(timeoutMs, () => {
            open.delete(id);
            const waiting = queue.indexOf(made);
            if (waiting >= 0) queue.splice(waiting, 1);
            reject(
              fail('timeout', 'connection.timeout', `The daemon did not answer “${name}” in ${timeoutMs / 1_000} s.`),
            );
            next();
          }),
        };
        if (open.size < PROTOCOL_LIMITS.openCalls) go(made);
        else queue.push(made);
      }),
    settle(frame) {
      const made = open.get(frame.id);
      if (!made) return;
      open.delete(frame.id);
      made.off();
      if ('failure' in frame) made.reject(new StagebookError(frame.failure));
      else made.resolve((frame.ok ?? null) as never);
      next();
    },
    lose() {
      const failure = fail('network', 'connection.lost', 'The connection to the daemon was lost before it answered.');
      const waiting = [...open.values(), ...queue.splice(0)];
      open.clear();
      for (const made of waiting) {
        made.off();
        made.reject(failure);
      }
    },
  };
}

/** What a call is rejected with while there is no connection. */
export const offline = (): StagebookError =>
  fail('unavailable', 'connection.offline', 'The daemon does not answer. Start it with: stagebook up');

/** Whether there was nobody to answer: with the next connection it can be asked again. */
export function isAway({ code }: Pick<Failure, 'code'>): boolean {
  return code === 'connection.offline' || code === 'connection.lost';
}

/** A frame of the daemon's; undefined for what is none. */
export function readFrame(text: string): ServerFrame | undefined {
  try {
    const frame: unknown = JSON.parse(text);
    return isObject(frame) ? (frame as unknown as ServerFrame) : undefined;
  } catch {
    return undefined;
  }
}
