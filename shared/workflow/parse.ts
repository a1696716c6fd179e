import type { JsonObject } from '../json.ts';
import { parseOutline, placeIn, uuidOf, walkBlocks, type Block } from '../outline/index.ts';
import type { Place, Problem } from '../problem.ts';
import { LANGUAGE_VERSION, ROLES, type Definition, type Node, type NodePath, type Role } from './definition.ts';
import { fencesOf, type Fence } from './fences.ts';
import { idOf, isId } from './identifier.ts';
import { readMacro, type MacroLine } from './macro.ts';
import { nearest } from './nearest.ts';
import { readSettings, type SettingPlaces } from './settings.ts';

/** The largest page that is read as a workflow, in characters, its most nodes, and the deepest nesting. */
export const LIMITS = { characters: 5_000_000, nodes: 20_000, depth: 400 } as const;

/** What reading a page as a workflow gives. `definition` is null when there is an error; nothing of it runs then. */
export interface ParsedWorkflow {
  definition: Definition | null;
  problems: Problem[];
  /** Where each node stands, by static path; the header under its id. */
  places: ReadonlyMap<NodePath, NodePlace>;
}

/** Where a node and its settings stand on the page. */
export interface NodePlace extends Place {
  settings: ReadonlyMap<string, { line: number; column: number }>;
}

/** Reads a page's Markdown as a workflow. */
export function parseWorkflowText(text: string): ParsedWorkflow {
  const refused = refusal(text);
  if (refused) return { definition: null, problems: [refused], places: new Map() };
  return parseWorkflow(parseOutline(text).blocks);
}

function refusal(text: string): Problem | undefined {
  const place: Place = { line: 1, column: 1, block: '0' };
  if (text.length > LIMITS.characters) {
    const megabytes = Math.round(text.length / 1e5) / 10;
    const message = `The page has ${megabytes} million characters; ${LIMITS.characters / 1e6} million can be read. Split it into pages that call each other.`;
    return { code: 'limit.page', severity: 'error', message, place };
  }
  if (text.slice(0, 10_000).includes('\0')) {
    return { code: 'page.binary', severity: 'error', message: 'This is a binary file, not a page.', place };
  }
  return undefined;
}

interface Reading {
  problems: Problem[];
  places: Map<NodePath, NodePlace>;
  nodes: number;
}

/** A node under construction: its children come as the walk goes on. */
interface Draft {
  node: Node & { children: Node[] };
  path: NodePath;
  depth: number;
}

/** Reads a page's block tree as a workflow. */
export function parseWorkflow(blocks: readonly Block[]): ParsedWorkflow {
  const reading: Reading = { problems: [], places: new Map(), nodes: 0 };
  const top: Node[] = [];
  const open: Draft[] = [];
  // The depth of the innermost prose block above: a node below one would never run.
  let proseDepth: number | undefined;
  for (const { block, depth, address } of walkBlocks(blocks)) {
    while (open.length > 0 && open.at(-1)!.depth >= depth) open.pop();
    if (proseDepth !== undefined && depth <= proseDepth) proseDepth = undefined;
    const macro = readMacro(block.content.split('\n', 1)[0]!);
    if (!macro) {
      proseDepth ??= depth;
      continue;
    }
    if (proseDepth !== undefined) {
      report(
        reading,
        block,
        address,
        'node.under_prose',
        'This node stands under a block of prose, so it would never run. Indent it under a node, or move it to the top level.',
      );
      continue;
    }
    if (!withinLimits(reading, block, address, open.length)) break;
    const parent = open.at(-1);
    const node = readNode(block, address, macro, parent?.path ?? '', reading);
    if (!node) continue;
    (parent?.node.children ?? top).push(node);
    const path = parent ? `${parent.path}/${node.id}` : node.id;
    open.push({ node: node as Draft['node'], path, depth });
  }
  const definition = assemble(top, blocks, reading);
  const failed = reading.problems.some((problem) => problem.severity === 'error');
  return { definition: failed ? null : definition, problems: reading.problems, places: reading.places };
}

function withinLimits(reading: Reading, block: Block, address: string, depth: number): boolean {
  reading.nodes += 1;
  if (reading.nodes > LIMITS.nodes) {
    report(
      reading,
      block,
      address,
      'limit.nodes',
      `The page has more than ${LIMITS.nodes} nodes. Split it into pages that call each other.`,
    );
    return false;
  }
  if (depth > LIMITS.depth) {
    report(
      reading,
      block,
      address,
      'limit.depth',
      `Nodes are nested more than ${LIMITS.depth} deep here. Move the inner part to a page and call it.`,
    );
    return false;
  }
  return true;
}

