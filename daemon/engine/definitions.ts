import { isObject, type JsonObject } from '../../shared/json.ts';
import { readJson } from '../../shared/read-json.ts';
import { hashDefinition } from '../../shared/workflow/canonical.ts';
import { walk, type Definition, type NodePath } from '../../shared/workflow/definition.ts';
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

/**
 * The steps that come after a node in document order and change something: what a signature at it lets happen. All of them without
 * a node, but for those that are `done`.
 */
export function effectsAfter(
  definition: Definition,
  path: string | undefined,
  effectOf: (uses: string, settings: JsonObject) => string | undefined,
  done: (path: NodePath) => boolean = () => false,
): { title: string; uses: string; effect: string }[] {
  const found: { title: string; uses: string; effect: string }[] = [];
  let after = path === undefined;
  for (const { node, path: here } of walk(definition.body)) {
    if (here === path) after = true;
    if (!after || node.role !== 'step' || here.startsWith(`${path}/`) || done(here)) continue;
    const uses = String(node.settings.uses);
    const effect = effectOf(uses, (node.settings.with ?? {}) as JsonObject);
    if (effect === 'write' || effect === 'irreversible') found.push({ title: node.title || node.id, uses, effect });
  }
  return found;
}
