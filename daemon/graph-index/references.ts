import { Verbatim } from '../../shared/outline/verbatim.ts';

/** What a text refers to, in Logseq's Markdown. */
export interface Seen {
  link(kind: 'link' | 'tag' | 'embed', name: string): void;
  /** A destination of `[…](…)` that is neither an address nor a page, or the path that a macro shows. */
  path(written: string): void;
  block(uuid: string, label: string | undefined): void;
  query(text: string): void;
  code(text: string): void;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** Blocks between `#+BEGIN_` and `#+END_` whose text is prose. All others are shown as they are. */
const PROSE = /^#\+begin_(?:quote|note|tip|important|caution|warning|pinned|center|verse)\b/i;
const SHOWS_FILE = /^(?:video|audio|pdf|image|img)$/i;
const ENDS_TAG = /[\s,;"'()[\]{}<>|`#\\]/;
const MOST_OPEN = 50;
/** Longer ones are no names of pages: no file could have them. */
const LONGEST_NAME = 400;

/**
 * Finds every reference in a block's text or a property's value. Those in code, formulas, comments, HTML, drawers and in
 * macros other than `embed` are none, as in Logseq. Linear in the text but for unclosed marks, which end with their line.
 */
export function scanReferences(text: string, seen: Seen): void {
  if (!/[[(#{`]/.test(text)) return;
  const verbatim = /[`~:$<]|#\+|\\begin/i.test(text) ? new Verbatim(text) : undefined;
  for (let at = 0; at < text.length;) {
    let end = text.indexOf('\n', at);
    if (end === -1) end = text.length;
    if (verbatim) {
      let start = at;
      while (start < end && (text[start] === ' ' || text[start] === '\t')) start += 1;
      const close = verbatim.endOf(start, at === 0);
      if (close !== -1 && !PROSE.test(text.slice(start, start + 20))) {
        seeFence(text.slice(start, close), seen);
        at = close;
        continue;
      }
      if (close !== -1) {
        at = end + 1;
        continue;
      }
    }
    scanLine(text, at, end, seen);
    at = end + 1;
  }
}

/** An advanced query is no reference, but says which pages are looked for. */
function seeFence(piece: string, seen: Seen): void {
  if (/^#\+begin_query/i.test(piece)) seen.query(piece);
}

/** Finds what closes something on a line, and does not look again for what is not there: linear however a line is made. */
class Closings {
  readonly #text: string;
  readonly #end: number;
  readonly #inVain = new Set<string>();
  /** How many round brackets of links were never closed. */
  open = 0;

  constructor(text: string, end: number) {
    this.#text = text;
    this.#end = end;
  }

  /** Where the next one begins at or after `from` and ends on the line; -1 for nowhere. */
  find(closing: string, from: number): number {
    if (this.#inVain.has(closing)) return -1;
    const at = this.#text.indexOf(closing, from);
    if (at !== -1 && at + closing.length <= this.#end) return at;
    this.#inVain.add(closing);
    return -1;
  }

  isInVain(what: string): boolean {
    return this.#inVain.has(what);
  }

  giveUp(what: string): void {
    this.#inVain.add(what);
  }
}

function scanLine(text: string, from: number, end: number, seen: Seen): void {
  const closings = new Closings(text, end);
  for (let at = from; at < end; at += 1) {
    switch (text.charCodeAt(at)) {
      case 92: // \
        at += 1;
        break;
      case 96: {
        // `
        let run = 1;
        while (text.charCodeAt(at + run) === 96) run += 1;
        const close = closingRun(text, at + run, run, end, closings);
        if (close !== -1) seen.code(text.slice(at + run, close));
        at = close === -1 ? at + run - 1 : close + run - 1;
        break;
      }
      case 36: // $
        at = afterFormula(text, at, closings);
        break;
      case 60: // <
        at = afterTag(text, at, closings);
        break;
      case 123: // {
        if (text.charCodeAt(at + 1) === 123) at = afterMacro(text, at, closings, seen);
        break;
      case 91: // [
        // A bracket around a link: the link begins with the next one.
        if (text.startsWith('[[[', at) && text.charCodeAt(at + 3) !== 91) break;
        if (text.charCodeAt(at + 1) === 91) at = afterPageRef(text, at, end, 'link', seen, closings);
        else if (text.charCodeAt(at + 1) === 58) at = afterHiccup(text, at, end, closings);
        break;
      case 93: // ]
        if (text.charCodeAt(at + 1) === 40) at = afterDestination(text, from, at, end, seen, closings);
        break;
      case 40: // (
        if (text.charCodeAt(at + 1) === 40) at = afterBlockRef(text, at, seen);
        break;
      case 64: // @
        if (text.charCodeAt(at + 1) === 64) at = afterExport(text, at, closings);
        break;
      case 35: // #
        at = afterHash(text, from, at, end, seen, closings);
        break;
      default:
    }
  }
}

/** HTML as Logseq writes it in brackets: `[:div "…"]`. */
function afterHiccup(text: string, at: number, end: number, closings: Closings): number {
  if (closings.isInVain('hiccup') || !/^\[:[a-z]/i.test(text.slice(at, at + 3))) return at;
  let depth = 0;
  for (let next = at; next < end; next += 1) {
    const code = text.charCodeAt(next);
    if (code === 91) depth += 1;
    else if (code === 93 && --depth === 0) return next;
  }
  closings.giveUp('hiccup');
  return at;
}

/** What goes out as it is: `@@html: …@@`. */
function afterExport(text: string, at: number, closings: Closings): number {
  if (!/^@@[a-z]+:/i.test(text.slice(at, at + 20))) return at + 1;
  const close = closings.find('@@', at + 2);
  return close === -1 ? at + 1 : close + 1;
}

function closingRun(text: string, from: number, run: number, end: number, closings: Closings): number {
  const what = `run ${run}`;
  if (closings.isInVain(what)) return -1;
  for (let at = text.indexOf('`', from); at !== -1 && at < end;) {
    let length = 1;
    while (text.charCodeAt(at + length) === 96) length += 1;
    if (length === run) return at;
    at = text.indexOf('`', at + length);
  }
  closings.giveUp(what);
  return -1;
}

/** `$…$`, with nothing blank inside of its marks, or `$$…$$`. */
function afterFormula(text: string, at: number, closings: Closings): number {
  const mark = text.charCodeAt(at + 1) === 36 ? '$$' : '$';
  const last = at + mark.length - 1;
  if (mark === '$' && /\s/.test(text[at + 1] ?? ' ')) return last;
  const close = closings.find(mark, at + mark.length);
  if (close === -1 || (mark === '$' && /\s/.test(text[close - 1]!))) return last;
  return close + mark.length - 1;
}

/** A comment or a tag of HTML, and everything in what shows code. */
function afterTag(text: string, at: number, closings: Closings): number {
  if (text.startsWith('<!--', at)) {
    const close = closings.find('-->', at);
    return close === -1 ? at : close + 2;
  }
  const tag = /^<(code|pre|kbd|samp|script|style)\b/.exec(text.slice(at, at + 10))?.[1];
  if (tag !== undefined) {
    const close = closings.find(`</${tag}>`, at);
    if (close !== -1) return close + tag.length + 2;
  }
  if (!/^<[a-z/]/i.test(text.slice(at, at + 2))) return at;
  const close = closings.find('>', at);
  return close === -1 ? at : close;
}

function afterMacro(text: string, at: number, closings: Closings, seen: Seen): number {
  const close = closings.find('}}', at + 2);
  if (close === -1) return at + 1;
  const body = text.slice(at + 2, close).trim();
  const name = /^[^\s,]*/.exec(body)![0];
  const given = body.slice(name.length).trim();
  if (/^embed$/i.test(name)) {
    const block = /^\(\(([^)]*)\)\)$/.exec(given)?.[1];
    if (block !== undefined && UUID.test(block.trim())) seen.block(block.trim().toLowerCase(), undefined);
    else if (given.startsWith('[[') && given.endsWith(']]')) seeName('embed', given.slice(2, -2), seen);
  } else if (SHOWS_FILE.test(name)) seen.path(given);
  // What a macro is given is no reference, but leads to what it names.
  else if (/^query$/i.test(name) || given.includes('[[')) seen.query(given);
  return close + 1;
}

/** `[[…]]`, which may have others in it: `[[a [[b]]]]` names both. */
function afterPageRef(
  text: string,
  at: number,
  end: number,
  kind: 'link' | 'tag',
  seen: Seen,
  closings: Closings,
): number {
  if (closings.find(']]', at + 2) === -1) return at + 1;
  let depth = 1;
  let next = at + 2;
  for (; next < end && next - at < LONGEST_NAME; next += 1) {
    const code = text.charCodeAt(next);
    if (code === 91 && text.charCodeAt(next + 1) === 91) {
      depth += 1;
      next += 1;
    } else if (code === 93 && text.charCodeAt(next + 1) === 93) {
      depth -= 1;
      if (depth === 0) break;
      next += 1;
    }
  }
  if (depth > 0 || next >= end) return at + 1;
  const name = text.slice(at + 2, next);
  seeName(kind, name, seen);
  if (name.includes('[[')) scanLine(name, 0, name.length, seen);
  return next + 1;
}

function seeName(kind: 'link' | 'tag' | 'embed', name: string, seen: Seen): void {
  const clean = name.trim();
  // A template's placeholder, or an address in the org-mode way.
  if (clean === '' || clean.includes('<%') || /^[a-z][a-z0-9+.-]*:\/\//i.test(clean)) return;
  // As a DB graph keeps its references, whether to a page or to a block.
  if (UUID.test(clean)) seen.block(clean.toLowerCase(), undefined);
  else seen.link(kind, clean);
}

/** What stands in the round brackets of `[…](…)`; brackets in it are balanced. */
function afterDestination(text: string, from: number, at: number, end: number, seen: Seen, closings: Closings): number {
  if (closings.isInVain('destination')) return at;
  let depth = 0;
  let close = at + 1;
  for (; close < end; close += 1) {
    const code = text.charCodeAt(close);
    if (code === 92) close += 1;
    else if (code === 40) depth += 1;
    else if (code === 41 && --depth === 0) break;
  }
  if (close >= end) {
    // One left open may stand before good ones; many are no text that a person wrote.
    closings.open += 1;
    if (closings.open > MOST_OPEN) closings.giveUp('destination');
    return at;
  }
  const given = text.slice(at + 2, close).trim();
  if (given.startsWith('[[') && given.endsWith(']]')) seeName('link', given.slice(2, -2), seen);
  else if (given.startsWith('((') && given.endsWith('))') && UUID.test(given.slice(2, -2))) {
    const label = text.slice(text.lastIndexOf('[', at) + 1, at);
    seen.block(given.slice(2, -2).toLowerCase(), text.lastIndexOf('[', at) >= from ? label : undefined);
  } else seen.path(given);
  return close;
}

function afterBlockRef(text: string, at: number, seen: Seen): number {
  const uuid = text.slice(at + 2, at + 38);
  if (!text.startsWith('))', at + 38) || !UUID.test(uuid)) return at;
  seen.block(uuid.toLowerCase(), undefined);
  return at + 39;
}

function afterHash(text: string, from: number, at: number, end: number, seen: Seen, closings: Closings): number {
  if (at > from && !/[\s(,;"'*_~^[\]{}:|>、。，]/.test(text[at - 1]!)) return at;
  if (text.startsWith('[[', at + 1)) return afterPageRef(text, at + 1, end, 'tag', seen, closings);
  let next = at + 1;
  while (next < end && !ENDS_TAG.test(text[next]!)) next += 1;
  const name = text.slice(at + 1, next).replace(/[.!?:…、。，]+$/, '');
  if (name === '' || name.startsWith('+')) return at;
  seeName('tag', name, seen);
  return at + name.length;
}
