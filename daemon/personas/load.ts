import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePersonaText } from '../../shared/workflow/persona.ts';
import type { PersonaShape } from '../../shared/workflow/role.ts';
import type { PersonaPage } from './persona-page.ts';

/** The pages of personas in a folder, by id. Throws when a page in it is none: a persona that is silently missing permits nothing. */
export function loadPersonaPages(folder: string): Map<string, PersonaPage> {
  const pages = new Map<string, PersonaPage>();
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.md'))) {
    const { persona: shape, title } = parsePersonaText(readFileSync(join(folder, name), 'utf8'));
    if (!shape) throw new Error(`${join(folder, name)} has no readable persona block`);
    pages.set(shape.id, { title, shape });
  }
  return pages;
}

/** What the personas of a folder of pages may do, by id. */
export function loadPersonas(folder: string): Map<string, PersonaShape> {
  return new Map([...loadPersonaPages(folder)].map(([id, { shape }]) => [id, shape]));
}
