/** Shorter values are no secrets that could be told from ordinary text. */
const LEAST = 4;
/** How often a text may have been escaped again (JSON in JSON): backslashes before a character. */
const MOST_BACKSLASHES = 8;

/** One way to find a secret in a text. */
export interface Form {
  /** Characters with which it can begin. */
  starts: string;
  /** Where it ends when it begins at `at`, else -1. */
  match(text: string, at: number): number;
}

/** Every way in which a secret may stand in a text; none for a value that is too short to be one. */
export function formsOf(secret: string): Form[] {
  if (secret.length < LEAST) return [];
  return [plainForm(secret), hexForm(secret), ...base64Cores(secret).map(base64Form)];
}

/** The usual encodings of a secret as texts, for what was cut in two. */
export function textsOf(secret: string): string[] {
  if (secret.length < LEAST) return [];
  const cores = base64Cores(secret);
  const others = cores.map((core) => core.replaceAll('+', '-').replaceAll('/', '_'));
  const json = JSON.stringify(secret).slice(1, -1);
  const hex = Buffer.from(secret).toString('hex');
  return [...new Set([secret, json, encodeURIComponent(secret.toWellFormed()), hex, ...cores, ...others])];
}

/** A secret of which each character stands as it is, escaped as in JSON (however often) or HTML, or URL-encoded. */
function plainForm(secret: string): Form {
  const characters = [...secret];
  const [first, second] = [characters[0]!, characters[1]!];
  return {
    starts: `${first[0]!}\\%&${first === ' ' ? '+' : ''}`,
    match(text, at) {
      // Nearly every try ends here: the character may begin the secret, the one behind it does not go on.
      const isPlain = text.startsWith(first, at) && !'\\%&'.includes(first);
      if (isPlain && after(text, at + first.length, second).length === 0) return -1;
      // A text can often be read in several ways (is %2525 one or two characters?): all are followed.
      let ends = new Set([at]);
      for (const character of characters) {
        const next = new Set<number>();
        for (const end of ends) for (const further of after(text, end, character)) next.add(further);
        if (next.size === 0) return -1;
        ends = next;
      }
      return Math.max(...ends);
    },
  };
}

/** The bytes of a secret in hexadecimal, in one row or with something between them: `73 33`, `73:33`, `\\x73\\x33`, `0x73, 0x33`. */
function hexForm(secret: string): Form {
  const bytes = [...Buffer.from(secret)].map((byte) => byte.toString(16).padStart(2, '0'));
  const first = bytes[0]![0]!;
  return {
    starts: [...new Set([first, first.toUpperCase()])].join(''),
    match(text, at) {
      let end = at;
      for (const [index, byte] of bytes.entries()) {
        if (index > 0) end = afterGap(text, end);
        if (text.slice(end, end + 2).toLowerCase() !== byte) return -1;
        end += 2;
      }
      return end;
    },
  };
}

function afterGap(text: string, at: number): number {
  const gap = /[ :,-]{0,2}(?:\\{1,8}x|0x)?/y;
  gap.lastIndex = at;
  gap.exec(text);
  return gap.lastIndex;
}

/** A secret inside of a base64 text of either alphabet, broken into lines or not. */
function base64Form(core: string): Form {
  const digits = [...core];
  const first = core[0]!;
  return {
    starts: first === '+' ? '+-%' : first === '/' ? '/_\\%' : first,
    match(text, at) {
      let end = at;
      for (let index = 0; index < digits.length && end !== -1; index += 1) {
        end = afterDigit(text, index === 0 ? end : afterBreak(text, end), digits[index]!);
      }
      return end;
    },
  };
}

/** Wherever the secret begins in the text that was encoded, its bits fall in one of three ways. */
function base64Cores(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].flatMap((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    // Characters that also hold bits of what stands before or after are not the secret's own.
    const start = Math.ceil((offset * 8) / 6);
    const end = Math.floor(((offset + bytes.length) * 8) / 6);
    const core = encoded.slice(start, end);
    return core.length < LEAST ? [] : [core];
  });
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\n': 'n', '\r': 'r', '\t': 't', '\b': 'b', '\f': 'f' };

