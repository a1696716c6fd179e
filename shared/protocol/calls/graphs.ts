import { z } from 'zod';
import { name, type CallList } from '../fields.ts';

/** The graph that a connection gives access to. */
export const GRAPH_CALLS = {
  /** The graph that this connection gives access to, by `graph.call`. Null: none any more. */
  'graph.attach': {
    right: 'propose',
    with: z.strictObject({ graph: z.strictObject({ id: name, name, kind: z.enum(['file', 'db']) }).nullable() }),
  },
  /** A hint that pages of the attached graph changed; names where the host tells them. */
  'graph.changed': { right: 'propose', with: z.strictObject({ pages: z.array(name).max(1_000).optional() }) },
} as const satisfies CallList;

/** What they are answered with. */
export interface GraphResults {
  'graph.attach': null;
  'graph.changed': null;
}
