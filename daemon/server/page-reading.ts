import { isObject, type JsonObject } from '../../shared/json.ts';
import { printOutline, walkBlocks, type Block } from '../../shared/outline/index.ts';
import type { Problem } from '../../shared/problem.ts';
import type { PageBlock, PageNode, PageReading } from '../../shared/protocol/calls/pages.ts';
import { checkWorkflow } from '../../shared/workflow/check.ts';
import { ROLES, walk, type Definition, type Node, type NodePath, type Role } from '../../shared/workflow/definition.ts';
import { readMacro } from '../../shared/workflow/macro.ts';
import { parsePersonaBlocks } from '../../shared/workflow/persona.ts';
import { parseWorkflow, type ParsedWorkflow } from '../../shared/workflow/parse.ts';
import { effectsAfter } from '../engine/definitions.ts';
import type { CalledPages } from '../engine/engine.ts';
import type { Graph, GraphBlock } from '../graph/graph.ts';
import { graphId } from '../graph/graphs.ts';
import { cardOf } from '../personas/known.ts';
import { hashPersona } from '../personas/persona-page.ts';
import { calledPages } from '../workflows.ts';
import { effectOf, pinnedOf, type Office } from './office.ts';
import type { RunSummary } from '../../shared/run/summary.ts';

/** A page as a plugin sent it. */
export interface SentPage {
  graph: string;
  page: string;
  blocks: readonly PageBlock[];
}

/** Roles that a person can let pass when they failed or wait: none that decides, and none that only groups decisions. */
const NEVER_SKIPPED: ReadonlySet<Role> = new Set([
  'workflow',
  'gate',
  'check',
  'sign-off',
  'case',
  'when',
  'otherwise',
  'undo',
  'persona',
  'claim',
]);
/** A page of these alone is no workflow that lost its header. */
const NO_WORKFLOW: ReadonlySet<string> = new Set(['persona', 'claim']);

/** Reads a page as a workflow: everything that its blocks show. Null when it is none. */
export async function readPage(
  office: Office,
  page: SentPage,
  past: { runs: RunSummary[]; usual: PageReading['usual'] },
): Promise<PageReading | null> {
  const blocks = toOutline(page.blocks);
  const uuids = uuidsOf(page.blocks, blocks);
  const heads = headsOf(blocks);
  if (![...heads.values()].some(({ role }) => !NO_WORKFLOW.has(role))) {
    return [...heads.values()].some(({ role }) => role === 'persona') ? readPersona(office, blocks, uuids) : null;
  }
  const parsed = parseWorkflow(blocks);
  const pages = await calledBy(office, parsed, page.graph);
  const found = checkWorkflow(parsed, office.catalogue(pages));
  const problems = found.map((problem): Problem & { uuid?: string } => {
    const uuid = uuids.get(problem.place.block);
    return uuid === undefined ? problem : { ...problem, uuid };
  });
  const { definition } = parsed;
  const runs = definition !== null && !found.some(({ severity }) => severity === 'error');
  const hash = runs ? await office.engine.propose(definition, pages) : undefined;
  return {
    title: definition?.header.title ?? page.page,
    ...(hash === undefined ? {} : { definition: hash }),
    trusted: hash !== undefined && office.engine.trusted(hash),
    writes: hash !== undefined && writes(office, hash),
    inputs: inputsOf(definition),
    ...(hash === undefined ? {} : rehearsedOf(office, hash)),
    nodes: definition ? nodesOf(office, parsed, definition, uuids) : brokenNodes(parsed, heads, uuids),
    problems,
    ...past,
  };
}

/** A page with a persona: it never runs; what may be done with it is to trust it. */
async function readPersona(
  office: Office,
  blocks: readonly Block[],
  uuids: ReadonlyMap<string, string>,
): Promise<PageReading> {
  const { persona: shape, title, block, problems } = parsePersonaBlocks(blocks);
  const hash = shape ? await office.personas.keep({ title, shape }) : undefined;
  const placed = (at: string | undefined): { uuid?: string } => {
    const uuid = at === undefined ? undefined : uuids.get(at);
    return uuid === undefined ? {} : { uuid };
  };
  const card = shape ? cardOf({ title, shape }, office.actions) : undefined;
  const path = shape?.id ?? 'persona';
  return {
    title: title || path,
    ...(hash === undefined ? {} : { definition: hash }),
    // One that comes with Stagebook is as good as trusted.
    trusted: hash !== undefined && shape !== null && isInForce(office, shape.id, hash),
    writes: false,
    inputs: {},
    nodes: [{ ...placed(block), path, role: 'persona', title, skippable: false, ...(card ? { persona: card } : {}) }],
    problems: problems.map((problem) => ({ ...problem, ...placed(problem.place.block) })),
    usual: {},
    runs: [],
  };
}

/** Whether this is what the name stands for here. */
function isInForce({ personas }: Office, id: string, hash: string): boolean {
  const known = personas.page(id);
  return known !== undefined && hashPersona(known) === hash;
}

function rehearsedOf(office: Office, hash: string): Pick<PageReading, 'rehearsed'> {
  const { definition, pages } = pinnedOf(office, hash);
  const found = office.rehearsed({ hash, definition, pages });
  return found ? { rehearsed: { at: found.at, ok: found.ok, stale: found.stale.slice(0, 5) } } : {};
}

