import type { Context, InvocationPromise } from '@restatedev/restate-sdk';
import type { Sdk } from './load.ts';
import { unseal, type Sealed } from './sealed.ts';

/** One handler of one object of ours. */
export interface Target {
  service: string;
  key: string;
  method: string;
}

/** Calls between our objects, in JSON. They are recorded with the invocation that makes them: each happens once. */
export interface Wire {
  call<T>(ctx: Context, target: Target, parameter: unknown): InvocationPromise<T>;
  /** One-way. `after` in milliseconds. */
  send(ctx: Context, target: Target, parameter?: unknown, after?: number): void;
}

export function wireOf({ serde }: Sdk): Wire {
  return {
    call: <T>(ctx: Context, target: Target, parameter: unknown) =>
      ctx.genericCall<unknown, T>({ ...target, parameter, inputSerde: serde.json, outputSerde: serde.json }),
    send: (ctx, target, parameter, after) => {
      const delay = after === undefined ? {} : { delay: after };
      ctx.genericSend<unknown>({ ...target, ...delay, parameter, inputSerde: serde.json });
    },
  };
}

/** What came from outside. A message that was not sealed with this token is refused for good. */
export function opened(sdk: Sdk, sealed: Sealed, token: string): unknown {
  try {
    return unseal(sealed, token);
  } catch (error) {
    throw new sdk.TerminalError((error as Error).message, { errorCode: 403 });
  }
}

/** Retries for as long as it takes: a run is never given up because a machine is away. Times in milliseconds. */
export const FOR_EVER = {
  initialInterval: 50,
  exponentiationFactor: 2,
  maxInterval: 5_000,
  maxAttempts: 1_000_000_000,
} as const;