/** Every place where a character can end that stands at `at` in whatever way. */
function after(text: string, at: number, character: string): number[] {
  const ends: number[] = text.startsWith(character, at) ? [at + character.length] : [];
  if (text[at] === '+' && character === ' ') ends.push(at + 1);
  if (text[at] === '%') ends.push(...afterPercent(text, at, character));
  if (text[at] === '\\') ends.push(...afterEscape(text, at, character));
  if (text[at] === '&') ends.push(...afterEntity(text, at, character));
  return ends;
}

/** URL-encoded, perhaps more than once (`%2541` is A), in small or capital letters. */
function afterPercent(text: string, at: number, character: string): number[] {
  let ends = [at];
  for (const byte of Buffer.from(character)) {
    ends = ends.flatMap((start) => {
      const found: number[] = [];
      if (text[start] !== '%') return found;
      for (let digits = start + 1; ; digits += 2) {
        if (isHex(text, digits, 2, byte)) found.push(digits + 2);
        if (!text.startsWith('25', digits)) return found;
      }
    });
  }
  return ends;
}

/** Escaped as in JSON: by a backslash, by a short name, by its code. */
function afterEscape(text: string, at: number, character: string): number[] {
  const run = backslashes(text, at);
  if (character === '\\') return Array.from({ length: run }, (_, index) => at + index + 1);
  const ends: number[] = [];
  if (text[at + run] === (SHORT_ESCAPES[character] ?? character)) ends.push(at + run + 1);
  let end = at;
  for (let unit = 0; unit < character.length; unit += 1) {
    const mark = end + backslashes(text, end);
    if (mark === end || text[mark] !== 'u' || !isHex(text, mark + 1, 4, character.charCodeAt(unit))) return ends;
    end = mark + 5;
  }
  return [...ends, end];
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Escaped as in HTML: by a name, or by its number. */
function afterEntity(text: string, at: number, character: string): number[] {
  const [whole, name, decimal, hex] =
    /^&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#x([0-9a-f]{1,6}));/i.exec(text.slice(at, at + 12)) ?? [];
  if (whole === undefined) return [];
  const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
  const is = name === undefined ? code === character.codePointAt(0) : ENTITIES[name.toLowerCase()] === character;
  return is ? [at + whole.length] : [];
}

/** Behind a line break, as it is or escaped, and the next line's indentation: encoders break what they write into lines. The same place without one. */
function afterBreak(text: string, at: number): number {
  if (text[at] === '\n') return afterBlanks(text, at + 1);
  if (text.startsWith('\r\n', at)) return afterBlanks(text, at + 2);
  let mark = at + backslashes(text, at);
  if (mark === at) return at;
  if (text[mark] === 'r') mark = mark + 1 + backslashes(text, mark + 1);
  return text[mark] === 'n' ? afterBlanks(text, mark + 1) : at;
}

/** No encoder indents deeper. */
const MOST_BLANKS = 40;

function afterBlanks(text: string, at: number): number {
  let end = at;
  while (end - at < MOST_BLANKS && (text[end] === ' ' || text[end] === '\t')) end += 1;
  return end;
}

/** Behind one digit of base64, in either alphabet; -1 when another stands there. */
function afterDigit(text: string, at: number, digit: string): number {
  if (text[at] === digit) return at + 1;
  if (digit !== '+' && digit !== '/') return -1;
  if (text[at] === (digit === '+' ? '-' : '_')) return at + 1;
  if (text[at] === '%') return isHex(text, at + 1, 2, digit.charCodeAt(0)) ? at + 3 : -1;
  const mark = at + backslashes(text, at);
  return mark > at && text[mark] === digit ? mark + 1 : -1;
}

function backslashes(text: string, at: number): number {
  let run = 0;
  while (run < MOST_BACKSLASHES && text[at + run] === '\\') run += 1;
  return run;
}

/** Whether a number stands there in so many hexadecimal digits, small or capital. */
function isHex(text: string, at: number, digits: number, value: number): boolean {
  const written = text.slice(at, at + digits);
  return written.length === digits && /^[0-9a-f]+$/i.test(written) && Number.parseInt(written, 16) === value;
}