/** Whether a run of it would change anything. */
function writes(office: Pick<Office, 'journal' | 'actions'>, hash: string): boolean {
  const effects = effectsAfter(pinnedOf(office, hash), undefined, (uses, settings) => effectOf(office, uses, settings));
  return effects.length > 0;
}

function toOutline(blocks: readonly PageBlock[]): Block[] {
  return blocks.map(({ content, children }) => ({ content, children: toOutline(children) }));
}

/** The host's uuid of each block, by what a problem's place has: its address, or the `id::` that it shows. */
function uuidsOf(sent: readonly PageBlock[], blocks: readonly Block[]): Map<string, string> {
  const uuids = new Map<string, string>();
  const both = walkBlocks(blocks);
  for (const uuid of uuidsInOrder(sent)) {
    const { block, address } = both.next().value!;
    if (uuid === undefined) continue;
    uuids.set(address, uuid);
    const written = /^\s*id:: *([0-9a-f-]{36})\s*$/im.exec(block.content)?.[1];
    if (written !== undefined) uuids.set(written, uuid);
  }
  return uuids;
}

function* uuidsInOrder(blocks: readonly PageBlock[]): Generator<string | undefined> {
  for (const { uuid, children } of blocks) {
    yield uuid;
    yield* uuidsInOrder(children);
  }
}

/** What each node's block says that it is, by address. */
function headsOf(blocks: readonly Block[]): Map<string, { role: string; title: string }> {
  const heads = new Map<string, { role: string; title: string }>();
  for (const { block, address } of walkBlocks(blocks)) {
    const macro = readMacro(block.content.split('\n', 1)[0]!);
    if (macro) heads.set(address, macro);
  }
  return heads;
}

/** Pages that it calls: of its graph where that can be reached, else only the shipped ones are there. */
async function calledBy(office: Office, parsed: ParsedWorkflow, graph: string): Promise<CalledPages> {
  const calls = parsed.definition && walk(parsed.definition.body).some(({ node }) => node.role === 'call');
  if (!calls || !office.graphs.list().some(({ id }) => graphId(id) === graph)) return {};
  // Without a name it is beside no file: only the graph is looked at.
  const source = { name: '', text: '', parsed, shipped: false };
  return calledPages(source, withText(await office.graphs.open(graph)));
}

/** A graph that has blocks only, with their Markdown. */
function withText(graph: Graph): Pick<Graph, 'read'> {
  return {
    async read(page) {
      const found = await graph.read(page);
      if (!found || found.text !== undefined) return found;
      const text = printOutline({ preamble: '', blocks: found.blocks.map(plain), lineEnd: '\n', indentUnit: '\t' });
      return { ...found, text };
    },
  };
}

function plain({ content, children }: GraphBlock): Block {
  return { content, children: children.map(plain) };
}

function inputsOf(definition: Definition | null): JsonObject {
  const inputs = definition?.header.settings.inputs;
  return isObject(inputs) ? inputs : {};
}

function nodesOf(
  office: Office,
  parsed: ParsedWorkflow,
  { header, body }: Definition,
  uuids: ReadonlyMap<string, string>,
): PageNode[] {
  const uuidOf = (node: Node): { uuid?: string } => {
    const place = parsed.placeOf(node);
    const uuid = place && uuids.get(place.block);
    return uuid === undefined ? {} : { uuid };
  };
  const nodes: PageNode[] = [
    { ...uuidOf(header), path: header.id, role: header.role, title: header.title, skippable: false },
  ];
  const personas = new Map<NodePath, string>();
  for (const { node, path, parent } of walk(body)) {
    const { role, title, settings } = node;
    const own = role === 'stage' && typeof settings.persona === 'string' ? settings.persona : personas.get(parent);
    if (own !== undefined) personas.set(path, own);
    const card = own === undefined ? undefined : office.personas.cards().get(own);
    const uses = role === 'step' && typeof settings.uses === 'string' ? settings.uses : undefined;
    const effect = uses && effectOf(office, uses, isObject(settings.with) ? settings.with : {});
    nodes.push({
      ...uuidOf(node),
      path,
      role,
      title,
      ...(own === undefined ? {} : { persona: card ?? { id: own, title: own, tools: 0 } }),
      ...(uses === undefined ? {} : { uses }),
      ...(effect ? { effect } : {}),
      ...(role === 'check' && typeof settings.that === 'string' ? { that: settings.that } : {}),
      skippable: !NEVER_SKIPPED.has(role) && effect !== 'irreversible',
    });
  }
  return nodes;
}

/** The nodes of a page that has errors: their places are known, and what their macros say. */
function brokenNodes(
  { places }: ParsedWorkflow,
  heads: ReadonlyMap<string, { role: string; title: string }>,
  uuids: ReadonlyMap<string, string>,
): PageNode[] {
  const byUuid = new Map([...heads].map(([address, head]) => [uuids.get(address) ?? address, head]));
  return [...places].flatMap(([path, { block }]): PageNode[] => {
    const uuid = uuids.get(block);
    const head = byUuid.get(uuid ?? block);
    const role = ROLES.find((known) => known === head?.role);
    if (!head || !role) return [];
    return [{ ...(uuid === undefined ? {} : { uuid }), path, role, title: head.title, skippable: false }];
  });
}
