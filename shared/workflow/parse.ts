import { parseOutline, walkBlocks, type Block } from '../outline/index.ts';
import type { Place, Problem } from '../problem.ts';
import { LANGUAGE_VERSION, type Definition, type Node, type NodePath } from './definition.ts';
import { fencesOf, proseOf } from './fences.ts';
import { macroIn, readMacro } from './macro.ts';
import { PageReading, readNode, type NodePlace } from './node.ts';

export type { NodePlace } from './node.ts';

/** The largest page that is read as a workflow, in characters, its most nodes, and the deepest nesting. */
export const LIMITS = { characters: 5_000_000, nodes: 20_000, depth: 400 } as const;

/** What reading a page as a workflow gives. `definition` is null when there is an error; nothing of it runs then. */
export interface ParsedWorkflow {
  definition: Definition | null;
  problems: Problem[];
  /** The page's claims, wherever they stand; they are never part of a run, nor of what is pinned. */
  claims: readonly Node[];
  /** Where a node stands, by static path; the header under its id. Of several with one path, the first. */
  places: ReadonlyMap<NodePath, NodePlace>;
  /** The same by the node itself. */
  placeOf(node: Node): NodePlace | undefined;
}

/** Reads a page's Markdown as a workflow. What is too large, or no text, is refused unread with one problem. */
export function parseWorkflowText(text: string): ParsedWorkflow {
  const refused = refusal(text);
  if (!refused) return parseWorkflow(parseOutline(text).blocks);
  return { definition: null, problems: [refused], claims: [], places: new Map(), placeOf: () => undefined };
}

function refusal(text: string): Problem | undefined {
  const place: Place = { line: 1, column: 1, block: '0' };
  if (text.length > LIMITS.characters) {
    const megabytes = Math.round(text.length / 1e5) / 10;
    const message = `The page has ${megabytes} million characters; ${LIMITS.characters / 1e6} million can be read. Split it into pages that call each other.`;
    return { code: 'limit.page', severity: 'error', message, place };
  }
  const head = text.slice(0, 10_000);
  // What was no text in the file is a replacement character by now; a page may quote some.
  if (head.includes('\0') || (head.match(/\uFFFD/g)?.length ?? 0) > head.length / 20) {
    return { code: 'page.binary', severity: 'error', message: 'This is a binary file, not a page.', place };
  }
  return undefined;
}

/** A node whose children come as the walk goes on. */
interface Open {
  node: Node & { children: Node[] };
  path: NodePath;
  depth: number;
}

/** Reads a page's block tree as a workflow. */
export function parseWorkflow(blocks: readonly Block[]): ParsedWorkflow {
  const reading = new PageReading();
  const top: Node[] = [];
  const claims: Node[] = [];
  const open: Open[] = [];
  // The depth of the innermost prose block above: a node below one would never run.
  let proseDepth: number | undefined;
  let nodes = 0;
  for (const { block, depth, address } of walkBlocks(blocks)) {
    while (open.length > 0 && open.at(-1)!.depth >= depth) open.pop();
    if (proseDepth !== undefined && depth <= proseDepth) proseDepth = undefined;
    const macro = readMacro(firstLine(block));
    if (!macro) {
      refuseStrayMacro(reading, block, address);
      proseDepth ??= depth;
      continue;
    }
    nodes += 1;
    if (nodes > LIMITS.nodes) {
      const message = `The page has more than ${LIMITS.nodes} nodes. Split it into pages that call each other.`;
      reading.report(block, address, 'limit.nodes', message);
      break;
    }
    if (open.length > LIMITS.depth) {
      const message = `Nodes are nested more than ${LIMITS.depth} deep here. Move the inner part to a page and call it.`;
      reading.report(block, address, 'limit.depth', message);
      break;
    }
    if (proseDepth !== undefined && macro.role !== 'claim') {
      const message =
        'This node stands under a block of prose, so it would never run. Indent it under a node, or move it to the top level.';
      reading.report(block, address, 'node.under_prose', message, 0, macro.column);
      continue;
    }
    const parent = open.at(-1);
    const node = readNode(block, address, macro, parent?.path ?? '', reading);
    if (node.role === 'claim') claims.push(node);
    else (parent?.node.children ?? top).push(node);
    open.push({ node: node as Open['node'], path: parent ? `${parent.path}/${node.id}` : node.id, depth });
  }
  const definition = assemble(top, blocks, reading);
  const { problems, places } = reading;
  return {
    definition: problems.some(({ severity }) => severity === 'error') ? null : definition,
    problems,
    claims,
    places,
    placeOf: (node) => reading.placeOf(node),
  };
}

/** The first line of a block, as far as a macro on it can matter. */
function firstLine({ content }: Block): string {
  const end = content.indexOf('\n');
  return end === -1 ? content : content.slice(0, end);
}

/** A macro that does not begin its block looks like a node to the reader, and would never run. */
function refuseStrayMacro(reading: PageReading, block: Block, address: string): void {
  if (!block.content.includes(':stagebook')) return;
  for (const { line, text } of proseOf(block.content, fencesOf(block.content))) {
    const column = macroIn(text);
    if (column === -1) continue;
    const message =
      'A node begins with its macro, {{renderer :stagebook, role}}, after heading and task marks at most. Move the macro to the front, or put it into `code` if it is only mentioned.';
    reading.report(block, address, 'node.macro', message, line, column);
    return;
  }
}

function assemble(top: readonly Node[], blocks: readonly Block[], reading: PageReading): Definition | null {
  const [header, ...body] = top;
  if (header?.role === 'workflow') return { language: LANGUAGE_VERSION, header, body };
  // A page that could not be read may well have a header.
  if (reading.problems.length > 0) return null;
  const message =
    header === undefined
      ? 'This page has no workflow: no block begins with {{renderer :stagebook, workflow}}.'
      : 'The workflow header comes first: begin the page with a block {{renderer :stagebook, workflow}} and its title.';
  const place = header ? reading.placeOf(header) : undefined;
  const { line, column, block } = place ?? { line: blocks[0]?.source?.line ?? 1, column: 1, block: '0' };
  reading.problems.push({ code: 'header.missing', severity: 'error', message, place: { line, column, block } });
  return null;
}
