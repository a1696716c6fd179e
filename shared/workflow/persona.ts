import { parseOutline, walkBlocks, type Block } from '../outline/index.ts';
import type { Problem } from '../problem.ts';
import { readMacro } from './macro.ts';
import { limitsIn } from './persona-limits.ts';
import { PageReading, readNode } from './node.ts';
import type { PersonaShape } from './role.ts';

/** A persona's page as it was read. `persona` is null when there is an error; `title` is what its block is called. */
export interface ParsedPersona {
  persona: PersonaShape | null;
  title: string;
  /** The address of its block on the page. */
  block: string | undefined;
  problems: Problem[];
}

/** Reads a persona's page by its one `persona` block (personas.md). */
export function parsePersonaText(text: string): ParsedPersona {
  return parsePersonaBlocks(parseOutline(text).blocks);
}

/** The same of blocks. */
export function parsePersonaBlocks(blocks: readonly Block[]): ParsedPersona {
  const reading = new PageReading();
  let persona: PersonaShape | null = null;
  let title = '';
  let at: string | undefined;
  for (const { block, address } of walkBlocks(blocks)) {
    const macro = readMacro(block.content.split('\n', 1)[0]!);
    if (macro?.role !== 'persona') continue;
    if (persona) {
      const message = 'A persona has a page of its own: move this one to another.';
      reading.report(block, address, 'persona.second', message, 0, macro.column);
      break;
    }
    const node = readNode(block, address, macro, '', reading);
    title = macro.title;
    at = address;
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
  const { problems } = reading;
  return { persona: problems.length > 0 ? null : persona, title, block: at, problems };
}

/** The persona of a page; undefined when the page has no readable one. */
export function parsePersona(text: string): PersonaShape | undefined {
  return parsePersonaText(text).persona ?? undefined;
}
