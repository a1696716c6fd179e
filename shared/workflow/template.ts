import { fail } from '../failure.ts';
import type { Json } from '../json.ts';

/** A part of a setting's text: as it stands, or an expression with where it begins in the text. */
export type TemplatePart = { text: string } | { expression: string; start: number };

/** A setting's text, taken apart at its `${{ }}`. */
export interface Template {
  parts: readonly TemplatePart[];
  /** The expression, when there is nothing else: then the setting keeps its type. */
  whole?: string;
}

const OPEN = '${{';
const templates = new Map<string, Template>();

/** Takes a text apart. An expression ends at the first `}}` outside of its texts and braces. Throws `expression.unclosed`. */
export function parseTemplate(text: string): Template {
  let template = templates.get(text);
  if (!template) {
    template = build(text);
    if (templates.size > 20_000) templates.clear();
    templates.set(text, template);
  }
  return template;
}

function build(text: string): Template {
  const parts: TemplatePart[] = [];
  let from = 0;
  for (let open = text.indexOf(OPEN); open !== -1; open = text.indexOf(OPEN, from)) {
    const end = endOf(text, open + OPEN.length);
    if (end === undefined) {
      throw fail('invalid', 'expression.unclosed', 'A ${{ has no }} that ends it.', { data: { column: open } });
    }
    if (open > from) parts.push({ text: text.slice(from, open) });
    const inner = text.slice(open + OPEN.length, end);
    const lead = inner.length - inner.trimStart().length;
    parts.push({ expression: inner.trim(), start: open + OPEN.length + lead });
    from = end + 2;
  }
  if (from < text.length) parts.push({ text: text.slice(from) });
  const [first, ...others] = parts.filter((part) => !('text' in part) || part.text.trim() !== '');
  const whole = first && 'expression' in first && others.length === 0 ? { whole: first.expression } : {};
  return { parts, ...whole };
}

const TRIPLE = ['"""', "'''"];

/** Where the `}}` of an expression stands that begins at `from`; undefined when it has none. */
function endOf(text: string, from: number): number | undefined {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    const character = text[at]!;
    if (character === '{') depth += 1;
    else if (character === '}') {
      if (depth > 0) depth -= 1;
      else if (text[at + 1] === '}') return at;
    } else if (character === '"' || character === "'") {
      const quote = TRIPLE.find((triple) => text.startsWith(triple, at)) ?? character;
      at = endOfText(text, at + quote.length, quote);
    }
  }
  return undefined;
}

/** A backslash takes the next character into the text; also in a raw one, where it then stays. */
function endOfText(text: string, from: number, quote: string): number {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text.startsWith(quote, at)) return at + quote.length - 1;
  }
  return text.length;
}

/** Whether a value holds `${{ }}` anywhere. */
export function holdsTemplate(value: Json | undefined): boolean {
  if (typeof value === 'string') return value.includes('${{');
  if (Array.isArray(value)) return value.some(holdsTemplate);
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsTemplate);
}

/** Every text in a setting with its path, as in `with.files.0`. */
export function* textsIn(value: Json | undefined, path: string): Generator<{ text: string; path: string }> {
  if (typeof value === 'string') yield { text: value, path };
  else if (Array.isArray(value)) for (const [index, item] of value.entries()) yield* textsIn(item, `${path}.${index}`);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) yield* textsIn(item, `${path}.${key}`);
  }
}

/** The expressions in a setting's text; none in one that cannot be taken apart. */
export function expressionsIn(text: string): string[] {
  if (!text.includes('${{')) return [];
  try {
    return parseTemplate(text).parts.flatMap((part) => ('expression' in part ? [part.expression] : []));
  } catch {
    return [];
  }
}
