import { z } from 'zod';
import { StagebookError } from '../../shared/failure.ts';
import type { Json } from '../../shared/json.ts';
import type { Node } from '../../shared/workflow/definition.ts';
import { definePrimitive, outputById, settledSchema } from './primitive.ts';

/** Its parts all at once, none seeing another (language.md, Failure and time, for `on-failure`). */
export const parallel = definePrimitive<{
  limit?: number | undefined;
  'on-failure'?: 'cancel' | 'wait' | 'continue' | undefined;
}>({
  role: 'parallel',
  summary: 'Its parts all at once. None sees another.',
  work: true,
  settings: z.strictObject({
    id: z.string().optional(),
    limit: z.int().min(1).optional().meta({ description: 'So many at once; else all.' }),
    'on-failure': z.enum(['cancel', 'wait', 'continue']).optional().meta({
      description:
        'cancel stops the others (this holds when it is left out), wait lets them end, continue gives { ok, output | failure } for each.',
    }),
  }),
  literal: ['on-failure'],
  body: { kind: 'work', min: 1 },
  siblings: 'apart',
  after: (settings) => (settings['on-failure'] === 'continue' ? 'maybe' : 'all'),
  output: (parts, node) => outputById(parts, node.settings['on-failure'] === 'continue' ? settledSchema : undefined),
  mayWaitInside: true,
  async run(x) {
    const onFailure = x.settings['on-failure'] ?? 'cancel';
    const parts = new Map<string, Node>(x.node.children.map((part) => [part.id, part]));
    const scopes = new Map([...parts.keys()].map((id) => [id, x.scope.fork()]));
    const policy = { onFailure, ...(x.settings.limit === undefined ? {} : { limit: x.settings.limit }) };
    const results = await x.durable.branches(x.key, [...parts.keys()], policy, x.signal, (id, _index, signal) =>
      x.child(parts.get(id)!, { scope: scopes.get(id)!, signal }),
    );
    for (const scope of scopes.values()) x.scope.merge(scope);
    const output: Record<string, Json> = {};
    for (const [index, id] of [...parts.keys()].entries()) {
      const result = results[index]!;
      if (onFailure === 'continue') {
        output[id] =
          result.is === 'ok'
            ? { ok: true, output: result.output }
            : { ok: false, failure: result.is === 'failed' ? ({ ...result.failure } as unknown as Json) : null };
      } else if (result.is === 'failed') {
        throw new StagebookError(result.failure);
      } else if (result.is === 'ok') {
        output[id] = result.output;
      }
    }
    return output;
  },
});
