import { z } from 'zod';
import { toFailure, type Failure } from '../../shared/failure.ts';
import { isObject } from '../../shared/json.ts';
import { parseDuration } from '../../shared/workflow/duration.ts';
import { actsOn, codes, definePrimitive, duration, lastOutput, Stopped } from './primitive.ts';

interface Backoff {
  kind: 'constant' | 'linear' | 'exponential';
  initial?: string | undefined;
  factor?: number | undefined;
  max?: string | undefined;
  jitter?: boolean | undefined;
}

/** A counterpart that wants to be left alone for longer is not waited for, in milliseconds: people decide then. */
const PATIENCE = 3_600_000;

/** Its part again, on retryable failures or on those named, with a growing pause that survives a restart. */
export const retry = definePrimitive<{ attempts: number; backoff?: Backoff | undefined; on?: string[] | undefined }>({
  role: 'retry',
  summary: 'Its part again when it fails in a way that may pass.',
  work: true,
  settings: z.strictObject({
    id: z.string().optional(),
    attempts: z.int().min(1).meta({ description: 'How often it is tried at most.' }),
    backoff: z
      .strictObject({
        kind: z.enum(['constant', 'linear', 'exponential']),
        initial: duration.optional(),
        factor: z.number().min(1).optional(),
        max: duration.optional(),
        jitter: z.boolean().optional(),
      })
      .optional(),
    on: codes.optional().meta({
      description:
        'Codes of failures to try again on, such as shell.failed or http.*; else those that may pass by themselves: network, time, rate limit, 5xx.',
    }),
  }),
  literal: ['on'],
  body: { kind: 'work', min: 1, max: 1 },
  siblings: 'in-order',
  after: () => 'all',
  output: lastOutput,
  mayWaitInside: true,
  async run(x) {
    const { attempts, backoff, on } = x.settings;
    for (let attempt = 1; ; attempt += 1) {
      const scope = x.scope.fork();
      let asked = 0;
      try {
        return await x.child(x.node.children[0]!, { mark: `#${attempt}`, scope });
      } catch (error) {
        if (error instanceof Stopped) throw error;
        const failure = toFailure(error);
        if (attempt >= attempts || !actsOn(failure, on, failure.retryable)) throw error;
        asked = askedToWait(failure);
        if (asked > PATIENCE) throw error;
      } finally {
        x.scope.merge(scope);
      }
      const at = x.durable.now() + Math.max(pause(backoff, attempt), asked);
      await x.durable.sleepUntil(x.key, `attempt-${attempt + 1}`, at, x.signal);
    }
  },
});

/** Milliseconds for which the counterpart takes no request, where it has said so (`Retry-After`); else 0. */
function askedToWait({ data }: Failure): number {
  const ms = isObject(data) ? data['retry_after_ms'] : undefined;
  return typeof ms === 'number' ? ms : 0;
}

/** Milliseconds between the end of an attempt (from 1) and the next. Jitter takes up to half of it away. */
function pause(backoff: Backoff | undefined, attempt: number): number {
  if (!backoff) return 0;
  const initial = parseDuration(backoff.initial ?? '1s');
  const grown = {
    constant: initial,
    linear: initial * attempt,
    exponential: initial * (backoff.factor ?? 2) ** (attempt - 1),
  }[backoff.kind];
  const capped = Math.min(grown, backoff.max === undefined ? Infinity : parseDuration(backoff.max));
  return Math.round(backoff.jitter ? capped * (0.5 + Math.random() / 2) : capped);
}
