import type { JsonObject } from '../json.ts';
import { placeIn, uuidOf, type Block } from '../outline/index.ts';
import type { Place, Problem } from '../problem.ts';
import { ROLES, type Node, type NodePath, type Role } from './definition.ts';
import { fencesOf, proseOf, type Fence } from './fences.ts';
import { idOf, isId } from './identifier.ts';
import { macroIn, type MacroLine } from './macro.ts';
import { nearest } from './nearest.ts';
import { readSettings, type SettingPlace } from './settings.ts';
import { oneOfAtHead } from './article.ts';

/** Where a node and its settings (by path, `with.name`) stand on the page. */
export interface NodePlace extends Place {
  settings: ReadonlyMap<string, SettingPlace>;
}

/** The longest title of a node, in characters. */
const LONGEST_TITLE = 500;
/** Problems that are told of one page; the rest would only bury them. */
const MOST_PROBLEMS = 200;

/** What is found out while a page is read. */
export class PageReading {
  readonly problems: Problem[] = [];
  readonly places = new Map<NodePath, NodePlace>();
  readonly #byNode = new Map<Node, NodePlace>();

  /** Adds a problem; `line` and `column` count from 0 within the block's content. */
  report(block: Block, address: string, code: string, message: string, line = 0, column = 0): void {
    if (this.problems.length >= MOST_PROBLEMS) return;
    this.problems.push({ code, severity: 'error', message, place: placeAt(block, address, line, column) });
  }

  keep(node: Node, path: NodePath, place: NodePlace): void {
    this.#byNode.set(node, place);
    if (!this.places.has(path)) this.places.set(path, place);
  }

  placeOf(node: Node): NodePlace | undefined {
    return this.#byNode.get(node);
  }
}

/** Reads one node. What is wrong with it is reported; a node comes out of it all the same, so that the reading goes on. */
export function readNode(
  block: Block,
  address: string,
  macro: MacroLine,
  parent: NodePath,
  reading: PageReading,
): Node {
  const role = roleOf(block, address, macro, reading);
  const fences = fencesOf(block.content);
  checkTitle(block, address, macro, fences, reading);
  const yaml = fences.filter(({ language }) => language === 'yaml' || language === 'yml');
  const others = fences.filter((fence) => !yaml.includes(fence));
  const extra = yaml[1] ?? (role === 'step' ? others[1] : others[0]);
  if (extra) {
    const what = role === 'step' ? 'one yaml fence and one fence in another language' : 'one yaml fence';
    reading.report(block, address, 'node.fences', `${oneOfAtHead(role)} has at most ${what}.`, extra.line - 1);
  }
  const { settings, places } = settingsOf(block, address, yaml[0], reading);
  const source = role === 'step' ? others[0] : undefined;
  const node: Node = {
    role,
    id: idFor(block, address, role, macro, settings, reading),
    title: macro.title,
    settings,
    ...(source ? { source: { language: source.language, text: source.text } } : {}),
    children: [],
  };
  const path = parent === '' ? node.id : `${parent}/${node.id}`;
  reading.keep(node, path, { ...placeAt(block, address, 0, macro.column), node: path, settings: places });
  return node;
}

function roleOf(block: Block, address: string, macro: MacroLine, reading: PageReading): Role {
  const role = ROLES.find((known) => known === macro.role);
  if (role) return role;
  const near = nearest(macro.role, ROLES);
  const message =
    macro.role === ''
      ? 'The macro names no role. Write one, as in {{renderer :stagebook, step}}.'
      : `There is no role “${macro.role.slice(0, 50)}”.${near ? ` Did you mean ${near}?` : ` There are ${ROLES.join(', ')}.`}`;
  reading.report(block, address, 'role.unknown', message, 0, macro.column);
  // What it may hold is not known, so that nothing below it is wrong for being there.
  return 'sequence';
}

function checkTitle(
  block: Block,
  address: string,
  macro: MacroLine,
  fences: readonly Fence[],
  reading: PageReading,
): void {
  if (macro.title.length > LONGEST_TITLE) {
    const message = `A title has ${LONGEST_TITLE} characters at most; this one has ${macro.title.length}. Tell the rest in a block of prose.`;
    reading.report(block, address, 'limit.title', message, 0, macro.column);
  }
  for (const { line, text } of proseOf(block.content, fences)) {
    const own = line === 0 ? text.indexOf('}}') + 2 : 0;
    const column = macroIn(text.slice(own));
    if (column === -1) continue;
    const message = 'A block is one node: move the second macro to a block of its own.';
    reading.report(block, address, 'node.macro', message, line, own + column);
    return;
  }
}

function settingsOf(
  block: Block,
  address: string,
  fence: Fence | undefined,
  reading: PageReading,
): { settings: JsonObject; places: NodePlace['settings'] } {
  if (!fence) return { settings: {}, places: new Map() };
  const onPage = ({ line, column }: { line: number; column: number }) =>
    placeIn(block, fence.line + line, fence.indent + column);
  const { settings, places, problem } = readSettings(fence.text);
  if (problem) {
    const message =
      problem.code === 'settings.yaml' ? `These settings cannot be read: ${problem.message}` : problem.message;
    reading.report(block, address, problem.code, message, fence.line + problem.line, fence.indent + problem.column);
  }
  const moved = [...places].map(([path, place]): [string, SettingPlace] => [
    path,
    { ...onPage(place), ...(place.text ? { text: onPage(place.text) } : {}) },
  ]);
  return { settings, places: new Map(moved) };
}

function idFor(
  block: Block,
  address: string,
  role: Role,
  macro: MacroLine,
  settings: JsonObject,
  reading: PageReading,
): string {
  const { id: own } = settings;
  // A persona is named in settings, never in expressions, so its id may have hyphens (personas.md: data-science).
  const fits = (id: string): boolean => isId(role === 'persona' ? id.replaceAll('-', '_') : id);
  if (typeof own === 'string' && fits(own)) return own;
  const id = defaultId(role, macro.title);
  if (own === undefined && id !== undefined) return id;
  const stand = `${role.replaceAll('-', '_')}_${address.replaceAll('.', '_')}`;
  if (own !== undefined) {
    const message = `${JSON.stringify(own)} cannot be an id. Ids are snake_case, begin with a letter, and are no reserved word.`;
    reading.report(block, address, 'id.invalid', message, 0, macro.column);
  } else {
    const given = idOf(macro.title.slice(0, LONGEST_TITLE));
    const why = given === '' ? 'The title gives no id' : `The title gives the id “${given}”, which cannot be one`;
    const message = `${why}. Add a line such as id: ${role.replaceAll('-', '_')}_1 to the settings.`;
    reading.report(block, address, 'id.missing', message, 0, macro.column);
  }
  return stand;
}

/** The id of a node whose settings give none; undefined when they must. */
export function defaultId(role: Role, title: string): string | undefined {
  const id = idOf(title.slice(0, LONGEST_TITLE));
  if (id === '' && (role === 'otherwise' || role === 'undo')) return role;
  return isId(id) ? id : undefined;
}

function placeAt(block: Block, address: string, line: number, column: number): Place {
  return { ...placeIn(block, line, column), block: uuidOf(block.content) ?? address };
}
