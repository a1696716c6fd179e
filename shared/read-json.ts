import { isObject, type Json } from './json.ts';

/**
 * A JSON text as a value, like `JSON.parse`, which it stands in for wherever names of fields come from elsewhere: V8 (Node 22 to
 * 26; nodejs/node#63785) may read a name that is written with a backslash as another one that it has seen before, `"\n"` as `"\\"`.
 * Throws a SyntaxError for what is no JSON.
 */
export function readJson(text: string): Json {
  const value = JSON.parse(text) as Json;
  return text.includes('\\') && hasEscapedName(text) ? withObjects(JSON.parse(withoutNames(text)) as Json) : value;
}

/** Where each string of a JSON text begins and ends, its quotes included. */
function* stringsIn(text: string): Generator<{ from: number; to: number }> {
  for (let from = text.indexOf('"'); from !== -1;) {
    let to = text.indexOf('"', from + 1);
    while (isEscaped(text, to)) to = text.indexOf('"', to + 1);
    yield { from, to: to + 1 };
    from = text.indexOf('"', to + 1);
  }
}

function isEscaped(text: string, at: number): boolean {
  let before = at;
  while (text[before - 1] === '\\') before -= 1;
  return (at - before) % 2 === 1;
}

function hasEscapedName(text: string): boolean {
  for (const { from, to } of stringsIn(text)) {
    let after = to;
    while (text.charCodeAt(after) <= 32) after += 1;
    if (text[after] === ':' && text.slice(from, to).includes('\\')) return true;
  }
  return false;
}

/** The same with `{"":[name, value, …]}` for each object: names are values then, and those are read as they are. */
function withoutNames(text: string): string {
  const parts: string[] = [];
  let end = 0;
  for (const { from, to } of stringsIn(text)) {
    parts.push(structure(text.slice(end, from)), text.slice(from, to));
    end = to;
  }
  return parts.join('') + structure(text.slice(end));
}

const WRITTEN: Readonly<Record<string, string>> = { '{': '{"":[', '}': ']}', ':': ',' };

function structure(text: string): string {
  return text.replace(/[{}:]/g, (mark) => WRITTEN[mark]!);
}

function withObjects(value: Json): Json {
  if (Array.isArray(value)) return value.map(withObjects);
  if (!isObject(value)) return value;
  const flat = value[''] as Json[];
  const entries: [string, Json][] = [];
  for (let at = 0; at < flat.length; at += 2) entries.push([flat[at] as string, withObjects(flat[at + 1]!)]);
  return Object.fromEntries(entries);
}
