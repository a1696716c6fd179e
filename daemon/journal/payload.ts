import { hash } from 'node:crypto';
import type Database from 'better-sqlite3';
import { readJson } from '../../shared/read-json.ts';
import type { RunEvent } from '../../shared/run/event.ts';

/** Payloads longer than this many characters go to a table of their own (engine.md, Growth). */
const INLINE_LIMIT = 16 * 1024;

/** A row of the events table. */
export interface EventRow {
  pos: number;
  run_id: string;
  seq: number;
  type: string;
  node_key: string;
  attempt: number;
  epoch: number;
  payload: string;
  at: number;
  prev_hash: string;
}

/** SHA-256, hex. */
export const sha256 = (text: string): string => hash('sha256', text);

/** The link of the chain that the next event of this run carries as `prev`: a hash over everything the row says. */
export function chainHash(row: Omit<EventRow, 'pos'>): string {
  const { prev_hash, run_id, seq, type, node_key, attempt, epoch, at, payload } = row;
  return linkHash(prev_hash, run_id, seq, type, node_key, attempt, epoch, at, payload);
}

/** The same of the parts of a row, for whoever has no row. */
export function linkHash(
  prev: string,
  run: string,
  seq: number,
  type: string,
  node: string,
  attempt: number,
  epoch: number,
  at: number,
  payload: string,
): string {
  return sha256(`${prev}\n${run}\n${seq}\n${type}\n${node}\n${attempt}\n${epoch}\n${at}\n${payload}`);
}

/** Stores long payloads once, by content; the row then holds only a reference. */
export class Payloads {
  readonly #put: Database.Statement<[string, string]>;
  readonly #get: Database.Statement<[string], string>;

  constructor(database: Database.Database) {
    this.#put = database.prepare('insert into blobs values (?, ?) on conflict do nothing');
    this.#get = database.prepare<[string], string>('select data from blobs where sha = ?').pluck();
  }

  write(payload: unknown): string {
    const text = JSON.stringify(payload);
    if (text.length <= INLINE_LIMIT) return text;
    const sha = sha256(text);
    this.#put.run(sha, text);
    return `@${sha}`;
  }

  read(row: EventRow): RunEvent {
    const text = row.payload.startsWith('@') ? this.#get.get(row.payload.slice(1)) : row.payload;
    if (text === undefined) throw new Error(`event ${row.pos} refers to a payload that is not in the database`);
    return {
      pos: row.pos,
      run: row.run_id,
      seq: row.seq,
      type: row.type,
      node: row.node_key,
      attempt: row.attempt,
      epoch: row.epoch,
      at: row.at,
      payload: readJson(text),
      prev: row.prev_hash,
    } as RunEvent;
  }
}
