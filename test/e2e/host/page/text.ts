import type { MacroCall } from './slots.ts';

/** A block's text as it is drawn: its first line, what stands above the body, and the body. */
export interface BlockText {
  marker?: string;
  priority?: string;
  /** 1 to 6. */
  heading?: number;
  title: string;
  properties: [key: string, value: string][];
  body: Part[];
}

export type Part =
  | { kind: 'text'; text: string }
  | { kind: 'quote'; text: string }
  /** The first row is its head. */
  | { kind: 'table'; rows: string[][] }
  | Fence;
export interface Fence {
  kind: 'fence';
  language: string;
  code: string;
  /** Where the code begins and ends in the block's text. */
  from: number;
  to: number;
}

const MARKER = /^(TODO|DOING|DONE|NOW|LATER|WAITING|WAIT|IN-PROGRESS|CANCELED|CANCELLED)(?= |$)\s*/;
/** Properties that Logseq keeps to itself. */
const HIDDEN = new Set(['id', 'collapsed', 'heading', 'created-at', 'updated-at', 'background-color', 'template-id']);

/** Takes a block's text apart as Logseq's Markdown does, as far as outlines, properties and fences go. */
export function readBlock(content: string, kind: 'file' | 'db'): BlockText {
  const read: BlockText = { title: '', properties: [], body: [] };
  const lines = content.split('\n');
  let at = 0;
  let offset = 0;
  const next = () => {
    offset += lines[at]!.length + 1;
    at += 1;
  };
  const [first = ''] = lines;
  if (!isFence(first) && !propertyOf(first, kind)) {
    let title = first;
    const [hashes = ''] = /^#{1,6} /.exec(title) ?? [];
    if (hashes) read.heading = hashes.length - 1;
    title = title.slice(hashes.length);
    const [whole, marker] = (kind === 'file' && MARKER.exec(title)) || [];
    if (marker !== undefined) {
      read.marker = marker;
      title = title.slice(whole!.length);
    }
    const [prioritised, priority] = /^\[#([ABC])\]\s*/.exec(title) ?? [];
    if (priority !== undefined) {
      read.priority = priority;
      title = title.slice(prioritised!.length);
    }
    read.title = title;
    next();
  }
  let text: string[] = [];
  const flush = () => {
    const joined = text.join('\n').replace(/^\n+|\s+$/g, '');
    const quoted = joined !== '' && joined.split('\n').every((line) => line.startsWith('>'));
    if (quoted) read.body.push({ kind: 'quote', text: joined.replace(/^> ?/gm, '') });
    else if (joined !== '') read.body.push({ kind: 'text', text: joined });
    text = [];
  };
  while (at < lines.length) {
    const line = lines[at]!;
    const rows = tableAt(lines, at);
    const property = read.body.length === 0 && text.length === 0 ? propertyOf(line, kind) : undefined;
    if (property) {
      if (!HIDDEN.has(property[0])) read.properties.push(property);
      next();
    } else if (rows.length > 0) {
      flush();
      read.body.push({ kind: 'table', rows });
      // And the line beneath its head.
      for (let left = rows.length + 1; left > 0; left -= 1) next();
    } else if (isFence(line)) {
      flush();
      const fence = line.trim().slice(0, 3);
      const language = line.trim().slice(3).trim();
      next();
      const from = offset;
      const code: string[] = [];
      while (at < lines.length && !lines[at]!.trim().startsWith(fence)) {
        code.push(lines[at]!);
        next();
      }
      read.body.push({ kind: 'fence', language, code: code.join('\n'), from, to: Math.max(from, offset - 1) });
      if (at < lines.length) next();
    } else {
      text.push(line);
      next();
    }
  }
  flush();
  return read;
}

const isFence = (line: string): boolean => /^\s*(```|~~~)/.test(line);

/** The rows of the table that begins at a line, without the line beneath its head; none where none begins. */
function tableAt(lines: readonly string[], at: number): string[][] {
  const isRow = (line = '') => /^\s*\|.*\|\s*$/.test(line);
  if (!isRow(lines[at]) || !/^\s*\|(?:\s*:?-+:?\s*\|)+\s*$/.test(lines[at + 1] ?? '')) return [];
  const from = at + 2;
  const over = lines.findIndex((line, n) => n >= from && !isRow(line));
  const rows = [lines[at]!, ...lines.slice(from, over === -1 ? undefined : over)];
  return rows.map((row) =>
    row
      .trim()
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((text) => text.trim().replaceAll('\\|', '|')),
  );
}

function propertyOf(line: string, kind: 'file' | 'db'): [key: string, value: string] | undefined {
  const [, key, value] = (kind === 'file' && /^\s*([^\s:`{}()[\]"]+)::(?: (.*)|$)/.exec(line)) || [];
  return key === undefined ? undefined : [key.toLowerCase(), value?.trim() ?? ''];
}

/** A piece of a line. */
export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'macro'; macro: MacroCall }
  | { kind: 'page'; name: string }
  | { kind: 'tag'; name: string }
  | { kind: 'block'; uuid: string }
  | { kind: 'link'; label: string; url: string }
  | { kind: 'code' | 'strong' | 'em' | 'del' | 'mark'; text: string };

