import { z } from 'zod';
import { fail } from '../../shared/failure.ts';
import { parseDuration } from '../../shared/workflow/duration.ts';
import { definePrimitive, duration, expression, lastOutput, settle, type Execution } from './primitive.ts';

interface Settings {
  persona: string;
  when?: string | undefined;
  timeout?: string | undefined;
}

/** The work of one persona. Switching happens on entry; a stage whose `when` does not hold is skipped. */
export const stage = definePrimitive<Settings>({
  role: 'stage',
  summary: 'The work of one persona. Every step stands in a stage.',
  work: false,
  settings: z.strictObject({
    id: z.string().optional(),
    persona: z.string().meta({ description: 'Whose work it is: stagebook persona list, or one of yours.' }),
    when: expression.optional(),
    timeout: duration.optional(),
  }),
  literal: ['persona'],
  expressions: { when: { type: 'bool' } },
  body: { kind: 'work', min: 0 },
  parents: ['top', 'case', 'when', 'otherwise'],
  siblings: 'in-order',
  after: (settings) => (settings.when === undefined ? 'all' : 'maybe'),
  output: lastOutput,
  mayGiveNothing: (settings) => settings.when !== undefined,
  mayWaitInside: true,
  async run(x) {
    if (x.settings.when !== undefined) {
      const when = x.settings.when;
      const judge = await settle(
        x,
        when,
        () => x.evaluate(when) === true,
        () => true,
      );
      const holds = await x.durable.decide(x.key, 'when', judge);
      if (!holds) {
        await x.durable.once('node.skipped', x.key, () => ({ reason: `its condition does not hold: ${when}` }));
        return null;
      }
    }
    return within(x.withPersona(x.settings.persona));
  },
});

async function within(x: Execution<Settings>): Promise<Awaited<ReturnType<typeof x.body>>> {
  const { timeout } = x.settings;
  if (timeout === undefined) return x.body(x.node.children);
  const at = x.durable.now() + parseDuration(timeout);
  const outcome = await x.durable.race(x.key, 'timeout', at, x.signal, (signal) => x.body(x.node.children, { signal }));
  if (!outcome.elapsed) return outcome.value;
  throw fail(
    'timeout',
    'stage.timeout',
    `The stage did not end within ${timeout}. Resume the run to go on with what is left.`,
  );
}
