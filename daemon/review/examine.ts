import { parseOutline } from '../../shared/outline/index.ts';
import { parseWorkflow } from '../../shared/workflow/parse.ts';
import type { Graph } from '../graph/graph.ts';
import { claimFindings, claimInfo } from './claims/findings.ts';
import { checkClaims, type ClaimMeans } from './claims/check-claims.ts';
import type { ClaimingPage } from './claims/claim.ts';
import type { Examined } from './finding.ts';

export interface ExamineOptions {
  claims: ClaimMeans;
  now(): number;
}

/** Reviews a graph: every check over its index, and its claims. */
export function createExamine({ claims, now }: ExamineOptions): (graph: Graph, id: string) => Promise<Examined> {
  return async (graph, id) => {
    const notes: string[] = [];
    const claiming: ClaimingPage[] = [];
    let pages = 0;
    for await (const name of graph.pages()) {
      pages += 1;
      const found = await graph.read(name).catch((error: unknown) => void notes.push((error as Error).message));
      if (!found?.text?.includes(':stagebook')) continue;
      const { claims: nodes } = parseWorkflow(parseOutline(found.text).blocks);
      if (nodes.length > 0) claiming.push({ page: found.name, claims: nodes });
    }
    const standings = await checkClaims(id, claiming, claims);
    return { at: now(), pages, findings: claimFindings(standings), checks: [claimInfo], notes };
  };
}
