import { parseOutline, walkBlocks, type Block } from '../outline/index.ts';
import type { JsonObject } from '../json.ts';
import type { Problem } from '../problem.ts';
import { readMacro } from './macro.ts';
import { limitsIn, texts } from './persona-limits.ts';
import { limitTroubles } from './persona-settings.ts';
import { PageReading, readNode, type NodePlace } from './node.ts';
import type { PersonaShape } from './role.ts';

/** A persona's page as it was read. `persona` is null when there is an error; `title` is what its block is called. */
export interface ParsedPersona {
  persona: PersonaShape | null;
  title: string;
  /** The address of its block on the page. */
  block: string | undefined;
  /** Where its settings stand; undefined without a persona. */
  place: NodePlace | undefined;
  /** As they are written, also what means nothing. */
  settings: JsonObject;
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
  let place: NodePlace | undefined;
  let settings: JsonObject = {};
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
    place = reading.placeOf(node);
    settings = node.settings;
    reading.problems.push(...limitTroubles(settings, place!));
    const { actions, secrets } = settings;
    persona = { id: node.id, actions: texts(actions) ?? [], secrets: texts(secrets) ?? [], ...limitsIn(settings) };
  }
  if (!persona && reading.problems.length === 0) {
    const message = 'This page has no persona: no block begins with {{renderer :stagebook, persona}}.';
    const start = { line: 1, column: 1, block: '0' };
    reading.problems.push({ code: 'persona.missing', severity: 'error', message, place: start });
  }
  const { problems } = reading;
  return { persona: problems.length > 0 ? null : persona, title, block: at, place, settings, problems };
}

/** The persona of a page; undefined when the page has no readable one. */
export function parsePersona(text: string): PersonaShape | undefined {
  return parsePersonaText(text).persona ?? undefined;
}
