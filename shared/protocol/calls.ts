import type { z } from 'zod';
import { DECISION_CALLS, type DecisionResults } from './calls/decisions.ts';
import { DEFINITION_CALLS, type DefinitionResults } from './calls/definitions.ts';
import { GRAPH_CALLS, type GraphResults } from './calls/graphs.ts';
import { PAGE_CALLS, type PageResults } from './calls/pages.ts';
import { PEOPLE_CALLS, type PeopleResults } from './calls/people.ts';
import { PROPOSAL_CALLS, type ProposalResults } from './calls/proposals.ts';
import { REVIEW_CALLS, type ReviewResults } from './calls/review.ts';
import { RUN_CALLS, type RunResults } from './calls/runs.ts';
import { SERVER_CALLS, type ServerResults } from './calls/servers.ts';
import { STATUS_CALLS, type StatusResults } from './calls/status.ts';
import { SUGGEST_CALLS, type SuggestResults } from './calls/suggest.ts';
import type { CallList } from './fields.ts';

/** The calls that the daemon answers: the right that each needs, and its parameters. Unknown calls are refused. */
export const CALLS = {
  ...STATUS_CALLS,
  ...RUN_CALLS,
  ...PAGE_CALLS,
  ...DEFINITION_CALLS,
  ...SUGGEST_CALLS,
  ...PROPOSAL_CALLS,
  ...GRAPH_CALLS,
  ...SERVER_CALLS,
  ...DECISION_CALLS,
  ...PEOPLE_CALLS,
  ...REVIEW_CALLS,
} as const satisfies CallList;

export type CallName = keyof typeof CALLS;
export type CallParameters<C extends CallName> = z.input<(typeof CALLS)[C]['with']>;

/** What each call is answered with. */
export interface CallResults
  extends
    StatusResults,
    RunResults,
    PageResults,
    DefinitionResults,
    SuggestResults,
    ProposalResults,
    GraphResults,
    ServerResults,
    DecisionResults,
    PeopleResults,
    ReviewResults {}
