import { cpSync, existsSync, mkdirSync, realpathSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { fail, type Failure } from '../../shared/failure.ts';
import type { Clock } from '../clock.ts';
import { readConfig } from '../config.ts';
import { sqliteForwards } from '../hub/forwards.ts';
import { claimDirectory } from '../lock.ts';
import { makeHome } from '../make-home.ts';
import { KEPT } from './backup.ts';
import { carryOverPages } from './carry-over.ts';
import { openDatabase } from './database.ts';
import { SqliteJournal } from './sqlite.ts';

const RESTORED: Failure = {
  code: 'run.restored',
  message:
    'This run is as it was in a backup: what it did after that is not on record. stagebook resume asks the counterparts before anything is done again.',
  retryable: false,
};

export interface Restored {
  /** Where the data directory's former content is now; undefined when there was none. */
  former?: string;
  /** Runs that can go on once a person says so. */
  suspended: string[];
}

/**
 * Puts a backup into a data directory. Every run that can still go on is suspended until its effects are verified. What was
 * there is kept beside it; what it remembers of pages is taken over, so that no page is written twice. Throws
 * `backup.not_found`, `backup.broken`, `backup.own`, `daemon.running`, `journal.newer`, `config.home`.
 */
export async function restoreFrom(home: string, folder: string, clock: Clock): Promise<Restored> {
  const source = join(folder, 'journal.db');
  requireWhole(source);
  makeHome(home);
  requireOther(home, folder);
  const release = claimDirectory(home);
  try {
    const former = moveAside(home, clock.now());
    await copyJournal(source, join(home, 'journal.db'));
    for (const name of KEPT) {
      if (existsSync(join(folder, name))) cpSync(join(folder, name), join(home, name), { recursive: true });
    }
    return { ...(former === undefined ? {} : { former }), suspended: await suspendAll(home, clock, former) };
  } finally {
    release();
  }
}

function requireWhole(source: string): void {
  if (!existsSync(source))
    throw fail('not-found', 'backup.not_found', `There is no backup here: ${source} is missing.`);
  const database = new Database(source, { readonly: true });
  try {
    const [answer] = database.pragma('quick_check') as { quick_check: string }[];
    if (answer?.quick_check === 'ok') return;
    throw new Error(answer?.quick_check);
  } catch (error) {
    throw fail('invalid', 'backup.broken', `${source} is damaged. Take another backup.`, { cause: error });
  } finally {
    database.close();
  }
}

/** A directory that is put aside for what is in it would have nothing to take. */
function requireOther(home: string, folder: string): void {
  if (realpathSync(home) !== realpathSync(folder)) return;
  throw fail('invalid', 'backup.own', `${folder} is the data directory itself. Name the folder of a backup.`);
}

/** As SQLite reads it: a copied data directory, or the one that an earlier restore has put aside, may have its last lines in a log beside it. */
async function copyJournal(source: string, target: string): Promise<void> {
  const database = new Database(source, { readonly: true });
  try {
    await database.backup(target);
  } finally {
    database.close();
  }
}

function moveAside(home: string, now: number): string | undefined {
  const names = ['journal.db', 'journal.db-wal', 'journal.db-shm', ...KEPT].filter((name) =>
    existsSync(join(home, name)),
  );
  if (names.length === 0) return undefined;
  const former = join(home, `before-restore-${new Date(now).toISOString().replace(/[:.]/g, '-')}`);
  mkdirSync(former, { mode: 0o700 });
  for (const name of names) renameSync(join(home, name), join(former, name));
  return former;
}

/** Has every run that works on another engine asked for what is missing here, also those that have ended there meanwhile. */
function askAgain(database: Database.Database, home: string, clock: Clock): void {
  const runs = database
    .prepare<[], string>(
      "select run_id from runs where status <> 'completed' and run_id in (select run_id from remote_runs)",
    )
    .pluck()
    .all();
  if (runs.length === 0) return;
  const hub = readConfig(home).restate?.hub.id;
  if (hub === undefined) return;
  const forwards = sqliteForwards(database);
  for (const run of runs) forwards.add(run, 'tell', { hub, run, events: [], at: clock.now(), again: true }, []);
}

/**
 * Completed runs have nothing to go on with; every other one may have done more than the backup knows. But for those that work
 * on another engine: it has their record, and reports what is missing here.
 */
async function suspendAll(home: string, clock: Clock, former: string | undefined): Promise<string[]> {
  const database = openDatabase(join(home, 'journal.db'));
  try {
    if (former !== undefined) carryOverPages(database, former);
    const runs = database
      .prepare<[], string>(
        "select run_id from runs where status <> 'completed' and run_id not in (select run_id from remote_runs)",
      )
      .pluck()
      .all();
    const journal = new SqliteJournal(database, clock);
    await Promise.all(
      runs.map((run) => journal.append(run, [{ type: 'run.suspended', node: '', payload: { failure: RESTORED } }])),
    );
    journal.close();
    askAgain(database, home, clock);
    return runs;
  } finally {
    database.close();
  }
}
