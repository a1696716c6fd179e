import type { Json } from '../../shared/json.ts';
import type { RunEvent } from '../../shared/run/event.ts';

/** A list shorter than this keeps all its items, however little is left for each. */
const SHORT_LIST = 200;
/** With less room than this, in characters, nothing of a list or object is worth keeping. */
const LEAST_ROOM = 60;

/** An event as text, and its length in bytes. */
export interface EventText {
  text: string;
  bytes: number;
}

const known = new WeakMap<RunEvent, EventText>();

/** An event as JSON of at most so many bytes; what is cut says so. The same event gives the same text. */
export function textOfEvent(event: RunEvent, most: number): EventText {
  let found = known.get(event);
  if (!found) {
    found = measured(JSON.stringify(event));
    for (let room = most; found.bytes > most; room = Math.floor(room / 2)) {
      found = measured(JSON.stringify({ ...event, payload: shrink(event.payload as Json, room) }));
    }
    known.set(event, found);
  }
  return found;
}

function measured(text: string): EventText {
  return { text, bytes: Buffer.byteLength(text) };
}

/**
 * A value that takes about so many characters of JSON. Small parts stay whole and large ones share what is left: texts are
 * cut, so are the ends of long lists and of large objects, and what is too deep inside is left out.
 */
function shrink(value: Json, room: number): Json {
  if (typeof value === 'string') return cut(value, room);
  if (typeof value !== 'object' || value === null || sizeOf(value) <= room) return value;
  if (room < LEAST_ROOM) return '… (cut)';
  if (Array.isArray(value)) {
    const kept = firstThatFit(value, room);
    const rest = value.length - kept.length;
    return [...share(kept, room - 40), ...(rest === 0 ? [] : [`… (${rest} more were cut)`])];
  }
  const names = firstThatFit(Object.keys(value), room);
  const rest = Object.keys(value).length - names.length;
  const parts = share(
    names.map((name) => value[name]!),
    room - sizeOf(names) - 40,
  );
  const kept = names.map((name, index): [string, Json] => [name, parts[index]!]);
  return Object.fromEntries(rest === 0 ? kept : [...kept, ['…', `${rest} more were cut`]]);
}

/** All of a short list; of a long one as many as there is room for. */
function firstThatFit<T extends Json>(items: readonly T[], room: number): T[] {
  if (items.length <= SHORT_LIST) return [...items];
  let left = room;
  const over = items.findIndex((item) => (left -= sizeOf(item) + 1) < 0);
  return items.slice(0, over === -1 ? items.length : over);
}

/** The smallest first, so that what they leave is for the large ones. */
function share(parts: readonly Json[], room: number): Json[] {
  const shrunk = [...parts];
  const sizes = parts.map(sizeOf);
  let left = Math.max(room, 0);
  let waiting = parts.length;
  for (const index of [...parts.keys()].sort((a, b) => sizes[a]! - sizes[b]!)) {
    const part = Math.floor(left / waiting);
    if (sizes[index]! > part) shrunk[index] = shrink(parts[index]!, part);
    left -= Math.min(sizes[index]!, part);
    waiting -= 1;
  }
  return shrunk;
}

function cut(text: string, room: number): string {
  if (text.length + 2 <= room) return text;
  // Never in the middle of a pair.
  const kept = text.slice(0, Math.max(0, room - 40)).replace(/[\uD800-\uDBFF]$/, '');
  return `${kept}… (cut, ${text.length} characters in all)`;
}

function sizeOf(value: Json): number {
  return JSON.stringify(value).length;
}
