import { stringify } from 'yaml';
import type { Json } from '../../shared/json.ts';
import type { Block } from '../../shared/outline/index.ts';
import type { Role } from '../../shared/workflow/definition.ts';
import { writeFence } from '../../shared/workflow/fences.ts';

export interface Settings {
  [name: string]: Json;
}

/** A block of prose. */
export function blockOf(content: string, children: Block[] = []): Block {
  return { content, children };
}

/** A block that is a node, with its settings and its code. */
export function nodeOf(
  role: Role,
  title: string,
  settings: Settings,
  children: Block[] = [],
  heading = '',
  source?: { language: string; text: string },
): Block {
  const head = `${heading}{{renderer :stagebook, ${role}}} ${proseOf(title.replace(/\s+/g, ' ').trim())}`;
  const yaml = Object.keys(settings).length === 0 ? [] : [writeFence('yaml', yamlOf(settings))];
  const code = source ? [writeFence(source.language, source.text)] : [];
  return { content: [head, ...yaml, ...code].join('\n'), children };
}

/** Short settings on lines of their own; a text of several lines as such, so that it can be read. */
function yamlOf(settings: Settings): string {
  return stringify(settings, { lineWidth: 0, blockQuote: 'literal' }).trimEnd();
}

/**
 * Markdown of somebody else as prose: nothing in it is a macro, so it is no node, and nothing is a property. A backslash is
 * all that it gets.
 */
export function proseOf(text: string): string {
  return text.replace(/\{(?=\{)/g, '{\\').replace(/(?<=:):(?=\s|$)/gm, '\\:');
}
