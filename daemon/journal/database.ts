import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { fail, type StagebookError } from '../../shared/failure.ts';

const MIGRATIONS = fileURLToPath(new URL('migrations', import.meta.url));

/**
 * Opens the database and brings it to the newest schema, each migration in a transaction of its own, after a copy of the file.
 * A file that a newer Stagebook wrote is refused and left alone (`journal.newer`), as is one that cannot be read or written
 * (`journal.unusable`).
 */
export function openDatabase(file: string): Database.Database {
  try {
    return open(file);
  } catch (error) {
    throw error instanceof Database.SqliteError ? unusable(file, error) : error;
  }
}

/** The error of a database file that cannot be read or written, with what to do. */
export function unusable(file: string, error: InstanceType<typeof Database.SqliteError>): StagebookError {
  const { code, message } = error;
  const what = `${file} cannot be used (${message})`;
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) {
    const remedy = 'It is no journal, or a damaged one: move it away and bring back a backup with stagebook restore.';
    return fail('invalid', 'journal.unusable', `${what}. ${remedy}`, { cause: error });
  }
  const remedies: Record<string, string> = {
    SQLITE_CANTOPEN: 'See that the file and its folder belong to you and can be read and written.',
    SQLITE_READONLY: 'See that the file and its folder can be written by you, and that the disk is not read-only.',
    SQLITE_FULL: 'Make room on the disk.',
    SQLITE_IOERR: 'See that the disk has room, and that nothing is wrong with it.',
    SQLITE_BUSY: 'Another program holds it: end that, or try again.',
  };
  const [known] = Object.keys(remedies).filter((name) => code.startsWith(name));
  const remedy =
    known === undefined ? 'Look at the disk, or bring back a backup with stagebook restore.' : remedies[known]!;
  return fail('unavailable', 'journal.unusable', `${what}. ${remedy}`, { cause: error });
}

function open(file: string): Database.Database {
  const database = new Database(file);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
  database.pragma('busy_timeout = 5000');
  // A checkpoint every 16 MB instead of every 4: fewer pauses under load, still a short recovery.
  database.pragma('wal_autocheckpoint = 4000');
  migrate(database, file);
  return database;
}

function migrate(database: Database.Database, file: string): void {
  const steps = readdirSync(MIGRATIONS)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  const done = database.pragma('user_version', { simple: true }) as number;
  if (done > steps.length) {
    database.close();
    throw fail(
      'conflict',
      'journal.newer',
      `${file} was written by a newer Stagebook (schema ${done}, this one knows ${steps.length}). Update Stagebook, or restore a backup made by this version.`,
    );
  }
  if (done === steps.length) return;
  if (done > 0 && existsSync(file)) keepCopy(database, `${file}.before-${done + 1}`);
  for (const [index, name] of steps.entries()) {
    if (index < done) continue;
    const sql = readFileSync(join(MIGRATIONS, name), 'utf8');
    database
      .transaction(() => {
        // Another process may have done it since the first look.
        if ((database.pragma('user_version', { simple: true }) as number) > index) return;
        database.exec(sql);
        database.pragma(`user_version = ${index + 1}`);
      })
      .immediate();
  }
}

/** Beside a copy that is there already: of a try that failed, or of another journal that was restored since. */
function keepCopy(database: Database.Database, copy: string): void {
  const made = `${copy}.${process.pid}`;
  rmSync(made, { force: true });
  database.exec(`vacuum into '${made.replaceAll("'", "''")}'`);
  let free = copy;
  for (let n = 2; existsSync(free); n += 1) free = `${copy}-${n}`;
  renameSync(made, free);
}
