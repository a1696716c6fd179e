import { parseOutline, walkBlocks } from '../outline/index.ts';
import type { Problem } from '../problem.ts';
import { readMacro } from './macro.ts';
import { limitsIn } from './persona-limits.ts';
import { PageReading, readNode } from './node.ts';
import type { PersonaShape } from './role.ts';

/** Reads a persona's page by its one `persona` block (personas.md). `persona` is null when there is an error. */
export function parsePersonaText(text: string): { persona: PersonaShape | null; problems: Problem[] } {
  const reading = new PageReading();
  let persona: PersonaShape | null = null;
  for (const { block, address } of walkBlocks(parseOutline(text).blocks)) {
    const macro = readMacro(block.content.split('\n', 1)[0]!);
    if (macro?.role !== 'persona') continue;
    if (persona) {
      const message = 'A persona has a page of its own: move this one to another.';
      reading.report(block, address, 'persona.second', message, 0, macro.column);
      break;
    }
    const node = readNode(block, address, macro, '', reading);
    const list = (name: string): string[] => {
      const value = node.settings[name] ?? [];
      if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
      reading.report(block, address, 'setting.type', `${name} must be a list of texts.`, 0, macro.column);
      return [];
    };
    persona = { id: node.id, actions: list('actions'), secrets: list('secrets'), ...limitsIn(node.settings) };
  }
  if (!persona && reading.problems.length === 0) {
    const message = 'This page has no persona: no block begins with {{renderer :stagebook, persona}}.';
    const place = { line: 1, column: 1, block: '0' };
    reading.problems.push({ code: 'persona.missing', severity: 'error', message, place });
  }
  return { persona: reading.problems.length > 0 ? null : persona, problems: reading.problems };
}

/** The persona of a page; undefined when the page has no readable one. */
export function parsePersona(text: string): PersonaShape | undefined {
  return parsePersonaText(text).persona ?? undefined;
}
