import { indentEnd, lineEnd, nextLine } from './lines.ts';
import { HTML_TAGS } from './tags.ts';

/** A longer row of fence marks counts as one of these: so there are not more kinds of fences than a page can be searched for. */
const LONGEST_FENCE = 20;
/** The longest tag that closes itself, in characters. */
const LONGEST_TAG = 2_000;

/**
 * Finds what Logseq reads as one piece whatever its lines begin with: fences, `#+BEGIN_` blocks, drawers, formulas and HTML.
 * Linear in the page however often it is asked: what was searched for in vain is not searched for again.
 */
export class Verbatim {
  readonly #text: string;
  readonly #inVain = new Set<string>();
  #blockEnds: Ends | undefined;
  #environmentEnds: Ends | undefined;
  /** For each HTML tag where an opening one is closed. */
  readonly #tags = new Map<string, ReadonlyMap<number, number>>();

  constructor(text: string) {
    this.#text = text;
  }

  /** Where the line after the piece begins that opens at `at`, the first character of a line's text; -1 when none does. */
  endOf(at: number, afterBullet: boolean): number {
    switch (this.#text.charCodeAt(at)) {
      case 96: // `
      case 126: // ~
        return this.#fence(at);
      case 58: // :
        return this.#drawer(at);
      case 35: // #
        return this.#begin(at);
      case 36: // $
        return this.#text.startsWith('$$', at) ? this.#upTo('$$', at + 2) : -1;
      case 60: // <
        return this.#html(at);
      case 92: // \
        // After a bullet it is the block's title.
        return afterBullet ? -1 : this.#environment(at);
      default:
        return -1;
    }
  }

  /**
   * A fence of three marks ends where Logseq ends any fence: at the next line that begins with three backticks or tildes. A
   * longer one ends as in CommonMark, at a line of as many of its own marks, so that code with fences in it can be held.
   */
  #fence(at: number): number {
    const text = this.#text;
    const mark = text[at]!;
    let length = 1;
    while (text[at + length] === mark) length += 1;
    if (length < 3) return -1;
    const long = mark.repeat(Math.min(length, LONGEST_FENCE));
    const own = length > 3 ? this.#closingLine(`fence ${long}`, at, (start, end) => isRow(text, start, end, long)) : -1;
    return own === -1 ? this.#closingLine('fence', at, (start) => isFence(text, start)) : own;
  }

  /** `:NAME:` alone on its line, to `:END:`. */
  #drawer(at: number): number {
    const text = this.#text;
    const next = nextLine(text, at);
    const end = lineEnd(text, next);
    const name = text.indexOf(':', at + 1);
    if (name !== end - 1 || name === at + 1 || next === end || text.slice(at, end).includes(' ')) return -1;
    return this.#closingLine('drawer', at, (start, stop) =>
      /^:end:\s*$/i.test(text.slice(start, Math.min(stop, start + 99))),
    );
  }

  #begin(at: number): number {
    const text = this.#text;
    if (!/^#\+begin_/i.test(text.slice(at, at + 8))) return -1;
    this.#blockEnds ??= endsOf(text, /^[ \t]*#\+end_(\S+)/gim);
    return nextEnd(this.#blockEnds, /\S*/.exec(text.slice(at + 8, nextLine(text, at)))![0], at);
  }

  #html(at: number): number {
    const text = this.#text;
    if (text.startsWith('<!--', at)) return this.#upTo('-->', at + 4);
    if (text.startsWith('<![CDATA[', at)) return this.#upTo(']]', at + 9);
    if (text.startsWith('<!', at)) return this.#upTo('>', at + 2);
    if (text.startsWith('<?', at)) return this.#upTo('?>', at + 2);
    const tag = /^[a-z0-9]+(?=[ >])/i.exec(text.slice(at + 1, at + 12))?.[0].toLowerCase();
    if (tag === undefined || !HTML_TAGS.has(tag)) return -1;
    let closings = this.#tags.get(tag);
    if (!closings) this.#tags.set(tag, (closings = closingsOf(text, tag)));
    const closing = closings.get(at);
    if (closing !== undefined) return nextLine(text, closing);
    const own = /^[^>]*\/>/.exec(text.slice(at, at + LONGEST_TAG))?.[0];
    return own === undefined ? -1 : nextLine(text, at + own.length);
  }

  /** A LaTeX environment. */
  #environment(at: number): number {
    const name = /^\\begin\{([^}\n]+)\}/i.exec(this.#text.slice(at, at + 60))?.[1];
    if (name === undefined) return -1;
    this.#environmentEnds ??= endsOf(this.#text, /\\end\{([^}\n]{1,50})\}/gi);
    return nextEnd(this.#environmentEnds, name, at);
  }

  /** The line after the next one that closes; `closes` is given where the line's text begins and ends. */
  #closingLine(kind: string, from: number, closes: (start: number, end: number) => boolean): number {
    if (this.#inVain.has(kind)) return -1;
    const text = this.#text;
    for (let at = nextLine(text, from); at < text.length;) {
      const next = nextLine(text, at);
      if (closes(indentEnd(text, at), lineEnd(text, next))) return next;
      at = next;
    }
    this.#inVain.add(kind);
    return -1;
  }

  #upTo(closing: string, from: number): number {
    const at = this.#indexOf(closing, from);
    return at === -1 ? -1 : nextLine(this.#text, at + closing.length - 1);
  }

  #indexOf(closing: string, from: number): number {
    if (this.#inVain.has(closing)) return -1;
    const at = this.#text.indexOf(closing, from);
    if (at === -1) this.#inVain.add(closing);
    return at;
  }
}

function isFence(text: string, at: number): boolean {
  return text.startsWith('```', at) || text.startsWith('~~~', at);
}

/** Whether a line is nothing but a row of the mark, at least as long. */
function isRow(text: string, start: number, end: number, row: string): boolean {
  if (!text.startsWith(row, start)) return false;
  let at = start + row.length;
  while (text[at] === row[0]) at += 1;
  return at >= end || text.slice(at, end).trim() === '';
}

/** What ends the pieces that have names, by the name in small letters, the last on the page first. */
type Ends = Map<string, { at: number; next: number }[]>;

function endsOf(text: string, pattern: RegExp): Ends {
  const ends: Ends = new Map();
  for (const { 0: found, 1: name, index } of text.matchAll(pattern)) {
    const own = ends.get(name!.toLowerCase()) ?? [];
    ends.set(name!.toLowerCase(), own);
    own.push({ at: index, next: nextLine(text, index + found.length) });
  }
  for (const own of ends.values()) own.reverse();
  return ends;
}

/** The line after the next end of a name; what stands before is dropped, since places are asked for in order. */
function nextEnd(ends: Ends, name: string, from: number): number {
  const own = ends.get(name.toLowerCase()) ?? [];
  while (own.length > 0 && own.at(-1)!.at < from) own.pop();
  return own.at(-1)?.next ?? -1;
}

/** For each opening tag that is closed, nested ones counted, where its closing tag ends. */
function closingsOf(text: string, tag: string): ReadonlyMap<number, number> {
  const closings = new Map<number, number>();
  const open: number[] = [];
  for (const { 0: found, index } of text.matchAll(new RegExp(`<${tag}(?=[ >])|</${tag}>`, 'gi'))) {
    if (found[1] !== '/') {
      open.push(index);
      continue;
    }
    const opening = open.pop();
    if (opening !== undefined) closings.set(opening, index + found.length - 1);
  }
  return closings;
}
