import { isAsKept } from '../graph/assets.ts';
import type { GraphBlock } from '../graph/graph.ts';
import { evidenceBlocks } from '../page-parts/incident-evidence.ts';
import type { DocBlock, PageSource } from '../pages/page.ts';
import { short } from './line-check.ts';
import { standingOf, wasNeverWritten, type PageVerdict, type Standing, type StandingPage } from './standing.ts';

/** Findings that say something else than on record, or are gone: what they say, what they stand on, and how that is drawn. */
export async function checkFindings(page: StandingPage, { state, zone }: PageSource): Promise<PageVerdict> {
  const verdict: PageVerdict = { problems: [], otherwise: 0, unclear: [] };
  const meant = new Set<string>();
  for (const finding of evidenceBlocks(state, zone)) {
    for (const each of flat(finding)) {
      meant.add(each.key);
      await checkBlock(page, each, nameOf(each, finding), verdict);
    }
  }
  for (const key of page.written.keys) {
    // What only the version that wrote the page has beneath a finding; not what is told beneath a person's words.
    if (!key.startsWith('evidence/') || key.endsWith('+') || meant.has(key)) continue;
    const block = page.block(key);
    if (block)
      enter(verdict, standingOf(page, key, block, undefined), 'what another version wrote of the findings', block);
  }
  return verdict;
}

async function checkBlock(page: StandingPage, owed: DocBlock, what: string, verdict: PageVerdict): Promise<void> {
  const { key, content, asset } = owed;
  const { graph, written } = page;
  const block = page.block(key);
  if (!block) {
    // Where a graph keeps no files a drawing is left out.
    if (asset && (!graph.asset || !written.keys.has(key))) return;
    if (wasNeverWritten(page, key)) verdict.otherwise += 1;
    else verdict.problems.push(`${what} is missing`);
    return;
  }
  const standing = standingOf(page, key, block, content);
  enter(verdict, standing, what, block);
  if (!asset || !graph.asset || standing === 'changed') return;
  const name = /\.\.\/assets\/([\w.-]+)\)/.exec(block.content)?.[1] ?? asset.name;
  const drawn = await graph.asset(name);
  if (drawn === null) verdict.problems.push(`${what} is missing`);
  else if (drawn !== asset.content || name !== asset.name) {
    const kept = isAsKept(page.memory, graph.id, page.name, name, drawn);
    enter(verdict, kept === undefined ? 'unclear' : kept ? 'otherwise' : 'changed', what);
  }
}

function enter(verdict: PageVerdict, standing: Standing, what: string, block?: GraphBlock): void {
  if (standing === 'otherwise') verdict.otherwise += 1;
  if (standing === 'unclear') verdict.unclear.push(what);
  if (standing === 'changed') {
    verdict.problems.push(`${what} was changed${block ? `: it says ${short(block.content)}` : ''}`);
  }
}

function nameOf({ key, asset }: DocBlock, finding: DocBlock): string {
  const told = short(finding.content);
  if (asset) return `the chart of the finding ${told}`;
  return key === finding.key ? `the finding ${told}` : `what stands beneath the finding ${told}`;
}

function flat(block: DocBlock): DocBlock[] {
  return [block, ...(block.children ?? []).flatMap(flat)];
}
