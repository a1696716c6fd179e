import { z } from 'zod';
import { fail } from '../../shared/failure.ts';
import { parseDuration } from '../../shared/workflow/duration.ts';
import { definePrimitive, duration, lastOutput } from './primitive.ts';

/** Its part under an absolute deadline, which includes waits, back-off and downtime. */
export const timeout = definePrimitive<{ after: string }>({
  role: 'timeout',
  summary: 'Its part, up to a deadline.',
  work: true,
  settings: z.strictObject({ id: z.string().optional(), after: duration }),
  body: { kind: 'work', min: 1, max: 1 },
  siblings: 'in-order',
  after: () => 'all',
  output: lastOutput,
  mayWaitInside: true,
  async run(x) {
    const at = x.durable.now() + parseDuration(x.settings.after);
    const part = x.node.children[0]!;
    const outcome = await x.durable.race(x.key, 'timeout', at, x.signal, (signal) => x.child(part, { signal }));
    if (!outcome.elapsed) return outcome.value;
    throw fail('timeout', 'timeout.elapsed', `“${part.title || part.id}” did not end within ${x.settings.after}.`);
  },
});
