import { hash } from 'node:crypto';
import type { GraphBlock } from '../graph/graph.ts';
import type { DocBlock } from '../pages/page.ts';
import { markdown, unescaped } from './text.ts';

/** Release notes: the groups of a Keep a Changelog section with their entries, each one or more lines of Markdown. */
export interface NoteGroup {
  /** Empty for entries before the first heading. */
  title: string;
  entries: string[];
}

/** Reads the body of a changelog section. Never throws: what is no heading and no entry is an entry of its own. */
export function readNotes(text: string): NoteGroup[] {
  const groups: NoteGroup[] = [{ title: '', entries: [] }];
  let open = false;
  for (const line of text.split(/\r?\n/)) {
    const entries = groups.at(-1)!.entries;
    const heading = /^#{1,6}\s+(.*?)\s*#*$/.exec(line)?.[1];
    const entry = /^[-*+]\s+(.*)$/.exec(line)?.[1];
    if (heading !== undefined) groups.push({ title: unescaped(heading), entries: [] });
    else if (entry !== undefined) entries.push(unescaped(entry));
    else if (line.trim() !== '' && open) entries.push(`${entries.pop() ?? ''}\n${unescaped(line.trim())}`);
    else if (line.trim() !== '') entries.push(unescaped(line.trim()));
    open = line.trim() !== '' && heading === undefined;
  }
  return groups.filter(({ title, entries }) => title !== '' || entries.length > 0);
}

/** The notes as blocks, each entry under a key of its own words, so that an edited one is never taken for another. */
export function noteBlocks(groups: readonly NoteGroup[], key: string): DocBlock[] {
  const unique = uniqueKeys();
  return groups.flatMap(({ title, entries }) => {
    if (title === '') return entryBlocks(entries, `${key}/text`);
    const own = unique(`${key}/${title.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-')}`);
    return [{ key: own, content: `### ${markdown(title)}`, children: entryBlocks(entries, own) }];
  });
}

/**
 * A part of a page back as the Markdown of a changelog section, with what persons made of it: headings, and lists beneath
 * them. Logseq's bullets, properties and our escapes are gone.
 */
export function sectionText(block: Pick<GraphBlock, 'children'>): string {
  const parts: string[] = [];
  let list: string[] = [];
  const endList = (): void => {
    if (list.length > 0) parts.push(list.join('\n'));
    list = [];
  };
  for (const child of block.children) {
    const heading = /^#{1,6}\s/.test(child.content);
    if (heading) {
      endList();
      parts.push(unescaped(child.content));
      list = child.children.flatMap((entry) => listLines(entry, 0));
      endList();
    } else if (block.children.length === 1 && child.children.length === 0) parts.push(linesOf(child).join('\n'));
    else list.push(...listLines(child, 0));
  }
  endList();
  return parts.join('\n\n');
}

function entryBlocks(entries: readonly string[], key: string): DocBlock[] {
  const unique = uniqueKeys();
  return entries.map((entry) => ({
    key: unique(`${key}/${hash('sha256', entry).slice(0, 12)}`),
    content: entry
      .split('\n')
      .map((line) => markdown(line))
      .join('\n'),
  }));
}

/** Gives each key back as it is the first time, and with a number when it comes again. */
function uniqueKeys(): (key: string) => string {
  const counts = new Map<string, number>();
  return (key) => {
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return count === 1 ? key : `${key}-${count}`;
  };
}

function listLines(block: GraphBlock, depth: number): string[] {
  const indent = '  '.repeat(depth);
  const [first = '', ...rest] = linesOf(block);
  if (first === '' && rest.length === 0 && block.children.length === 0) return [];
  return [
    `${indent}- ${first}`,
    ...rest.map((line) => `${indent}  ${line}`),
    ...block.children.flatMap((child) => listLines(child, depth + 1)),
  ];
}

function linesOf({ content }: GraphBlock): string[] {
  return content.trim().split('\n').map(unescaped);
}
