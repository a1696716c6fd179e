import { z } from 'zod';
import { fail, StagebookError } from '../../shared/failure.ts';
import type { Json } from '../../shared/json.ts';
import { definePrimitive, expression, lastOutput, settle, settledSchema } from './primitive.ts';

interface Settings {
  in: string;
  as: string;
  limit?: number | undefined;
  'on-failure'?: 'cancel' | 'wait' | 'continue' | undefined;
}

/** Its part for each item of a list that is fixed on entry; one after the other unless `limit` allows more. */
export const foreach = definePrimitive<Settings>({
  role: 'foreach',
  summary: 'Its part for each item of a list.',
  work: true,
  settings: z.strictObject({
    id: z.string().optional(),
    in: expression,
    as: z
      .string()
      .regex(/^[a-z][a-z0-9_]*$/, 'a name in snake_case')
      .meta({ description: 'What an item is called in expressions.' }),
    limit: z.int().min(1).optional().meta({ description: 'So many at once; else one after the other.' }),
    'on-failure': z.enum(['cancel', 'wait', 'continue']).optional().meta({
      description:
        'cancel stops the others (this holds when it is left out), wait lets them end, continue gives { ok, output | failure } for each.',
    }),
  }),
  literal: ['as', 'on-failure'],
  expressions: { in: { type: 'list' } },
  body: { kind: 'work', min: 1, max: 1 },
  siblings: 'in-order',
  after: () => 'hidden',
  output: (parts, node) => {
    const item = lastOutput(parts);
    return { type: 'array', items: node.settings['on-failure'] === 'continue' ? settledSchema(item) : item };
  },
  mayWaitInside: true,
  async run(x) {
    const items = await settle<Json>(
      x,
      x.settings.in,
      () => x.evaluate(x.settings.in),
      // For how many it would be is not known, but what would be done for each of them.
      () => [`<${x.settings.as}>`],
    );
    const list = await x.durable.decide<Json>(x.key, 'list', items);
    if (!Array.isArray(list)) {
      throw fail('invalid', 'foreach.not_a_list', `in gave ${JSON.stringify(list)}, which is no list.`);
    }
    const onFailure = x.settings['on-failure'] ?? 'cancel';
    const results = await x.durable.branches(
      x.key,
      list.map((_item, index) => String(index)),
      { limit: x.settings.limit ?? 1, onFailure },
      x.signal,
      (_name, index, signal) => {
        const scope = x.scope.fork({ [x.settings.as]: list[index]! });
        return x.child(x.node.children[0]!, { mark: `[${index}]`, scope, signal });
      },
    );
    return results.map((result): Json => {
      if (onFailure === 'continue') {
        if (result.is === 'ok') return { ok: true, output: result.output };
        return { ok: false, failure: result.is === 'failed' ? ({ ...result.failure } as unknown as Json) : null };
      }
      if (result.is === 'failed') throw new StagebookError(result.failure);
      return result.is === 'ok' ? result.output : null;
    });
  },
});
