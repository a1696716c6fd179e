import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseOutline, walkBlocks } from '../../shared/outline/index.ts';
import { covers } from '../../shared/workflow/covers.ts';
import { readMacro } from '../../shared/workflow/macro.ts';
import { parsePersona } from '../../shared/workflow/persona.ts';

/** A persona as blocks show it: its title, and how many of the registered tools it may use. */
export interface PersonaCard {
  id: string;
  title: string;
  tools: number;
}

/** The personas of a folder of pages, by id. */
export function personaCards(folder: string, actions: ReadonlyMap<string, unknown>): Map<string, PersonaCard> {
  const cards = new Map<string, PersonaCard>();
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.md'))) {
    const text = readFileSync(join(folder, file), 'utf8');
    const persona = parsePersona(text);
    if (!persona) continue;
    const tools = [...actions.keys()].filter((name) => persona.actions.some((pattern) => covers(pattern, name))).length;
    cards.set(persona.id, { id: persona.id, title: titleOf(text) || persona.id, tools });
  }
  return cards;
}

function titleOf(text: string): string | undefined {
  for (const { block } of walkBlocks(parseOutline(text).blocks)) {
    const macro = readMacro(block.content.split('\n', 1)[0]!);
    if (macro?.role === 'persona') return macro.title;
  }
  return undefined;
}
