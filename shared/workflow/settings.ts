import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Pair } from 'yaml';
import type { Json, JsonObject } from '../json.ts';

/** Something wrong in a settings fence; line and column from 0 within the fence. */
export interface SettingsProblem {
  code: 'settings.yaml' | 'limit.settings';
  message: string;
  line: number;
  column: number;
}

export interface Position {
  line: number;
  column: number;
}

/** Where a setting is written: its name (or, in a list, the item itself). */
export interface SettingPlace extends Position {
  /** Where its text begins, when the text stands on the page as it is, so that columns within it can be told. */
  text?: Position;
}

/** By path (`with.name`, `with.files.0`), from 0 within the fence. */
export type SettingPlaces = ReadonlyMap<string, SettingPlace>;

/** The longest settings of one node in characters, and how deep they nest. */
const LONGEST = 200_000;
const DEEPEST = 50;

/**
 * Reads a settings fence: any YAML that is JSON too. A YAML warning is an error; aliases, tags, keys that are no texts and
 * numbers that would not be kept exactly are refused. Only the first problem is told: what follows is mostly its echo.
 */
export function readSettings(text: string): { settings: JsonObject; places: SettingPlaces; problem?: SettingsProblem } {
  const reading: Reading = { text, places: new Map(), lines: new LineCounter() };
  try {
    return { settings: readAll(reading), places: reading.places };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { code, message } = error;
    return { settings: {}, places: new Map(), problem: { code, message, ...positionOf(reading, error.offset) } };
  }
}

interface Reading {
  text: string;
  places: Map<string, SettingPlace>;
  lines: LineCounter;
}

class Refused extends Error {
  readonly code: SettingsProblem['code'];
  readonly offset: number;

  constructor(code: SettingsProblem['code'], message: string, offset: number) {
    super(message);
    this.code = code;
    this.offset = offset;
  }
}

const TOO_DEEP = `Settings nest ${DEEPEST} deep at most.`;

function readAll(reading: Reading): JsonObject {
  const { text, lines } = reading;
  if (text.length > LONGEST) {
    throw new Refused('limit.settings', `The settings of one node have ${LONGEST} characters at most.`, 0);
  }
  let document;
  try {
    document = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: '1.2', stringKeys: true });
  } catch (error) {
    // The library recurses, so settings that nest without end exhaust its stack. Mostly it reports that itself.
    if (error instanceof RangeError) throw new Refused('limit.settings', TOO_DEEP, 0);
    throw error;
  }
  const [first] = [...document.errors, ...document.warnings].toSorted((a, b) => a.pos[0] - b.pos[0]);
  if (first?.message.includes('call stack')) throw new Refused('limit.settings', TOO_DEEP, 0);
  if (first) throw new Refused('settings.yaml', explained(first.message, first.pos[0], text), first.pos[0]);
  if (document.contents === null || (isScalar(document.contents) && document.contents.value === null)) return {};
  if (!isMap(document.contents)) throw new Refused('settings.yaml', 'Settings are lines of the form name: value.', 0);
  return readNode(document.contents, '', 0, reading) as JsonObject;
}

function readNode(node: unknown, path: string, depth: number, reading: Reading): Json {
  const offset = (node as { range?: [number, number, number] } | null)?.range?.[0] ?? 0;
  if (depth > DEEPEST) throw new Refused('limit.settings', TOO_DEEP, offset);
  if (isAlias(node))
    throw new Refused('settings.yaml', `There are no aliases here: write *${node.source} out.`, offset);
  if (isMap(node)) {
    const entries = node.items.map((pair) => readPair(pair, path, depth, reading));
    return Object.fromEntries(entries);
  }
  if (isSeq(node)) {
    return node.items.map((item, index) => {
      const inner = inside(path, String(index));
      const start = (item as { range?: [number, number, number] }).range?.[0];
      if (start !== undefined) reading.places.set(inner, placeOf(reading, start, item));
      return readNode(item, inner, depth + 1, reading);
    });
  }
  return isScalar(node) ? readScalar(node.value, offset) : null;
}

function readPair(pair: Pair, path: string, depth: number, reading: Reading): [string, Json] {
  const { key, value } = pair;
  const offset = (key as { range?: [number, number, number] } | null)?.range?.[0] ?? 0;
  const name = isScalar(key) ? String(key.value ?? '') : '';
  if (name === '' || name === '__proto__')
    throw new Refused('settings.yaml', `“${name}” cannot name a setting.`, offset);
  const inner = inside(path, name);
  reading.places.set(inner, placeOf(reading, offset, value));
  return [name, readNode(value, inner, depth + 1, reading)];
}

function readScalar(value: unknown, offset: number): Json {
  if (typeof value === 'number') {
    if (Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value)))
      return value === 0 ? 0 : value;
    throw new Refused('settings.yaml', 'This number cannot be kept exactly. Write it as a text, in quotes.', offset);
  }
  if (typeof value === 'string' && !value.isWellFormed()) {
    throw new Refused('settings.yaml', 'This text holds half a character (a lone surrogate). Remove it.', offset);
  }
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  throw new Refused('settings.yaml', 'A setting is a text, a number, true, false, null, a list or an object.', offset);
}

function inside(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function placeOf(reading: Reading, offset: number, value: unknown): SettingPlace {
  const place: SettingPlace = positionOf(reading, offset);
  if (!isScalar(value) || typeof value.value !== 'string' || !value.range) return place;
  const quoted = value.type === 'QUOTE_SINGLE' || value.type === 'QUOTE_DOUBLE' ? 1 : 0;
  const start = value.range[0] + quoted;
  const asWritten = reading.text.startsWith(value.value, start) && !value.value.includes('\n');
  return asWritten ? { ...place, text: positionOf(reading, start) } : place;
}

function positionOf({ lines }: Reading, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line - 1, 0), column: Math.max(col - 1, 0) };
}

/** A message of the library, with what most often is the matter. */
function explained(message: string, offset: number, text: string): string {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1).split('\n', 1)[0]!;
  const hint = line.includes('${{') ? ' Put a text with ${{ }} in double quotes.' : '';
  return `${message.replace(/[\s:.]+$/, '')}.${hint}`;
}
