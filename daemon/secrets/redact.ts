import { formsOf, textsOf, type Form } from './forms.ts';

/** A line of a secret of several lines (a key file) is hidden by itself when it is at least this long. */
const LEAST_LINE = 12;
/** At the edge of a line so much of a secret, in characters, is taken for the half of one that was cut in two. */
const LEAST_HALF = 6;
/** A line inside of a secret (a long one, broken into lines) is at least this long. */
const LEAST_MIDDLE = 16;

export interface Redactor {
  /** From now on this value is never let through, in any of its encodings. */
  add(value: string, name: string): void;
  /** A copy with every secret replaced by `‹secret NAME›`; the same value when there is none in it. */
  redact<T>(value: T): T;
  /** The same for one line, or one piece, of a longer text: what stands at its edges may be a part of a secret. */
  redactPiece(piece: string): string;
}

interface Known {
  value: string;
  name: string;
  forms: Form[];
  /** The encodings as they stand, for what was cut in two. */
  texts: string[];
}

/**
 * Hides secrets before anything is recorded, logged, shown or written (engine.md, Secrets): as they are, escaped as in
 * JSON or HTML, URL-encoded, in hexadecimal, and in base64 at all three alignments, in both alphabets, broken into lines or not.
 */
export function createRedactor(): Redactor {
  let secrets: Known[] = [];
  let starts = new Map<string, { form: Form; name: string }[]>();
  /** Any character with which a secret can begin. */
  let start: RegExp | undefined;

  const text = (value: string): string => {
    if (start === undefined) return value;
    let hidden = '';
    let from = 0;
    start.lastIndex = 0;
    for (let found = start.exec(value); found; found = start.exec(value)) {
      const at = found.index;
      for (const { form, name } of starts.get(found[0]) ?? []) {
        const end = form.match(value, at);
        if (end === -1) continue;
        hidden += value.slice(from, at) + mark(name);
        from = end;
        start.lastIndex = end;
        break;
      }
    }
    return from === 0 ? value : hidden + value.slice(from);
  };

  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') return text(value);
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [text(key), walk(item)]));
  };

  return {
    add(value, name) {
      const lines = value.split(/\r?\n/).filter((line) => line.length >= LEAST_LINE);
      const isNew = (part: string): boolean => !secrets.some((known) => known.value === part);
      const parts = [...new Set([value, ...lines])].filter(isNew);
      const all = parts.map((part) => ({ value: part, name, forms: formsOf(part), texts: textsOf(part) }));
      const added = all.filter(({ forms }) => forms.length > 0);
      // The longest first, so that nothing is left of a secret that contains another.
      secrets = [...secrets, ...added].sort((a, b) => b.value.length - a.value.length);
      starts = new Map();
      for (const secret of secrets) {
        for (const form of secret.forms) {
          for (const character of form.starts) {
            starts.set(character, [...(starts.get(character) ?? []), { form, name: secret.name }]);
          }
        }
      }
      const characters = [...starts.keys()].map(
        (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
      );
      start = characters.length === 0 ? undefined : new RegExp(`[${characters.join('')}]`, 'g');
    },
    redact: <T>(value: T): T => (start === undefined ? value : (walk(value) as T)),
    redactPiece: (piece) => secrets.reduce(hideEdges, text(piece)),
  };
}

function mark(name: string): string {
  return `‹secret ${name}›`;
}

/** Hides what is, at the edges of a piece, the end or the beginning of a secret, and a piece that is its middle. */
function hideEdges(piece: string, { name, texts }: Known): string {
  if (piece.length >= LEAST_MIDDLE && texts.some((text) => text.includes(piece))) return mark(name);
  // In whatever encoding most of it is hidden.
  const start = Math.max(...texts.map((text) => overlap(text, piece)));
  const end = Math.max(...texts.map((text) => overlap(piece, text)));
  if (start + end === 0) return piece;
  if (start + end >= piece.length) return mark(name);
  const middle = piece.slice(start, piece.length - end);
  return (start > 0 ? mark(name) : '') + middle + (end > 0 ? mark(name) : '');
}

/** How many characters at the end of one text are the beginning of another; 0 when too few to mean anything. */
function overlap(before: string, after: string): number {
  if (!before.includes(after.slice(0, LEAST_HALF))) return 0;
  for (let length = Math.min(before.length, after.length); length >= LEAST_HALF; length -= 1) {
    if (before.endsWith(after.slice(0, length))) return length;
  }
  return 0;
}
