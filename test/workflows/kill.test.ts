import { afterEach, describe, expect, it } from 'vitest';
import type { Json } from '../../shared/json.ts';
import { createRelease, outcomeOf, usualAnswer, type ReleaseRun } from '../fakes/release.ts';

const ADA = { kind: 'person', name: 'Ada' } as const;
let release: ReleaseRun;
afterEach(() => release.test.remove());

async function cleanRun(): Promise<{ outcome: Json; writes: number }> {
  release = await createRelease();
  const state = await release.work();
  expect(state?.failure).toBeUndefined();
  expect(state?.status).toBe('completed');
  return { outcome: outcomeOf(state, release.books), writes: release.test.journal.writes };
}

describe('package release on fast stand-ins', () => {
  it(
    'ends the same when the process ends right before or right after any write to the journal [core.kill.every-event]',
    { timeout: 900_000 },
    async () => {
      const { outcome, writes } = await cleanRun();
      let crashes = 0;
      for (let at = 1; at <= writes; at += 1) {
        for (const when of ['before', 'after'] as const) {
          release.test.remove();
          release = await createRelease({ at, when });
          expect(await release.work(), `it should have crashed ${when} write ${at}`).toBeUndefined();
          release = await release.restart();
          expect(outcomeOf(await release.work(), release.books), `${when} write ${at}`).toEqual(outcome);
          crashes += 1;
        }
      }
      console.log(
        `the engine was ended at ${crashes} points of ${writes} writes; every run finished, nothing missing or doubled`,
      );
      expect(crashes).toBeGreaterThan(150);
    },
  );

  it(
    'ends the same when it is cancelled at any write and resumed [core.kill.cancel]',
    { timeout: 900_000 },
    async () => {
      const { outcome, writes } = await cleanRun();
      for (let at = 2; at < writes; at += 2) {
        release.test.remove();
        release = await createRelease({ at, when: 'after' });
        await release.work();
        release = await release.restart();
        const { engine } = release.test;
        const [summary] = engine.list();
        const cancelled = await engine.cancel(summary!.run, ADA).then(
          () => true,
          () => false,
        );
        await release.test.work();
        // Cancelled when nothing was left to do, it had just ended.
        if (cancelled && engine.state(summary!.run).status !== 'completed') {
          expect(engine.state(summary!.run).status, `cancelled at write ${at}`).toBe('cancelled');
          await engine.resume(summary!.run, { by: ADA });
        }
        const state = await release.work();
        expect(state?.failure, `resumed at write ${at}`).toBeUndefined();
        expect(effects(outcomeOf(state, release.books)), `cancelled at write ${at}`).toEqual(effects(outcome));
      }
    },
  );

  it.each([
    'version.bump',
    'changelog.generate',
    'docs.update_version',
    'git.commit',
    'push_the_release_branch',
    'npm.rehearse',
    'git.tag',
    'push_the_tag',
    'npm.publish',
    'github.create_release',
    'page.write_release',
    'page.write_announcement',
  ])('recognises what %s did when its answer is lost [core.kill.lost-answer]', async (who) => {
    const { outcome } = await cleanRun();
    release.test.remove();
    release = await createRelease(undefined, { [who]: { $lost: usualAnswer(who) } });
    const state = await release.work();
    expect(state?.failure).toBeUndefined();
    expect(effects(outcomeOf(state, release.books))).toEqual(effects(outcome));
  });

  it.each(['prepare', 'validate', 'publish'])(
    'repeats nothing that stands when it is resumed from %s [core.kill.resume-from]',
    async (stage) => {
      const { outcome } = await cleanRun();
      release.test.remove();
      release = await createRelease(undefined, {
        'release.reconcile': {
          $each: [
            { registry: true, tag: true, github_release: false, complete: false, missing: ['github_release'] },
            { registry: true, tag: true, github_release: true, complete: true, missing: [] },
          ],
        },
      });
      const failed = await release.work();
      expect(failed?.status).toBe('failed');
      await release.test.engine.resume(failed!.run, { by: ADA, from: stage });
      const state = await release.work();
      expect(state?.failure).toBeUndefined();
      expect(state?.epoch).toBe(2);
      expect(effects(outcomeOf(state, release.books))).toEqual(effects(outcome));
    },
  );
});

/** What stands in the end. What a cancel has taken back is made again after it: the way back is no part of that. */
function effects(outcome: Json): Json {
  return (outcome as { effects: string[] }).effects.filter((id) => !/^(put|take)_the_\w+_back$/.test(id)).toSorted();
}
