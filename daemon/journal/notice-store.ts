import type Database from 'better-sqlite3';
import { readJson } from '../../shared/read-json.ts';
import { messageSchema, type ChannelName } from '../notices/channel.ts';
import type { NoticeStore } from '../notices/notices.ts';

interface Row {
  key: string;
  channel: ChannelName;
  run_id: string;
  message: string;
  queued_at: number;
  next_at: number;
  retried_at: number | null;
  tries: number;
  uncertain: 0 | 1;
  delivered_at: number | null;
  given_up_at: number | null;
  problem: string;
}

const WAITING = 'delivered_at is null and given_up_at is null';
/**
 * Of each run the first by each channel: what follows waits for it, so that nobody is told that it is over and then that it
 * burns.
 */
const FIRST = `rowid in (select min(rowid) from notices where ${WAITING} group by channel, run_id)`;
/** What has not got through, and nobody has left for good. */
const UNDELIVERED = 'delivered_at is null and discarded_by is null';

/** Notices in the journal's database: a message that was queued survives whatever ends the process. */
export function sqliteNoticeStore(database: Database.Database): NoticeStore {
  const add = database.prepare(
    `insert into notices (key, channel, run_id, message, queued_at, next_at)
      values (@key, @channel, @run, @message, @queuedAt, @queuedAt) on conflict do nothing`,
  );
  const find = database.prepare<[string], Row>('select * from notices where key = ?');
  const due = database.prepare<[ChannelName, number, number], Row>(
    `select * from notices where ${FIRST} and channel = ? and next_at <= ? order by queued_at, rowid limit ?`,
  );
  const nextAt = database.prepare<[], number | null>(`select min(next_at) from notices where ${FIRST}`).pluck();
  const waiting = database.prepare<[], number>(`select count(*) from notices where ${WAITING}`).pluck();
  const delivered = database.prepare<[number, string]>(
    "update notices set delivered_at = ?, tries = tries + 1, problem = '' where key = ?",
  );
  const postponed = database.prepare<[number, string, number, string]>(
    'update notices set next_at = ?, problem = ?, uncertain = ?, tries = tries + 1 where key = ?',
  );
  const givenUp = database.prepare<[number, string, string]>(
    'update notices set given_up_at = ?, problem = ?, tries = tries + 1 where key = ?',
  );
  const undelivered = database.prepare<[], Row & { id: number }>(
    `select rowid as id, * from notices where ${UNDELIVERED} order by queued_at, rowid`,
  );
  const retry = database.prepare<[{ id: number | null; at: number }]>(
    `update notices set given_up_at = null, next_at = @at, retried_at = @at where ${UNDELIVERED} and (@id is null or rowid = @id)`,
  );
  const discard = database.prepare<[{ id: number; at: number; by: string; why: string }]>(
    `update notices set given_up_at = coalesce(given_up_at, @at), discarded_by = @by, discarded_why = @why
      where ${UNDELIVERED} and rowid = @id`,
  );
  return {
    add: ({ message, ...notice }) => add.run({ ...notice, message: JSON.stringify(message) }).changes > 0,
    find(key) {
      const row = find.get(key);
      if (!row) return undefined;
      const { channel, delivered_at: deliveredAt, given_up_at: givenUpAt, tries, problem } = row;
      return { channel, deliveredAt, givenUpAt, tries, problem };
    },
    due: (channel, now, limit) =>
      // SQLite knows no infinity.
      due.all(channel, Math.min(now, Number.MAX_SAFE_INTEGER), limit).map((row) => ({
        key: row.key,
        channel: row.channel,
        run: row.run_id,
        message: messageSchema.parse(readJson(row.message)),
        queuedAt: row.queued_at,
        retriedAt: row.retried_at,
        tries: row.tries,
        uncertain: row.uncertain === 1,
      })),
    nextAt: () => nextAt.get() ?? undefined,
    waiting: () => waiting.get() ?? 0,
    delivered: (key, at) => void delivered.run(at, key),
    postponed: (key, at, problem, uncertain) => void postponed.run(at, problem, uncertain ? 1 : 0, key),
    givenUp: (key, at, problem) => void givenUp.run(at, problem, key),
    undelivered: () =>
      undelivered.all().map((row) => ({
        id: row.id,
        channel: row.channel,
        run: row.run_id,
        title: messageSchema.parse(readJson(row.message)).title,
        queuedAt: row.queued_at,
        givenUpAt: row.given_up_at,
        nextAt: row.next_at,
        tries: row.tries,
        uncertain: row.uncertain === 1,
        problem: row.problem,
      })),
    retry: (ids, at) =>
      ids === undefined
        ? retry.run({ id: null, at }).changes
        : ids.reduce((count, id) => count + retry.run({ id, at }).changes, 0),
    discard: (id, at, by, why) => discard.run({ id, at, by, why }).changes > 0,
  };
}
