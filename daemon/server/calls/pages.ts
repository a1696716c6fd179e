import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fail } from '../../../shared/failure.ts';
import { parseOutline, type Block } from '../../../shared/outline/index.ts';
import type { PageResults, PageBlock, WorkflowItem } from '../../../shared/protocol/calls/pages.ts';
import type { Definition } from '../../../shared/workflow/definition.ts';
import { readMacro } from '../../../shared/workflow/macro.ts';
import { parseWorkflow } from '../../../shared/workflow/parse.ts';
import { graphId } from '../../graph/graphs.ts';
import { workflowPages } from '../../graph/workflows.ts';
import { createDropDefinition } from '../../journal/drop-definition.ts';
import { createDurations } from '../../journal/durations.ts';
import { createRunPages } from '../../journal/run-pages.ts';
import { SHIPPED } from '../../workflows.ts';
import type { Office } from '../office.ts';
import { readPage } from '../page-reading.ts';
import { listRuns } from '../run-list.ts';
import { createUsual } from '../usual.ts';
import type { Calls } from './call.ts';

/** Runs of a page that its blocks show, and from which medians come. */
const SHOWN_RUNS = 20;
/** Versions of pages that are kept without having been started or trusted: the latest that were read. */
const KEPT_READINGS = 200;

/** Pages as workflows. */
export function pageCalls(office: Office): Calls<keyof PageResults> {
  const usual = createUsual(createDurations(office.database));
  const runOf = createRunPages(office.database);
  const keep = keeper(office);
  return {
    'page.read': async (sent) => {
      const page = { ...sent, graph: graphId(sent.graph) };
      const runs = listRuns(office, { graph: page.graph, page: page.page, limit: SHOWN_RUNS });
      const reading = await readPage(office, page, { runs, usual: usual(runs) });
      if (reading?.definition !== undefined) keep(`${page.graph}\n${page.page}`, reading.definition);
      return reading;
    },
    'page.run': ({ graph, page }) => {
      const run = runOf(graphId(graph), page);
      return run === undefined ? null : { run };
    },
    'workflows.list': async (_, { peer }) => [
      ...shippedNames().map(itemOf),
      ...(peer.right === 'sign' ? await ownItems(office) : []),
    ],
    'workflows.page': async ({ name, graph }, { peer }) => {
      if (graph !== undefined) return ownPage(office, name, peer.right === 'sign' ? graph : '');
      if (!shippedNames().includes(name)) {
        throw fail('not-found', 'page.not_found', `No workflow “${name}” comes with Stagebook.`);
      }
      const { blocks } = shippedOutline(name);
      return { title: itemOf(name).title, blocks: blocks.map(toPageBlock) };
    },
    'personas.list': () => [...office.personas.cards().values()],
  };
}

/** The workflows of every graph that can be reached. One that cannot be now has none. */
async function ownItems({ graphs }: Office): Promise<WorkflowItem[]> {
  const found = await Promise.all(
    graphs.list().map(async ({ id }) => {
      const pages = await graphs.open(id).then(workflowPages, () => []);
      return pages.map(({ page, definition, text }): WorkflowItem => {
        const { blocks } = parseOutline(text);
        return { ...described(blocks, definition), name: page, title: page, shipped: false, graph: id };
      });
    }),
  );
  return found.flat().sort((one, other) => one.title.localeCompare(other.title));
}

/** A page of a graph that is known, as it stands there. Throws `page.not_found`. */
async function ownPage(
  { graphs }: Office,
  name: string,
  graph: string,
): Promise<{ title: string; blocks: PageBlock[] }> {
  const id = graphs.list().find((each) => graphId(each.id) === graphId(graph))?.id;
  const page = id === undefined ? null : await (await graphs.open(id)).read(name);
  if (page?.text === undefined) {
    throw fail('not-found', 'page.not_found', `There is no page “${name}” in a graph that can be reached.`);
  }
  return { title: page.name, blocks: parseOutline(page.text).blocks.map(toPageBlock) };
}

/**
 * Every reading of a page that is being written gives another definition. Of each page the last one stays, and of all pages the
 * latest: nothing that a plugin can send fills the disk.
 */
function keeper({ database, proposals }: Office): (page: string, hash: string) => void {
  const kept = new Map<string, string>();
  const drop = createDropDefinition(database);
  const dropUnlessWanted = (hash: string): void => {
    const wanted = proposals.list().some(({ wish }) => 'definition' in wish && wish.definition === hash);
    if (!wanted && ![...kept.values()].includes(hash)) drop(hash);
  };
  return (page, hash) => {
    const before = kept.get(page);
    kept.delete(page);
    kept.set(page, hash);
    if (before !== undefined && before !== hash) dropUnlessWanted(before);
    if (kept.size <= KEPT_READINGS) return;
    const [oldest, old] = kept.entries().next().value!;
    kept.delete(oldest);
    dropUnlessWanted(old);
  };
}

function shippedNames(): string[] {
  return readdirSync(SHIPPED)
    .filter((file) => file.endsWith('.md'))
    .map((file) => basename(file, '.md'));
}

function shippedOutline(name: string) {
  return parseOutline(readFileSync(join(SHIPPED, `${name}.md`), 'utf8'));
}

function itemOf(name: string): WorkflowItem {
  const { blocks } = shippedOutline(name);
  const { definition } = parseWorkflow(blocks);
  return { ...described(blocks, definition), name, title: definition?.header.title ?? name, shipped: true };
}

/** The first line of prose, and the stages. */
function described(
  blocks: readonly Block[],
  definition: Definition | null,
): Pick<WorkflowItem, 'description' | 'stages'> {
  const prose = blocks.find(({ content }) => !readMacro(content.split('\n', 1)[0]!));
  return {
    description: prose?.content.split('\n', 1)[0] ?? '',
    stages: definition?.body.filter(({ role }) => role === 'stage').map(({ title }) => title) ?? [],
  };
}

function toPageBlock({ content, children }: Block): PageBlock {
  return { content, children: children.map(toPageBlock) };
}
