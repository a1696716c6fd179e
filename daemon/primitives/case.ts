import { z } from 'zod';
import { definePrimitive, lastOutput } from './primitive.ts';

const value = z.union([z.string(), z.number(), z.boolean()]);

/** A branch of a `route`, for one value or for any of a list. */
export const routeCase = definePrimitive({
  role: 'case',
  summary: 'A branch of a route, for one value or for any of a list.',
  work: false,
  settings: z.strictObject({ id: z.string().optional(), is: z.union([value, z.array(value).min(1)]) }),
  literal: ['is'],
  body: { kind: 'work', min: 0 },
  parents: ['route'],
  siblings: 'in-order',
  after: () => 'all',
  output: lastOutput,
  mayWaitInside: true,
  run: (x) => x.body(x.node.children),
});
