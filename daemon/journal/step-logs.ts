import Database from 'better-sqlite3';
import { readJson } from '../../shared/read-json.ts';
import type { Clock } from '../clock.ts';
import type { LogLines, OutputLine, StepLogs } from '../engine/step-logs.ts';

/** What is kept (engine.md, Growth): of a run so many bytes, the newest; of a line so many characters; for so long. */
const BYTES_OF_RUN = 10 * 2 ** 20;
const LONGEST_LINE = 10_000;
const KEPT_MS = 30 * 86_400_000;

/** Lines are written together: this long after the first, or when there are so many characters of them. */
const WRITE_AFTER_MS = 1_000;
const WRITE_AT = 64 * 1024;
const DAY_MS = 86_400_000;

type Line = [at: number, text: string];

interface Pending {
  run: string;
  node: string;
  lines: Line[];
}

/**
 * Logs of steps in the journal's database. They are written apart from events, since nothing depends on them: what the last
 * second said may be lost when the process is killed, and what cannot be written is.
 */
export function sqliteStepLogs(database: Database.Database, clock: Clock): StepLogs {
  const insert = database.prepare<[string, string, number, number, number, number, string]>(
    'insert into logs (run_id, node_key, first, count, bytes, at, lines) values (?, ?, ?, ?, ?, ?, ?)',
  );
  const nextOf = database
    .prepare<[string, string], number>(
      'select first + count from logs where run_id = ? and node_key = ? order by first desc limit 1',
    )
    .pluck();
  const bytesOf = database
    .prepare<[string], number>('select coalesce(sum(bytes), 0) from logs where run_id = ?')
    .pluck();
  const oldestOf = database.prepare<[string], { id: number; bytes: number }>(
    'select id, bytes from logs where run_id = ? order by id',
  );
  const drop = database.prepare<[number]>('delete from logs where id = ?');
  const dropOld = database.prepare<[number]>('delete from logs where at < ?');
  const from = database.prepare<[string, string, number], { first: number; lines: string }>(
    'select first, lines from logs where run_id = ? and node_key = ? and first + count > ? order by first',
  );

  let pending = new Map<string, Pending>();
  let characters = 0;
  let swept = 0;
  let takeBack: (() => void) | undefined;

  const write = database.transaction((all: readonly Pending[], now: number) => {
    for (const { run, node, lines } of all) {
      const text = JSON.stringify(lines);
      insert.run(run, node, nextOf.get(run, node) ?? 0, lines.length, Buffer.byteLength(text), now, text);
    }
    for (const run of new Set(all.map((each) => each.run))) {
      let over = bytesOf.get(run)! - BYTES_OF_RUN;
      for (const { id, bytes } of over > 0 ? oldestOf.all(run) : []) {
        if (over <= 0) break;
        drop.run(id);
        over -= bytes;
      }
    }
    if (now - swept < DAY_MS) return;
    dropOld.run(now - KEPT_MS);
    swept = now;
  });

  const flush = (): void => {
    takeBack?.();
    takeBack = undefined;
    if (pending.size === 0) return;
    const all = [...pending.values()];
    pending = new Map();
    characters = 0;
    try {
      write(all, clock.now());
    } catch (error) {
      // A disk without room is told of by the journal, which fails with it: for what a step said, no step and no daemon ends.
      if (!(error instanceof Database.SqliteError)) throw error;
    }
  };

  return {
    add({ run, node, at, text }: OutputLine) {
      const key = `${run} ${node}`;
      const own = pending.get(key) ?? { run, node, lines: [] };
      pending.set(key, own);
      own.lines.push([at, text.slice(0, LONGEST_LINE)]);
      characters += text.length;
      if (characters >= WRITE_AT) flush();
      else takeBack ??= clock.at(clock.now() + WRITE_AFTER_MS, flush);
    },
    read(run, node, offset, most): LogLines {
      flush();
      const lines: LogLines['lines'] = [];
      let next = offset;
      let left = most;
      for (const piece of from.iterate(run, node, offset)) {
        for (const [index, [at, text]] of (readJson(piece.lines) as Line[]).entries()) {
          if (piece.first + index < offset) continue;
          left -= JSON.stringify({ at, text }).length + 1;
          if (left < 0 && lines.length > 0) return { lines, next, done: false };
          lines.push({ at, text });
          next = piece.first + index + 1;
        }
      }
      return { lines, next, done: true };
    },
    flush,
  };
}
