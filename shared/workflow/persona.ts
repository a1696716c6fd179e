import type { Json } from '../json.ts';
import { parseOutline, walkBlocks } from '../outline/index.ts';
import { fencesOf } from './fences.ts';
import { idOf } from './identifier.ts';
import { readMacro } from './macro.ts';
import type { PersonaShape } from './role.ts';
import { readSettings } from './settings.ts';

/** The persona of a page, by its one `persona` block; undefined when the page has none (personas.md). */
export function parsePersona(text: string): PersonaShape | undefined {
  for (const { block } of walkBlocks(parseOutline(text).blocks)) {
    const macro = readMacro(block.content.split('\n', 1)[0]!);
    if (macro?.role !== 'persona') continue;
    const fence = fencesOf(block.content).find(({ language }) => language === 'yaml' || language === 'yml');
    const { settings, problems } = readSettings(fence?.text ?? '');
    if (problems.length > 0) return undefined;
    const id = typeof settings.id === 'string' ? settings.id : idOf(macro.title);
    return { id, actions: texts(settings.actions), secrets: texts(settings.secrets) };
  }
  return undefined;
}

function texts(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
