import type Database from 'better-sqlite3';
import type { BlockMemory, Remembered } from '../graph/block-memory.ts';

/** What the writer remembers of its blocks, in the journal's database. */
export function sqliteBlockMemory(database: Database.Database): BlockMemory {
  const get = database.prepare<[string, string], { key: string; uuid: string; hash: string }>(
    'select key, uuid, hash from page_blocks where graph = ? and page = ?',
  );
  const put = database.prepare<[string, string, string, string, string]>(
    'insert into page_blocks values (?, ?, ?, ?, ?) on conflict do update set uuid = excluded.uuid, hash = excluded.hash',
  );
  const drop = database.prepare<[string, string, string]>(
    'delete from page_blocks where graph = ? and page = ? and key = ?',
  );
  const change = database.transaction(
    (graph: string, page: string, set: ReadonlyMap<string, Remembered>, gone: readonly string[]) => {
      for (const key of gone) drop.run(graph, page, key);
      for (const [key, { uuid, hash }] of set) put.run(graph, page, key, uuid, hash);
    },
  );
  return {
    get: (graph, page) => new Map(get.all(graph, page).map(({ key, uuid, hash }) => [key, { uuid, hash }])),
    put: (graph, page, set, gone) => change(graph, page, set, gone),
  };
}
