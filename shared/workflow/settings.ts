import { LineCounter, parseDocument } from 'yaml';
import { isObject, type Json, type JsonObject } from '../json.ts';

/** Something wrong in a settings fence; line and column from 0 within the fence. */
export interface SettingsProblem {
  message: string;
  line: number;
  column: number;
}

/** Where the settings are written, by path (`with.name`), from 0 within the fence. */
export type SettingPlaces = ReadonlyMap<string, { line: number; column: number }>;

/** Reads a settings fence. A YAML warning is an error; anchors and tags of other kinds are refused. */
export function readSettings(text: string): {
  settings: JsonObject;
  places: SettingPlaces;
  problems: SettingsProblem[];
} {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    version: '1.2',
    maxAliasCount: 0,
  } as object);
  const at = (offset: number): { line: number; column: number } => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line - 1, 0), column: Math.max(col - 1, 0) };
  };
  const places = new Map<string, { line: number; column: number }>();
  const problems = [...document.errors, ...document.warnings].map(({ message, pos }) => ({
    message: plain(message),
    ...at(pos[0]),
  }));
  if (problems.length > 0) return { settings: {}, places, problems };
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 0 });
  } catch (error) {
    return { settings: {}, places, problems: [{ message: (error as Error).message, line: 0, column: 0 }] };
  }
  if (value === null || value === undefined) return { settings: {}, places, problems };
  if (!isObject(value)) {
    return {
      settings: {},
      places,
      problems: [{ message: 'Settings are a list of name: value lines.', line: 0, column: 0 }],
    };
  }
  collect(document.contents, '', places, at);
  const settings = toJson(value as Json) as JsonObject;
  return { settings, places, problems };
}

interface PairLike {
  key: { value?: unknown; range?: [number, number, number] };
  value: unknown;
}

function collect(
  node: unknown,
  path: string,
  places: Map<string, { line: number; column: number }>,
  at: (offset: number) => { line: number; column: number },
): void {
  const items = (node as { items?: unknown[] } | null)?.items;
  if (!items) return;
  for (const [index, item] of items.entries()) {
    const pair = item as PairLike;
    const isPair = typeof item === 'object' && item !== null && 'key' in item;
    const name = isPair ? String(pair.key.value) : String(index);
    const inner = path === '' ? name : `${path}.${name}`;
    const range = isPair ? pair.key.range : (item as { range?: [number, number, number] }).range;
    if (range) places.set(inner, at(range[0]));
    collect(isPair ? pair.value : item, inner, places, at);
  }
}

/** YAML dates and the like as the text they were written with; JSON has no others. */
function toJson(value: unknown): Json {
  if (Array.isArray(value)) return value.map(toJson);
  if (value instanceof Date) return value.toISOString();
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(item)]));
  return (value ?? null) as Json;
}

function plain(message: string): string {
  return message.replace(/\s+at line \d+, column \d+:?[\s\S]*$/, '').trim();
}
