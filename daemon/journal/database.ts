import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { fail } from '../../shared/failure.ts';

const MIGRATIONS = fileURLToPath(new URL('migrations', import.meta.url));

/**
 * Opens the database and brings it to the newest schema, each migration in a transaction of its own, after a copy of the file.
 * A file that a newer Stagebook wrote is refused and left alone (`journal.newer`).
 */
export function openDatabase(file: string): Database.Database {
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
  if (done > 0 && existsSync(file))
    database.exec(`vacuum into '${`${file}.before-${done + 1}`.replaceAll("'", "''")}'`);
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
