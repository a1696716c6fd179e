import { z } from 'zod';
import { fail } from '../../shared/failure.ts';
import type { Json } from '../../shared/json.ts';
import type { Node } from '../../shared/workflow/definition.ts';
import { childrenOf, definePrimitive, expression, settle } from './primitive.ts';

const matched = z.union([z.string(), z.number(), z.boolean()]);

/** Exactly one of its cases: the one for the value of `by`, else the one for `default`. */
export const route = definePrimitive<{ by: string; default?: string | number | boolean | undefined }>({
  role: 'route',
  summary: 'The one of its cases that is for a value.',
  work: true,
  settings: z.strictObject({ id: z.string().optional(), by: expression, default: matched.optional() }),
  literal: ['default'],
  expressions: { by: { type: 'any' } },
  body: { kind: 'only', roles: ['case'], min: 1 },
  siblings: 'apart',
  after: () => 'maybe',
  output: (parts) => ({
    type: 'object',
    properties: { case: { type: 'string', enum: parts.map((part) => part.id) }, output: {} },
    required: ['case', 'output'],
  }),
  mayWaitInside: true,
  async run(x) {
    const { by, default: otherwise } = x.settings;
    const fallback = () => (otherwise === undefined ? undefined : caseFor(x.node, otherwise)?.id);
    const choose = await settle(
      x,
      by,
      () => {
        const value = x.evaluate(by);
        const fits = caseFor(x.node, value)?.id ?? fallback();
        if (fits !== undefined) return fits;
        throw fail(
          'invalid',
          'route.no_case',
          `No case is for ${JSON.stringify(value)}, and the route has no default. Add a case or a default to the page.`,
        );
      },
      () => fallback() ?? childrenOf(x.node, 'case')[0]!.id,
    );
    const chosen = await x.durable.decide(x.key, 'case', choose);
    const part = x.node.children.find((child) => child.id === chosen)!;
    return { case: part.id, output: await x.child(part) };
  },
});

function caseFor(node: Node, value: Json): Node | undefined {
  return childrenOf(node, 'case').find((part) => {
    const is = part.settings.is as Json;
    return Array.isArray(is) ? is.includes(value) : is === value;
  });
}
