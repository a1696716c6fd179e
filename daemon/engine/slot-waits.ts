import type Database from 'better-sqlite3';
import { isObject } from '../../shared/json.ts';
import { readJson } from '../../shared/read-json.ts';
import { SLOTS } from './slots.ts';

/** What a run stands in line for: the key of `concurrency`, which runs have its slots, and how many are before it in line. */
export interface SlotWait {
  key: string;
  holders: string[];
  before: number;
}

/** The runs that stand in line for a slot now, as the journal has them. */
export function slotWaits(database: Database.Database): ReadonlyMap<string, SlotWait> {
  const cells = database
    .prepare<[string, string], { name: string; value: string }>(
      'select name, value from cells where name >= ? and name < ?',
    )
    .all(SLOTS, `${SLOTS.slice(0, -1)};`);
  const waits = new Map<string, SlotWait>();
  for (const { name, value } of cells) {
    const slots = readJson(value);
    if (!isObject(slots) || !Array.isArray(slots.queue) || !Array.isArray(slots.holders)) continue;
    const holders = slots.holders.map(String);
    for (const [before, run] of slots.queue.entries()) {
      waits.set(String(run), { key: name.slice(SLOTS.length), holders, before });
    }
  }
  return waits;
}

/** The same as one phrase; `nameOf` says how a run is called. */
export function slotPhrase({ key, holders, before }: SlotWait, nameOf: (run: string) => string): string {
  const line = before === 0 ? '' : `, with ${before} before it in line`;
  return `waits for a slot of “${key}”, which ${holders.map(nameOf).join(', ')} ${holders.length === 1 ? 'has' : 'have'}${line}`;
}
