import { z } from 'zod';
import { toFailure } from '../../shared/failure.ts';
import { actsOn, codes, definePrimitive, Stopped } from './primitive.ts';

/** Its parts in order until one succeeds. */
export const fallback = definePrimitive<{ on?: string[] | undefined }>({
  role: 'fallback',
  summary: 'Its parts in order until one of them succeeds.',
  work: true,
  settings: z.strictObject({
    id: z.string().optional(),
    on: codes
      .optional()
      .meta({ description: 'Codes of failures to step over, such as git.rejected or http.*; else any.' }),
  }),
  literal: ['on'],
  body: { kind: 'work', min: 2 },
  siblings: 'instead',
  after: () => 'maybe',
  output: (parts) => ({
    type: 'object',
    properties: { chosen: { type: 'string', enum: parts.map((part) => part.id) }, output: {} },
    required: ['chosen', 'output'],
  }),
  mayWaitInside: true,
  async run(x) {
    const parts = x.node.children;
    let because: string | undefined;
    for (const [index, part] of parts.entries()) {
      try {
        return { chosen: part.id, output: await x.child(part, because === undefined ? {} : { because }) };
      } catch (error) {
        const last = index === parts.length - 1;
        const failure = toFailure(error);
        if (error instanceof Stopped || last || !actsOn(failure, x.settings.on, true)) throw error;
        because = failure.message;
      }
    }
    return null;
  },
});
