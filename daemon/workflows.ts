import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail } from '../shared/failure.ts';
import { nearest } from '../shared/workflow/nearest.ts';
import { parseWorkflowText, LIMITS, type ParsedWorkflow } from '../shared/workflow/parse.ts';
import { idOf } from '../shared/workflow/identifier.ts';
import { walk, type Definition } from '../shared/workflow/definition.ts';
import type { Graph } from './graph/graph.ts';

/** The workflows that come with Stagebook. */
export const SHIPPED = fileURLToPath(new URL('../workflows', import.meta.url));

/** A workflow page as it was found. */
export interface Source {
  /** What `file:line:column` is printed with. */
  name: string;
  text: string;
  parsed: ParsedWorkflow;
  shipped: boolean;
  /** The page of the graph that it is. */
  page?: string;
}

/** Names of the shipped workflows, as `run` takes them. */
export function shippedNames(): string[] {
  return readdirSync(SHIPPED)
    .filter((file) => file.endsWith('.md'))
    .map((file) => basename(file, '.md'));
}

/**
 * Finds a workflow: a file, a page of the graph, or a shipped one by its name. Throws `page.not_found` with the nearest
 * name, and `page.unreadable` for what is no text.
 */
export async function findWorkflow(name: string, graph?: Graph): Promise<Source> {
  if (existsSync(name) && statSync(name).isFile()) return read(name, resolve(name).startsWith(SHIPPED));
  const page = await graph?.read(name);
  if (page?.text !== undefined) {
    const parsed = parseWorkflowText(page.text);
    return { name: page.name, text: page.text, parsed, shipped: false, page: page.name };
  }
  const file = join(SHIPPED, `${idOf(name).replaceAll('_', '-')}.md`);
  if (existsSync(file)) return read(file, true);
  const near = fileNear(name) ?? nearest(name, [...shippedNames(), ...(await namesIn(graph))]);
  const hint = near ? ` Did you mean ${near}?` : graph ? '' : ' For a page of a graph, give its folder with --graph.';
  throw fail(
    'not-found',
    'page.not_found',
    `There is no page or file “${name}”${graph ? ' in the graph' : ''}, and no shipped workflow of that name.${hint}`,
  );
}

/** The page beside a file that is not there whose name is nearest to its own. */
function fileNear(file: string): string | undefined {
  const folder = dirname(file);
  if (existsSync(`${file}.md`)) return `${file}.md`;
  if (!file.endsWith('.md') || !existsSync(folder)) return undefined;
  const near = nearest(
    basename(file),
    readdirSync(folder).filter((each) => each.endsWith('.md')),
  );
  return near === undefined ? undefined : join(folder, near);
}

async function namesIn(graph: Graph | undefined): Promise<string[]> {
  const names: string[] = [];
  for await (const name of graph?.pages() ?? []) names.push(name);
  return names;
}

function read(file: string, shipped: boolean): Source {
  if (statSync(file).size > LIMITS.characters * 4) {
    throw fail(
      'invalid',
      'limit.page',
      `${file} is too large for a page (${Math.round(statSync(file).size / 2 ** 20)} MB).`,
    );
  }
  const text = readFileSync(file, 'utf8');
  return { name: file, text, parsed: parseWorkflowText(text), shipped };
}

/**
 * The pages that a workflow calls and that are no shipped ones, theirs included: files beside it, or pages of the graph. What
 * is not found, or cannot be read, is left to the checker, which knows the place.
 */
export async function calledPages(source: Caller, graph?: Pick<Graph, 'read'>): Promise<Record<string, Definition>> {
  return definitionsOf(await calledSources(source, graph));
}

type Caller = Pick<Source, 'name'> & { parsed: Pick<ParsedWorkflow, 'definition'> };

/** The same with where each was found, by the name it is called by; also those that cannot be read as a workflow. */
export async function calledSources(source: Caller, graph?: Pick<Graph, 'read'>): Promise<Map<string, Source>> {
  const sources = new Map<string, Source>();
  const open = source.parsed.definition ? [source.parsed.definition] : [];
  for (let definition = open.pop(); definition; definition = open.pop()) {
    for (const { node } of walk(definition.body)) {
      const name = node.role === 'call' ? node.settings.page : undefined;
      if (typeof name !== 'string' || sources.has(name) || shippedDefinitions().has(name)) continue;
      const called = await findCalled(name, source, graph);
      if (!called) continue;
      sources.set(name, called);
      if (called.parsed.definition) open.push(called.parsed.definition);
    }
  }
  return sources;
}

/** Those of them that can be read. */
export function definitionsOf(sources: ReadonlyMap<string, Source>): Record<string, Definition> {
  const pages: Record<string, Definition> = {};
  for (const [name, { parsed }] of sources) if (parsed.definition) pages[name] = parsed.definition;
  return pages;
}

async function findCalled(
  name: string,
  source: Pick<Source, 'name'>,
  graph?: Pick<Graph, 'read'>,
): Promise<Source | undefined> {
  const page = await graph?.read(name);
  if (page?.text !== undefined) {
    return { name, text: page.text, parsed: parseWorkflowText(page.text), shipped: false, page: name };
  }
  if (!existsSync(source.name)) return undefined;
  const folder = dirname(source.name);
  let unreadable: Source | undefined;
  for (const file of readdirSync(folder).filter((each) => each.endsWith('.md'))) {
    const path = join(folder, file);
    if (statSync(path).size > LIMITS.characters * 4) continue;
    const found = read(path, false);
    const { definition } = found.parsed;
    const isNamed = basename(file, '.md') === name;
    if (definition && (isNamed || definition.header.title === name)) return found;
    if (!definition && isNamed) unreadable = found;
  }
  return unreadable;
}

/** The shipped workflows that can be read, by title and by file name: what `call` names. */
export function shippedDefinitions(): ReadonlyMap<string, Definition> {
  return (shipped ??= readShipped());
}

/** They do not change while a process lives, and most commands need none of them. */
let shipped: ReadonlyMap<string, Definition> | undefined;

function readShipped(): ReadonlyMap<string, Definition> {
  const found = new Map<string, Definition>();
  for (const name of shippedNames()) {
    const { definition } = parseWorkflowText(readFileSync(join(SHIPPED, `${name}.md`), 'utf8'));
    if (!definition) continue;
    found.set(name, definition);
    found.set(definition.header.title, definition);
  }
  return found;
}
