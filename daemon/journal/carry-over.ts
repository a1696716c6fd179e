import { join } from 'node:path';
import type Database from 'better-sqlite3';

/**
 * Takes over what the writer remembers of pages from the journal that a restored one replaces: the pages are as that one left
 * them, and not as they were when the backup was made. Pages that only the backup knows stay as it knows them. Gives the number
 * of pages; 0 when the former journal cannot be read, which may be why somebody restores.
 */
export function carryOverPages(database: Database.Database, former: string): number {
  try {
    database.prepare('attach ? as former').run(join(former, 'journal.db'));
  } catch {
    return 0;
  }
  try {
    return database
      .transaction(() => {
        const pages = 'select distinct graph, page from former.page_blocks';
        database.exec(`delete from main.page_blocks where (graph, page) in (${pages})`);
        database.exec(
          'insert into main.page_blocks (graph, page, key, uuid, hash) select graph, page, key, uuid, hash from former.page_blocks',
        );
        return (
          database
            .prepare<[], number>(`select count(*) from (${pages}) where instr(page, char(10)) = 0`)
            .pluck()
            .get() ?? 0
        );
      })
      .immediate();
  } catch {
    return 0;
  } finally {
    database.exec('detach former');
  }
}
