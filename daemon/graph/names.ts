import { fail } from '../../shared/failure.ts';

/** How a graph turns page names into file names: `:file/name-format` of `logseq/config.edn`. */
export type NameFormat = 'triple-lowbar' | 'legacy';

/** Names that Windows gives to devices, whatever their extension. Logseq marks exactly these, in capitals. */
const DEVICES = /^(?:CON|PRN|AUX|NUL|COM[1-9]|LPT[1-9])$/;
const RESERVED = /[:*?"<>|#\\]+/g;
const ESCAPE = /%[0-9a-f]{2}/gi;
/** The longest file name that all usual file systems take, in bytes, less our extension and what marks a temporary file. */
const MAX_BYTES = 240;

/** What two names have in common when Logseq takes them for the same page. */
export function pageKey(name: string): string {
  return trimSlashes(name).normalize('NFC').toLowerCase();
}

/**
 * Refuses a name that no Logseq graph can hold as a page of its own (`graph.bad_name`).
 * Names with `..` or slashes are fine: they are text, and the encoding leaves no separator in them.
 */
export function checkName(name: string): void {
  const why = whyBad(name);
  if (why) throw fail('invalid', 'graph.bad_name', `“${printable(name)}” cannot be a page's name: ${why}.`);
}

function whyBad(name: string): string | undefined {
  if (pageKey(name) === '') return 'nothing is left of it without blanks and slashes';
  if (/[\u0000-\u001f\u007f]/.test(name)) return 'it contains a line break or another control character';
  if (!name.isWellFormed()) return 'it is not valid Unicode';
  for (const format of ['triple-lowbar', 'legacy'] as const) {
    if (Buffer.byteLength(encodeName(name, format)) > MAX_BYTES) return 'it is too long for a file name; shorten it';
  }
  return undefined;
}

/** The file's name without its extension, as Logseq would choose it. Never contains a separator, never hidden. */
export function encodeName(name: string, format: NameFormat): string {
  const clean = trimSlashes(name).normalize('NFC');
  if (format === 'legacy') return clean.replace(/[\\#|%:*?"<>/]+/g, percent);
  const escaped = clean
    .replace(ESCAPE, (escape) => escape.replace('%', '%25'))
    .replace(RESERVED, percent)
    .replace(/^\./, '%2E');
  // A trailing separator keeps Windows from dropping a final dot or opening a device, and vanishes when read back.
  const safe = DEVICES.test(escaped) || escaped.endsWith('.') ? `${escaped}/` : escaped;
  return safe.replaceAll('___', '%5F%5F%5F').replaceAll('_/', '%5F/').replaceAll('/_', '/%5F').replaceAll('/', '___');
}

/** The page's name that Logseq reads from a file's name without extension, when no `title::` says otherwise. */
export function decodeName(body: string, format: NameFormat): string {
  if (format === 'legacy') {
    const title = body.replaceAll('.', '/');
    return decodePercent(title) ?? title;
  }
  return body
    .replaceAll('___', '/')
    .replace(ESCAPE, (escape) => decodePercent(escape) ?? escape)
    .split('/')
    .filter((part) => part !== '')
    .join('/');
}

/** Whether the file's name alone does not give the page's name back, so that the page needs a `title::`. */
export function needsTitle(name: string, format: NameFormat): boolean {
  return decodeName(encodeName(name, format), format) !== name.trim().normalize('NFC');
}

function trimSlashes(name: string): string {
  return name.trim().replace(/^\//, '').replace(/\/$/, '');
}

function percent(characters: string): string {
  return encodeURIComponent(characters).replaceAll('*', '%2A');
}

function decodePercent(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not an escape after all: Logseq leaves such a name as it is.
    return undefined;
  }
}

function printable(name: string): string {
  const line = JSON.stringify(name).slice(1, -1);
  return line.length > 80 ? `${line.slice(0, 80)}…` : line;
}
