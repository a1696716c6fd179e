import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePersona } from '../../shared/workflow/persona.ts';
import type { PersonaShape } from '../../shared/workflow/role.ts';

/** The personas of a folder of pages, by id. Throws when a page in it is none: a persona that is silently missing permits nothing. */
export function loadPersonas(folder: string): Map<string, PersonaShape> {
  const personas = new Map<string, PersonaShape>();
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.md'))) {
    const persona = parsePersona(readFileSync(join(folder, name), 'utf8'));
    if (!persona) throw new Error(`${join(folder, name)} has no readable persona block`);
    personas.set(persona.id, persona);
  }
  return personas;
}
