/** Shorter values are no secrets that could be told from ordinary text. */
const LEAST = 4;
/** A line of a secret of several lines (a key file) is hidden by itself when it is at least this long. */
const LEAST_LINE = 12;

export interface Redactor {
  /** From now on this value is never let through, in any of its encodings. */
  add(value: string, name: string): void;
  /** A copy with every secret replaced by `‹secret NAME›`; the same value when there is none in it. */
  redact<T>(value: T): T;
}

/**
 * Hides secrets before anything is recorded, logged, shown or written (engine.md, Secrets): as they are, JSON-escaped,
 * URL-encoded, and in base64 at all three alignments, in both alphabets.
 */
export function createRedactor(): Redactor {
  const names = new Map<string, string>();
  let pattern: RegExp | undefined;

  const text = (value: string): string =>
    pattern === undefined ? value : value.replace(pattern, (found) => `‹secret ${names.get(found) ?? ''}›`);

  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') return text(value);
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [text(key), walk(item)]));
  };

  return {
    add(value, name) {
      const parts = [value, ...value.split(/\r?\n/).filter((line) => line.length >= LEAST_LINE)];
      for (const part of parts) for (const form of formsOf(part)) names.set(form, name);
      // The longest first, so that nothing is left of a secret that contains another.
      const forms = [...names.keys()].sort((a, b) => b.length - a.length);
      if (forms.length > 0) pattern = new RegExp(forms.map(escape).join('|'), 'g');
    },
    redact: <T>(value: T): T => (pattern === undefined ? value : (walk(value) as T)),
  };
}

function formsOf(secret: string): string[] {
  if (secret.length < LEAST) return [];
  const url = encodeURIComponent(secret);
  const form = url.replaceAll('%20', '+');
  const lower = (encoded: string): string => encoded.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase());
  const json = JSON.stringify(secret).slice(1, -1);
  return [...new Set([secret, json, url, form, lower(url), lower(form), ...base64Forms(secret)])];
}

/** What a base64 text that contains the secret certainly contains, wherever the secret begins in it. */
function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].flatMap((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // Characters that also hold bits of what stands before or after are not the secret's own.
    const start = Math.ceil((offset * 8) / 6);
    const end = Math.floor(((offset + bytes.length) * 8) / 6);
    const own = encoded.slice(start, end);
    return own.length < LEAST ? [] : [own, own.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
