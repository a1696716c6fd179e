import { z } from 'zod';
import { definePrimitive, expression, lastOutput, settle, splitOtherwise } from './primitive.ts';

/** Its parts when the condition holds, else those of `otherwise`, else nothing. */
export const when = definePrimitive<{ if: string }>({
  role: 'when',
  summary: 'Its parts where a condition holds, else those of its otherwise.',
  work: true,
  settings: z.strictObject({ id: z.string().optional(), if: expression }),
  expressions: { if: { type: 'bool' } },
  body: { kind: 'work', min: 1, last: 'otherwise' },
  siblings: 'in-order',
  after: () => 'maybe',
  output: (parts) => ({
    anyOf: [lastOutput(parts), parts.find((part) => part.role === 'otherwise')?.schema ?? { type: 'null' }],
  }),
  mayWaitInside: true,
  async run(x) {
    const text = x.settings.if;
    const judge = await settle(
      x,
      text,
      () => x.evaluate(text) === true,
      () => true,
    );
    const holds = await x.durable.decide(x.key, 'if', judge);
    const { parts, otherwise } = splitOtherwise(x.node);
    if (holds) return x.body(parts);
    return otherwise ? x.child(otherwise) : null;
  },
});
