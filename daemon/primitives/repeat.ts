import { z } from 'zod';
import { fail } from '../../shared/failure.ts';
import type { Json } from '../../shared/json.ts';
import { parseDuration } from '../../shared/workflow/duration.ts';
import { definePrimitive, duration, expression, lastOutput } from './primitive.ts';

interface Settings {
  every: string;
  times?: number | undefined;
  until?: string | undefined;
  'in-a-row'?: number | undefined;
}

/** Its part again and again: first at once, then `every` after each end, until `until` held `in-a-row` times. */
export const repeat = definePrimitive<Settings>({
  role: 'repeat',
  summary: 'Its part again and again, until a condition holds.',
  work: true,
  settings: z
    .strictObject({
      id: z.string().optional(),
      every: duration.meta({ description: 'The pause after each end.' }),
      times: z.int().min(1).optional().meta({ description: 'How often at most.' }),
      until: expression.optional(),
      'in-a-row': z.int().min(1).optional().meta({ description: 'So often until has to hold; else once.' }),
    })
    .refine((settings) => settings.times !== undefined || settings.until !== undefined, {
      message: 'give times, until, or both, or it never ends',
    }),
  expressions: { until: { type: 'bool', sees: ['output'] } },
  body: { kind: 'work', min: 1, max: 1 },
  siblings: 'in-order',
  after: () => 'hidden',
  output: (parts) => ({
    type: 'object',
    properties: { last: lastOutput(parts), list: { type: 'array', items: lastOutput(parts) } },
    required: ['last', 'list'],
  }),
  mayWaitInside: true,
  async run(x) {
    const { every, until, times = Infinity } = x.settings;
    const wanted = x.settings['in-a-row'] ?? 1;
    const list: Json[] = [];
    // Once is enough to show what it does; how often, and what it gives in the end, nobody knows.
    if (x.dryRun) x.assume('settings');
    let held = 0;
    for (let n = 0; n < (x.dryRun ? 1 : times); n += 1) {
      const next = x.durable.now() + parseDuration(every);
      // What was done before a resume is not waited for again.
      if (n > 0) await x.durable.sleepUntil(x.key, `next-${n}`, next, x.signal, { once: true });
      const output = await x.child(x.node.children[0]!, { mark: `[${n}]`, scope: x.scope.fork() });
      list.push(output);
      if (until === undefined || x.dryRun) continue;
      const holds = await x.durable.decide(x.key, `until-${n}`, () => x.evaluate(until, { output }) === true, {
        transient: true,
      });
      held = holds ? held + 1 : 0;
      if (held >= wanted) return { last: output, list };
    }
    const output = { last: list.at(-1) ?? null, list };
    if (until === undefined || x.dryRun) return output;
    throw fail(
      'invalid',
      'repeat.exhausted',
      `After ${list.length} times this still did not hold${wanted > 1 ? ` ${wanted} times in a row` : ''}: ${until}`,
      { data: { last: output.last } },
    );
  },
});
