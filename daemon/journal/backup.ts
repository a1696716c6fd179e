import { cpSync, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { fail } from '../../shared/failure.ts';
import { makeFolder } from '../make-folder.ts';

/** What a data directory is, beside what can be made again. */
export const KEPT = ['keys', 'config.yaml'] as const;

/**
 * Copies a data directory while a daemon works on it: the journal as of one moment, the keys (each still under its PIN)
 * and the configuration. `folder` must be new or empty. Throws `backup.exists`.
 */
export async function backupTo(home: string, folder: string): Promise<void> {
  const there = statSync(folder, { throwIfNoEntry: false });
  if (there && !(there.isDirectory() && readdirSync(folder).length === 0)) {
    const what = there.isDirectory() ? 'is not empty' : 'is a file';
    throw fail('conflict', 'backup.exists', `${folder} ${what}. Name a new folder for the backup.`);
  }
  makeFolder(folder, 0o700);
  const database = new Database(join(home, 'journal.db'), { readonly: true, fileMustExist: true });
  try {
    await database.backup(join(folder, 'journal.db'));
  } finally {
    database.close();
  }
  for (const name of KEPT) {
    if (existsSync(join(home, name))) cpSync(join(home, name), join(folder, name), { recursive: true });
  }
}
