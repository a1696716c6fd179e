import type Database from 'better-sqlite3';
import { readJson } from '../../shared/read-json.ts';
import type { Done } from '../review/apply.ts';
import type { AppliedFix, Day, Decision, ReviewStore } from '../review/store.ts';

/** After so long a fix is not undone any more: what stood on pages is no longer kept, in milliseconds. */
const FORGOTTEN_AFTER_MS = 30 * 86_400_000;

/** What people decided, what was fixed, and how healthy a graph was, in the journal's database. */
export function sqliteReviews(database: Database.Database): ReviewStore {
  const decisions = database.prepare<[string], Decision>(
    'select finding, kind, until, reason, by, at, title from review_decisions where graph = ?',
  );
  const decide = database.prepare<[Decision & { graph: string }]>(
    'insert or replace into review_decisions values (@graph, @finding, @kind, @until, @reason, @by, @at, @title)',
  );
  const reopen = database.prepare<[string, string]>('delete from review_decisions where graph = ? and finding = ?');
  const applied = database.prepare<[Omit<AppliedFix, 'fix' | 'undone'> & { graph: string; pages: string }]>(
    'insert into review_fixes (graph, finding, title, pages, by, at) values (@graph, @finding, @title, @pages, @by, @at)',
  );
  const fixes = database.prepare<[string, number], Omit<AppliedFix, 'undone'> & { undone: number | null }>(
    'select fix, finding, title, by, at, undone from review_fixes where graph = ? order by fix desc limit ?',
  );
  const fix = database
    .prepare<[string, number], string>('select pages from review_fixes where graph = ? and fix = ? and undone is null')
    .pluck();
  const undone = database.prepare<[number, number]>("update review_fixes set undone = ?, pages = '' where fix = ?");
  const forget = database.prepare<[number]>('delete from review_fixes where at < ?');
  const day = database.prepare<[string, string, number, number, string]>(
    'insert or replace into review_days values (?, ?, ?, ?, ?)',
  );
  const days = database.prepare<[string, number], { day: string; pages: number; counts: string }>(
    'select day, pages, counts from review_days where graph = ? order by day desc limit ?',
  );
  return {
    decisions: (graph) => decisions.all(graph),
    decide: (graph, decision) => void decide.run({ ...decision, graph }),
    reopen: (graph, finding) => void reopen.run(graph, finding),
    applied(graph, entry, pages) {
      forget.run(entry.at - FORGOTTEN_AFTER_MS);
      return Number(applied.run({ ...entry, graph, pages: JSON.stringify(pages) }).lastInsertRowid);
    },
    fixes: (graph, limit) =>
      fixes.all(graph, limit).map(({ undone: at, ...rest }) => ({ ...rest, ...(at === null ? {} : { undone: at }) })),
    fix(graph, number) {
      const pages = fix.get(graph, number);
      return pages === undefined ? undefined : (readJson(pages) as unknown as Done[]);
    },
    undone: (number, at) => void undone.run(at, number),
    keepDay: (graph, { day: date, pages, counts }, at) => void day.run(graph, date, at, pages, JSON.stringify(counts)),
    days: (graph, limit) =>
      days
        .all(graph, limit)
        .map(({ day: date, pages, counts }) => ({
          day: date,
          pages,
          counts: readJson(counts) as unknown as Day['counts'],
        }))
        .toReversed(),
  };
}