function assemble(top: readonly Node[], blocks: readonly Block[], reading: Reading): Definition | null {
  const [header, ...body] = top;
  const first = blocks[0];
  if (header?.role === 'workflow') return { language: LANGUAGE_VERSION, header, body };
  if (reading.problems.length > 0) return null;
  const message =
    header === undefined
      ? 'This page has no workflow: no block carries {{renderer :stagebook, workflow}}.'
      : 'The workflow header comes first: begin the page with a block {{renderer :stagebook, workflow}} and its title.';
  const place = header && reading.places.get(header.id);
  reading.problems.push({
    code: 'header.missing',
    severity: 'error',
    message,
    place: place ?? { line: first?.source?.line ?? 1, column: 1, block: '0' },
  });
  return null;
}

function readNode(
  block: Block,
  address: string,
  macro: MacroLine,
  parent: NodePath,
  reading: Reading,
): Node | undefined {
  const role = macro.role as Role;
  if (!ROLES.includes(role)) {
    const near = nearest(macro.role, ROLES);
    report(
      reading,
      block,
      address,
      'role.unknown',
      `There is no role “${macro.role}”.${near ? ` Did you mean ${near}?` : ''}`,
      0,
      macro.column,
    );
    return undefined;
  }
  const fences = fencesOf(block.content);
  const yaml = fences.filter(({ language }) => language === 'yaml' || language === 'yml');
  const others = fences.filter((fence) => !yaml.includes(fence));
  const extra = yaml[1] ?? (role === 'step' ? others[1] : others[0]);
  if (extra) {
    const what = role === 'step' ? 'one yaml fence and one fence in another language' : 'one yaml fence';
    report(reading, block, address, 'node.fences', `A ${role} has at most ${what}.`, extra.line - 1, 0);
  }
  const { settings, places } = settingsOf(block, address, yaml[0], reading);
  const id = idFor(block, address, role, macro, settings, reading);
  const path = parent === '' ? id : `${parent}/${id}`;
  // The first of several with one path keeps its place; the checker reports the others by their own.
  const key = reading.places.has(path) ? `${path} ${address}` : path;
  reading.places.set(key, { ...placeOf(block, address, 0, macro.column), node: path, settings: places });
  const source = others[0];
  return {
    role,
    id,
    title: macro.title,
    settings,
    ...(source && role === 'step' ? { source: { language: source.language, text: source.text } } : {}),
    children: [],
  };
}

function settingsOf(
  block: Block,
  address: string,
  fence: Fence | undefined,
  reading: Reading,
): { settings: JsonObject; places: NodePlace['settings'] } {
  if (!fence) return { settings: {}, places: new Map() };
  const { settings, places, problems } = readSettings(fence.text);
  for (const { message, line, column } of problems) {
    report(
      reading,
      block,
      address,
      'settings.yaml',
      `The settings are not valid YAML: ${message}`,
      fence.line + line,
      fence.indent + column,
    );
  }
  const onPage = (all: SettingPlaces): NodePlace['settings'] =>
    new Map(
      [...all].map(([path, { line, column }]) => [path, placeIn(block, fence.line + line, fence.indent + column)]),
    );
  return { settings, places: onPage(places) };
}

function idFor(
  block: Block,
  address: string,
  role: Role,
  macro: MacroLine,
  settings: JsonObject,
  reading: Reading,
): string {
  if (settings.id !== undefined) {
    const id = String(settings.id);
    if (!isId(id)) {
      report(
        reading,
        block,
        address,
        'id.invalid',
        `“${id}” cannot be an id. Ids are snake_case, begin with a letter, and are no reserved word.`,
      );
    }
    return id;
  }
  const id = idOf(macro.title);
  if (isId(id)) return id;
  if (id === '' && (role === 'otherwise' || role === 'undo')) return role;
  const why = id === '' ? 'The title gives no id' : `The title gives the id “${id}”, which cannot be one`;
  report(
    reading,
    block,
    address,
    'id.missing',
    `${why}. Add a line such as id: ${role.replaceAll('-', '_')}_1 to the settings.`,
    0,
    macro.column,
  );
  return `${role.replaceAll('-', '_')}_${address.replaceAll('.', '_')}`;
}

function report(
  reading: Reading,
  block: Block,
  address: string,
  code: string,
  message: string,
  line = 0,
  column = 0,
): void {
  reading.problems.push({ code, severity: 'error', message, place: placeOf(block, address, line, column) });
}

function placeOf(block: Block, address: string, line: number, column: number): Place {
  return { ...placeIn(block, line, column), block: uuidOf(block.content) ?? address };
}
