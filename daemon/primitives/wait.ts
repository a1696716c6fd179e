import { z } from 'zod';
import { fail } from '../../shared/failure.ts';
import { parseDuration } from '../../shared/workflow/duration.ts';
import { definePrimitive, duration, expression, NOTHING } from './primitive.ts';

/** A durable timer: for a duration, or until a moment. */
export const wait = definePrimitive<{ for?: string | undefined; until?: string | undefined }>({
  role: 'wait',
  summary: 'Waits, for so long or until a moment; a restart does not matter.',
  work: true,
  settings: z
    .strictObject({ id: z.string().optional(), for: duration.optional(), until: expression.optional() })
    .refine((settings) => (settings.for === undefined) !== (settings.until === undefined), {
      message: 'give either for or until',
    }),
  expressions: { until: { type: 'timestamp' } },
  body: { kind: 'none' },
  siblings: 'in-order',
  after: () => 'hidden',
  output: () => NOTHING,
  async run(x) {
    if (x.dryRun) {
      x.assume();
      return null;
    }
    await x.durable.sleepUntil(
      x.key,
      'wait',
      wakeAt(x.settings, x.durable.now(), (text) => x.evaluate(text)),
      x.signal,
    );
    return null;
  },
});

function wakeAt(
  settings: { for?: string | undefined; until?: string | undefined },
  now: number,
  evaluate: (text: string) => unknown,
): number {
  if (settings.for !== undefined) return now + parseDuration(settings.for);
  const until = evaluate(settings.until ?? '');
  const at = typeof until === 'string' ? Date.parse(until) : Number.NaN;
  if (Number.isNaN(at)) {
    throw fail(
      'invalid',
      'wait.not_a_moment',
      `until gave ${JSON.stringify(until)}, which is no moment. Give a timestamp.`,
    );
  }
  return at;
}
