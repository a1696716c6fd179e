import { hash } from 'node:crypto';
import { splitText } from '../graph/block-text.ts';
import { dayOfFile, formatDay } from '../graph/journal-names.ts';
import { decodeName } from '../graph/names.ts';
import { isUuid } from '../graph/uuid.ts';
import { headProperties, parseOutline, walkBlocks, type Outline } from '../../shared/outline/index.ts';
import type { PageFacts } from './facts.ts';
import { factsOf, isoDay, listed, type SourceBlock } from './facts-of.ts';
import { factsOfOther } from './other-files.ts';
import type { GraphSettings } from './settings.ts';

/** A file of a graph as it was read. */
export interface ReadFile {
  /** Relative to the graph's folder, with `/`. */
  path: string;
  bytes: Buffer;
  changed: number;
}

const NO_PROPERTIES: Readonly<Record<string, string>> = {};

/** The facts of a file; null for one that is no text. */
export function factsOfFile({ path, bytes, changed }: ReadFile, settings: GraphSettings): PageFacts | null {
  const text = decode(bytes);
  if (text === null) return null;
  const revision = hash('sha256', bytes);
  const { kind, name, day } = nameOfFile(path, settings);
  if (kind === 'org' || kind === 'whiteboard') return factsOfOther(name, kind, { path, revision, changed }, text);
  const outline = parseOutline(text);
  const properties = { ...frontMatter(outline.preamble), ...headProperties(outline.preamble) };
  const title = properties.title?.trim();
  return factsOf(
    {
      name: title === undefined || title === '' ? name : title,
      kind,
      path,
      revision,
      changed,
      day,
      properties,
      blocks: sourceBlocks(outline),
      text: () => text,
    },
    settings,
  );
}

/** Of a file that is there and cannot be read: what it is called. */
export function factsOfUnread(path: string, settings: GraphSettings): PageFacts {
  return factsOfOther(nameOfFile(path, settings).name, 'unread', { path, revision: '' }, '');
}

/** What a file's path says of the page in it. */
function nameOfFile(path: string, settings: GraphSettings): { kind: PageFacts['kind']; name: string; day?: string } {
  const slash = path.lastIndexOf('/');
  const file = path.slice(slash + 1);
  const dot = file.lastIndexOf('.');
  const body = file.slice(0, dot).normalize('NFC');
  const isJournal = path.startsWith(`${settings.journals}/`);
  const kind =
    file.slice(dot).toLowerCase() === '.org'
      ? 'org'
      : path.startsWith('whiteboards/')
        ? 'whiteboard'
        : isJournal
          ? 'journal'
          : path.startsWith(`${settings.pages}/`)
            ? 'page'
            : 'beside';
  const day = isJournal ? dayOfFile(body, settings.journalFile) : undefined;
  if (day) return { kind, name: formatDay(day, settings.journalTitle), day: isoDay(day) };
  return { kind: kind === 'journal' ? 'page' : kind, name: decodeName(body, settings.nameFormat) };
}

function* sourceBlocks(outline: Outline): Iterable<SourceBlock> {
  let taken: Set<string> | undefined;
  for (const { block, depth, address } of walkBlocks(outline.blocks)) {
    const { content, properties } = block.content.includes('::')
      ? splitText(block.content)
      : { content: block.content, properties: NO_PROPERTIES };
    const id = properties.id;
    let ref = `@${address}`;
    if (id !== undefined && isUuid(id)) {
      taken ??= new Set();
      if (!taken.has(id)) ref = id;
      taken.add(id);
    }
    const { id: _, ...others } = id === undefined ? { id, ...properties } : properties;
    yield {
      ref,
      uuid: id !== undefined && isUuid(id) ? id : undefined,
      line: block.source?.line,
      depth,
      content,
      properties: id === undefined ? properties : others,
    };
  }
}

/** Other programs write a page's properties as YAML between two lines of dashes; simple ones are read. */
function frontMatter(preamble: string): Record<string, string> {
  const matter = /^\uFEFF?---\r?\n([\s\S]*?)\r?\n---/.exec(preamble)?.[1];
  const properties: Record<string, string> = {};
  if (matter === undefined) return properties;
  for (const [, name, value] of matter.matchAll(/^([\w-]+):[ \t]+(\S.*?)[ \t]*$/gm)) {
    // The name of a page is what the graph's port says it is.
    if (name!.toLowerCase() === 'title') continue;
    const list = /^\[(.*)\]$/.exec(value!)?.[1];
    properties[name!.toLowerCase()] =
      list === undefined ? value!.replace(/^["'](.*)["']$/, '$1') : listed(list).join(', ');
  }
  return properties;
}

/** What is no text would not come back as it was. */
function decode(bytes: Buffer): string | null {
  try {
    const text = decoder.decode(bytes);
    return text.includes('\0') ? null : text;
  } catch {
    // Told as a note by whoever asked.
    return null;
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
