import type Database from 'better-sqlite3';

/** Which run a run page tells of; undefined for any other page. Names compare as Logseq compares them. */
export function createRunPages(database: Database.Database): (graph: string, page: string) => string | undefined {
  const exact = database
    .prepare<[string, string], string>(
      "select run_id from outbox where graph = ? and page = ? collate nocase and part = '' and kind = 'run'",
    )
    .pluck();
  const all = database.prepare<[string], { run: string; page: string }>(
    "select run_id as run, page from outbox where graph = ? and part = '' and kind = 'run'",
  );
  return (graph, page) => {
    const found = exact.get(graph, page);
    // SQLite folds the capitals of ASCII only.
    if (found !== undefined || /^[\u0020-\u007e]*$/.test(page)) return found;
    const wanted = folded(page);
    return all.all(graph).find((row) => folded(row.page) === wanted)?.run;
  };
}

function folded(name: string): string {
  return name.normalize('NFC').toLowerCase();
}
