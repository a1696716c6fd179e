import { hash } from 'node:crypto';
import type { GraphBlock } from './graph.ts';

/** Properties that say nothing about what a block means: its identity, and whether it is folded at the moment. */
const ASIDE = new Set(['id', 'collapsed']);

/**
 * What tells whether somebody changed a block: equal for two blocks that say the same. Blanks at the ends of lines and the
 * kind of line break do not count, since editors change them by themselves.
 */
export function fingerprint(block: Pick<GraphBlock, 'content'> & { properties?: Record<string, string> }): string {
  const properties = Object.entries(block.properties ?? {})
    .filter(([name]) => !ASIDE.has(name))
    .map(([name, value]) => `${name}:: ${value.trim()}`)
    .sort();
  return digest([block.content.replace(/[ \t\r]+$/gm, '').trim(), ...properties].join('\n'));
}

/** The same for the value of a page's property. */
export const valueFingerprint = (value: string): string => digest(value.trim());

const digest = (text: string): string => hash('sha256', text).slice(0, 24);
