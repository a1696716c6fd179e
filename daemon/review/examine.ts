import { parseOutline } from '../../shared/outline/index.ts';
import { parseWorkflow } from '../../shared/workflow/parse.ts';
import type { Graph } from '../graph/graph.ts';
import { claimFindings, claimInfo } from './claims/findings.ts';
import { checkClaims, type ClaimMeans } from './claims/check-claims.ts';
import type { ClaimingPage } from './claims/claim.ts';
import type { Examined, Finding } from './finding.ts';
import { proofInfo } from './proofs.ts';

/** What is looked at in a graph by its own pages alone: the checks. */
export interface Looked extends Omit<Examined, 'at'> {
  /** Texts of the pages that have a block of Stagebook's, by name: there may be claims on them. */
  stagebook: Iterable<readonly [page: string, text: string]>;
  /** Names of the post-mortems: they have action items. */
  postMortems: Iterable<string>;
}

export interface ExamineOptions {
  /** Every check over the index of a graph. */
  look(graph: Graph, id: string): Promise<Looked>;
  claims: ClaimMeans;
  /** What scenarios say of action items that are done. */
  proofs(graph: Graph, folder: string, postMortems: Iterable<string>): Promise<Finding[]>;
  now(): number;
}

/** Reviews a graph: every check over its index, and its claims. */
export function createExamine({
  look,
  claims,
  proofs,
  now,
}: ExamineOptions): (graph: Graph, id: string) => Promise<Examined> {
  return async (graph, id) => {
    const { stagebook, postMortems, findings, checks, ...rest } = await look(graph, id);
    const claiming: ClaimingPage[] = [];
    for (const [page, text] of stagebook) {
      if (!text.includes('claim')) continue;
      const { claims: nodes } = parseWorkflow(parseOutline(text).blocks);
      if (nodes.length > 0) claiming.push({ page, claims: nodes });
    }
    const standings = await checkClaims(id, claiming, claims);
    const proven = await proofs(graph, id, postMortems);
    return {
      at: now(),
      ...rest,
      findings: [...findings, ...claimFindings(standings), ...proven],
      checks: [claimInfo, ...checks, proofInfo],
    };
  };
}
