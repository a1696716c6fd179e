import { hashJson } from '../../shared/canonical-json.ts';
import type { JsonObject } from '../../shared/json.ts';
import { readJson } from '../../shared/read-json.ts';
import type { PersonaShape } from '../../shared/workflow/role.ts';

/** A persona of a page, as people trust it: all that it may do, and what it is called. */
export interface PersonaPage {
  title: string;
  shape: PersonaShape;
}

/** The name under which a persona is trusted: of all of it. */
export function hashPersona(persona: PersonaPage): string {
  return hashJson({ persona });
}

/** A persona as the journal keeps it, beside the definitions of workflows. */
export function personaBody(persona: PersonaPage): string {
  return JSON.stringify({ persona });
}

/** The persona that a kept body holds; undefined when it holds something else. */
export function personaOf(body: string): PersonaPage | undefined {
  return (readJson(body) as unknown as { persona?: PersonaPage }).persona;
}

/** Exactly what a person is shown before they trust a persona. */
export function shownPersona({ title, shape }: PersonaPage, hash: string): JsonObject {
  return { kind: 'trust', persona: hash, title: `Persona ${title || shape.id}`, may: shape as unknown as JsonObject };
}
