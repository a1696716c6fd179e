import { isObject, type JsonObject } from '../../shared/json.ts';
import { readJson } from '../../shared/read-json.ts';
import { hashDefinition } from '../../shared/workflow/canonical.ts';
import { walk, type Definition, type Node, type NodePath, type Role } from '../../shared/workflow/definition.ts';
import type { PersonaShape } from '../../shared/workflow/role.ts';

/** What a run is pinned to: its definition, the pages it calls and the personas it was given, all as they were at the start. */
export interface Pinned {
  definition: Definition;
  /** Called pages by name, theirs included. */
  pages: Record<string, Definition>;
  personas: Record<string, PersonaShape>;
}

/** The hash that a run is pinned to and that people trust: over everything that can run (language.md, Pinning and trust). */
export function hashOf(pinned: Pinned): string {
  return hashDefinition(pinned.definition, pinned.pages);
}

/** A pinned definition as the journal keeps it. */
export function bodyOf(pinned: Pinned): string {
  return JSON.stringify(pinned);
}

/** Whether a kept body is that of a workflow: tools of a server and personas are kept and trusted beside them. */
export function isWorkflow(body: string): boolean {
  return isObject((readJson(body) as JsonObject).definition);
}

export function readBody(body: string): Pinned {
  return readJson(body) as unknown as Pinned;
}

/** A step that changes something, as people are shown it. One of a called page names that page. */
export interface ShownEffect {
  title: string;
  uses: string;
  effect: string;
}

export type EffectOf = (uses: string, settings: JsonObject) => string | undefined;

/**
 * The steps that come after a node in document order and change something, those of called pages included: what a signature at it
 * lets happen. In a loop everything in it comes after. All of them without a node, but for those that are `done`.
 */
export function effectsAfter(
  { definition, pages }: Pick<Pinned, 'definition' | 'pages'>,
  path: string | undefined,
  effectOf: EffectOf,
  done: (path: NodePath) => boolean = () => false,
): ShownEffect[] {
  const found: ShownEffect[] = [];
  const from = path === undefined ? undefined : outermostLoop(definition, path);
  let after = path === undefined;
  for (const { node, path: here } of walk(definition.body)) {
    if (here === from) after = true;
    const isItself = here === path && from === path;
    if (!after || isItself || here.startsWith(`${path}/`) || done(here)) continue;
    if (node.role === 'call') found.push(...effectsOfPage(String(node.settings.page), pages, effectOf, new Set()));
    const own = effectOfStep(node, effectOf);
    if (own) found.push(own);
  }
  return found;
}

/** Where what comes again begins: the outermost loop around a node, else the node itself. */
function outermostLoop(definition: Definition, path: NodePath): NodePath {
  for (const { node, path: here } of walk(definition.body)) {
    if (path.startsWith(`${here}/`) && LOOPS.has(node.role)) return here;
  }
  return path;
}

/** Of these a part comes again after what follows it on the page. */
export const LOOPS: ReadonlySet<Role> = new Set(['foreach', 'repeat', 'retry']);

function effectsOfPage(page: string, pages: Pinned['pages'], effectOf: EffectOf, seen: Set<string>): ShownEffect[] {
  const called = Object.hasOwn(pages, page) ? pages[page] : undefined;
  if (!called || seen.has(page)) return [];
  const within = new Set([...seen, page]);
  return walk(called.body).flatMap(({ node }) => {
    if (node.role === 'call') return effectsOfPage(String(node.settings.page), pages, effectOf, within);
    const own = effectOfStep(node, effectOf);
    return own ? [{ ...own, title: `${page}: ${own.title}` }] : [];
  });
}

function effectOfStep(node: Node, effectOf: EffectOf): ShownEffect | undefined {
  if (node.role !== 'step') return undefined;
  const uses = String(node.settings.uses);
  const effect = effectOf(uses, (node.settings.with ?? {}) as JsonObject);
  return effect === 'write' || effect === 'irreversible' ? { title: node.title || node.id, uses, effect } : undefined;
}
