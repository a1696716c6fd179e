import type Database from 'better-sqlite3';
import type { RunEvent } from '../../shared/run/event.ts';
import { createHead } from './head.ts';
import { Payloads, type EventRow } from './payload.ts';

/** Rows that are looked up at a time. */
const CHUNK = 200;

/** Committed events by position, read piece by piece: whoever reads stops when it has enough. */
export interface EventFeed {
  /** The position of the last committed event. */
  head(): number;
  /** Events of all runs after a position, in order. */
  after(pos: number): Generator<RunEvent>;
  /** Positions of these runs' events after a position, in order. */
  positions(runs: readonly string[], pos: number): number[];
  /** The events at these positions, in their order. */
  at(positions: readonly number[]): Generator<RunEvent>;
  /** A run's events after a sequence number, in order. */
  ofRun(run: string, seq: number): Generator<RunEvent>;
}

export function createFeed(database: Database.Database): EventFeed {
  const payloads = new Payloads(database);
  const after = database.prepare<[number, number], EventRow>('select * from events where pos > ? order by pos limit ?');
  // Both read the index of runs only, which has the position of each row.
  const positions = database
    .prepare<[string, number], number>(
      'select pos from events where run_id in (select value from json_each(?)) and pos > ? order by pos',
    )
    .pluck();
  const at = database.prepare<[number], EventRow>('select * from events where pos = ?');
  const ofRun = database.prepare<[string, number, number], EventRow>(
    'select * from events where run_id = ? and seq > ? order by seq limit ?',
  );
  return {
    head: createHead(database),
    *after(pos) {
      for (let from = pos; ;) {
        const rows = after.all(from, CHUNK);
        for (const row of rows) yield payloads.read(row);
        if (rows.length < CHUNK) return;
        from = rows.at(-1)!.pos;
      }
    },
    positions: (runs, pos) => positions.all(JSON.stringify(runs), pos),
    *at(all) {
      for (const pos of all) {
        const row = at.get(pos);
        if (row) yield payloads.read(row);
      }
    },
    *ofRun(run, seq) {
      for (let from = seq; ;) {
        const rows = ofRun.all(run, from, CHUNK);
        for (const row of rows) yield payloads.read(row);
        if (rows.length < CHUNK) return;
        from = rows.at(-1)!.seq;
      }
    },
  };
}
