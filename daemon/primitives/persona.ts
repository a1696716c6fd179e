import { z } from 'zod';
import { definePrimitive, NOTHING } from './primitive.ts';

/** The one node of a persona's page (personas.md). Never runs. */
export const persona = definePrimitive({
  role: 'persona',
  summary: 'On a page of its own: what the work of a stage may use.',
  work: false,
  settings: z.record(z.string(), z.json()).meta({
    description:
      'id, description, actions (names or patterns such as git.*), secrets, allowedServers, allowedTools, restrictedPaths, tokenBudget, prompt, security: { blockList, requireApprovalFor }',
  }),
  body: { kind: 'none' },
  parents: ['top'],
  siblings: 'in-order',
  after: () => 'hidden',
  output: () => NOTHING,
});
