import { afterEach, expect, it } from 'vitest';
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
      const backup = release.test.database.serialize();
      // … the release goes on to its end, and then the disk is lost.
      release = await release.restart();
      expect((await release.work())?.status).toBe('completed');
      release = await release.restart(undefined, backup);
      const { engine, journal } = release.test;
      const [summary] = engine.list();
      if (journal.run(summary!.run)!.status !== 'suspended') {
        await journal.append(summary!.run, [{ type: 'run.suspended', node: '', payload: { failure: RESTORED } }]);
      }
      release = await release.restart();
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