const INLINE = new RegExp(
  [
    String.raw`\{\{(?<macro>[^\n]*?)\}\}`,
    String.raw`#\[\[(?<longtag>[^\]\n]+)\]\]`,
    String.raw`\[\[(?<page>[^\]\n]+)\]\]`,
    String.raw`\(\((?<block>[0-9a-f]{8}-[0-9a-f-]{27})\)\)`,
    '`(?<code>[^`\n]+)`',
    String.raw`\[(?<label>[^\]\n]*)\]\((?<url>[^)\s]+)\)`,
    String.raw`(?<bare>https?://[^\s<>)\]]+)`,
    String.raw`\*\*(?<strong>[^*\n]+)\*\*`,
    String.raw`(?<![\w*])[*_](?<em>[^*_\s][^*_\n]*)[*_](?![\w*])`,
    String.raw`~~(?<del>[^~\n]+)~~`,
    String.raw`==(?<mark>[^=\n]+)==`,
    String.raw`(?<=^|\s)#(?<tag>[^\s#[\](),.;:!?]+)`,
  ].join('|'),
  'g',
);

export function readInline(text: string): Inline[] {
  const parts: Inline[] = [];
  let done = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > done) parts.push({ kind: 'text', text: text.slice(done, match.index) });
    parts.push(inlineOf(match.groups ?? {}));
    done = match.index + match[0].length;
  }
  if (done < text.length) parts.push({ kind: 'text', text: text.slice(done) });
  return parts;
}

function inlineOf(groups: Record<string, string | undefined>): Inline {
  const { macro, longtag, page, block, label, url, bare, tag } = groups;
  if (macro !== undefined) return { kind: 'macro', macro: macroOf(macro) };
  if (longtag !== undefined || tag !== undefined) return { kind: 'tag', name: longtag ?? tag! };
  if (page !== undefined) return { kind: 'page', name: page };
  if (block !== undefined) return { kind: 'block', uuid: block };
  if (url !== undefined) return { kind: 'link', label: label!, url };
  if (bare !== undefined) return { kind: 'link', label: bare, url: bare };
  for (const kind of ['code', 'strong', 'em', 'del', 'mark'] as const)
    if (groups[kind] !== undefined) return { kind, text: groups[kind] };
  return { kind: 'text', text: '' };
}

/** `renderer :stagebook, step, a "b, c"`: the name ends at the first space, and commas split, also between quotes. */
function macroOf(text: string): MacroCall {
  const [, name = '', rest = ''] = /^\s*(\S*)\s*([\s\S]*)$/.exec(text) ?? [];
  return { name, arguments: rest.trim() === '' ? [] : rest.split(',').map((one) => one.trim()) };
}
