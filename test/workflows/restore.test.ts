import Database from 'better-sqlite3';
import { afterEach, expect, it } from 'vitest';
import { SqliteJournal } from '../../daemon/journal/sqlite.ts';
import { SimulatedClock } from '../../daemon/scenarios/simulated-clock.ts';
import type { Failure } from '../../shared/failure.ts';
import { createRelease, outcomeOf, type ReleaseRun } from '../fakes/release.ts';

const ADA = { kind: 'person', name: 'Ada' } as const;
const RESTORED: Failure = {
  code: 'run.restored',
  message: 'The journal was restored from a backup.',
  retryable: false,
};

let release: ReleaseRun;
afterEach(() => release.test.remove());

it(
  'a backup restored in the middle of a release leaves nothing missing or doubled, wherever it was made [core.kill.restore]',
  { timeout: 180_000 },
  async () => {
    release = await createRelease();
    const clean = outcomeOf(await release.work(), release.books) as { effects: string[] };
    const { writes } = release.test.journal;
    // Not its last write: with all but that one in the backup, opening it ends the run at once.
    for (let at = 4; at < writes - 1; at += 6) {
      release.test.remove();
      // The journal as it was at this write is the backup …
      release = await createRelease({ at, when: 'after' });
      await release.work();
      const backup = await asRestored(release.test.database.serialize());
      if (!backup) continue;
      // … the release goes on to its end, and then the disk is lost.
      release = await release.restart();
      expect((await release.work())?.status).toBe('completed');
      release = await release.restart(undefined, backup);
      const [summary] = release.test.engine.list();
      expect(summary?.status).toBe('suspended');
      await release.test.engine.resume(summary!.run, { by: ADA });
      const state = await release.work();
      expect(state?.failure, `restored from write ${at}`).toBeUndefined();
      expect(state?.status, `restored from write ${at}`).toBe('completed');
      expect(release.books.map(({ id }) => id).toSorted(), `restored from write ${at}`).toEqual(
        clean.effects.toSorted(),
      );
    }
  },
);

/** A backup with its run held, as `stagebook restore` leaves it. Undefined when the run had ended before it was made. */
async function asRestored(backup: Buffer): Promise<Buffer | undefined> {
  // In memory there is no write-ahead log: bytes 18 and 19 of the header say whether there is one.
  const database = new Database(Buffer.from(backup).fill(1, 18, 20));
  const journal = new SqliteJournal(database, new SimulatedClock());
  try {
    const [run] = journal.runs({ limit: 1 });
    if (run!.endedAt !== undefined) return undefined;
    await journal.append(run!.run, [{ type: 'run.suspended', node: '', payload: { failure: RESTORED } }]);
    return database.serialize();
  } finally {
    journal.close();
    database.close();
  }
}
