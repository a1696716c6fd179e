import { LANGUAGE_VERSION, type Definition, type Node } from '../../../shared/workflow/definition.ts';

/** A page with claims on it. */
export interface ClaimingPage {
  page: string;
  claims: readonly Node[];
}

/** How a claim stands. */
export interface Standing {
  page: string;
  /** The id of its node. */
  claim: string;
  title: string;
  /** Its expression or its address. */
  says: string;
  /** Null where it could not be found out. */
  holds: boolean | null;
  /** Since when it has stood so, as far as we looked; milliseconds since the epoch. */
  since: number;
  /** When it was looked at last; 0 for never. */
  checked: number;
  /** What was seen, or what keeps us from looking. */
  saw: string;
  /** Of what somebody would have to trust before it is looked at. */
  untrusted?: string;
}

/**
 * The claims of a page as something that a person can be shown and trust: what they ask, and nothing of where they stand, so
 * that a page that moves takes its trust along (security.md 4). It never runs.
 */
export function trustable(claims: readonly Node[]): Definition {
  const header: Node = { role: 'workflow', id: 'claims', title: 'Claims of a page', settings: {}, children: [] };
  return { language: LANGUAGE_VERSION, header, body: claims.map((claim) => ({ ...claim, children: [] })) };
}
