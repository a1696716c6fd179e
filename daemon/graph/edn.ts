/** EDN, the notation of Logseq's configuration, as plain values: keywords are strings with their colon, maps are `Map`s. */
export type Edn = null | boolean | number | string | Edn[] | Map<Edn, Edn>;

/** Reads the first value of an EDN text. Throws an `Error` that names the offset when it is not EDN. */
export function readEdn(text: string): Edn {
  const value = new Reader(text).next();
  if (value === END) throw new Error('the text is empty');
  return value as Edn;
}

const END = Symbol('end');
const CLOSE = Symbol('close');
type Token = Edn | typeof END | typeof CLOSE;

/** Nesting beyond this is an attack on the stack, not a configuration. */
const MAX_DEPTH = 200;

class Reader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text.replace(/^\uFEFF/, '');
  }

  next(): Token {
    if (++this.#depth > MAX_DEPTH) this.#refuse('nested too deep', this.#at);
    const token = this.#token();
    this.#depth -= 1;
    return token;
  }

  #token(): Token {
    this.#skip();
    const char = this.#text[this.#at];
    if (char === undefined) return END;
    switch (char) {
      case '{':
        return this.#map();
      case '[':
      case '(':
        return this.#list(1);
      case ')':
      case ']':
      case '}':
        this.#at += 1;
        return CLOSE;
      case '"':
        return this.#string();
      case '#':
        return this.#dispatch();
      default:
        return this.#atom();
    }
  }

  /** Blanks, comments, and the marks of quoting, which mean nothing in a configuration. */
  #skip(): void {
    for (;;) {
      const rest = /[\s,'`^~@]*(?:;[^\n]*)?/y;
      rest.lastIndex = this.#at;
      rest.exec(this.#text);
      if (rest.lastIndex === this.#at) return;
      this.#at = rest.lastIndex;
    }
  }

  #list(opening: number): Edn[] {
    const start = this.#at;
    this.#at += opening;
    const items: Edn[] = [];
    for (;;) {
      const item = this.next();
      if (item === END) this.#refuse('a bracket is never closed', start);
      if (item === CLOSE) break;
      items.push(item);
    }
    return items;
  }

  #map(): Map<Edn, Edn> {
    const start = this.#at;
    const items = this.#list(1);
    if (items.length % 2 === 1) this.#refuse('a map has a key without a value', start);
    const map = new Map<Edn, Edn>();
    for (let i = 0; i < items.length; i += 2) map.set(items[i]!, items[i + 1]!);
    return map;
  }

  #string(): string {
    const start = this.#at;
    const whole = /"((?:[^"\\]|\\[^])*)"/y;
    whole.lastIndex = start;
    const match = whole.exec(this.#text);
    if (!match) this.#refuse('a string is never closed', start);
    this.#at = whole.lastIndex;
    return match[1]!.replace(/\\([^])/g, (_, char: string) => ({ n: '\n', t: '\t', r: '\r' })[char] ?? char);
  }

  /** Sets are read as lists; a discarded form is skipped; a tag is dropped from its value. */
  #dispatch(): Token {
    const next = this.#text[this.#at + 1];
    if (next === '{' || next === '(') return this.#list(2);
    if (next === '"') {
      this.#at += 1;
      return this.#string();
    }
    if (next === '_') {
      this.#at += 2;
      this.next();
      return this.next();
    }
    this.#atom();
    return this.next();
  }

  #atom(): Edn {
    const whole = /[^\s,()[\]{}";]+/y;
    whole.lastIndex = this.#at;
    const word = whole.exec(this.#text)?.[0];
    if (word === undefined) this.#refuse('a value was expected', this.#at);
    this.#at = whole.lastIndex;
    if (word === 'nil') return null;
    if (word === 'true') return true;
    if (word === 'false') return false;
    return /^[+-]?\d/.test(word) ? Number.parseFloat(word) : word;
  }

  #refuse(what: string, at: number): never {
    throw new Error(`${what} (at character ${at + 1})`);
  }
}
