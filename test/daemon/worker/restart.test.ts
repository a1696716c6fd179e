import { describe, expect, it } from 'vitest';
import { restartWaitingRuns } from '../../fakes/waiting-runs.ts';
import { requireRestate } from '../../programs.ts';

const SIGNED = 1_000;
const ASKED = 40;
const RUNS = SIGNED + ASKED;
/** Each time; longer than this, and something hangs. */
const WITHIN_MS = 300_000;

describe.runIf(requireRestate())('a thousand runs that wait for signatures, and some for answers', () => {
  it(
    'survive that worker, hub and Restate are killed with SIGKILL, and finish after them, each effect once; a signature that did not come by the hub is refused [scale.restart.all] [scale.ingest.signatures]',
    async () => {
      const { took: _took, ...result } = await restartWaitingRuns({ signed: SIGNED, asked: ASKED }, WITHIN_MS);
      expect(result).toEqual({
        waited: RUNS,
        knownAfter: RUNS,
        completed: RUNS,
        effects: 2 * RUNS,
        doubled: 0,
        signatures: SIGNED,
        problems: [],
        forged: { ingress: 403, worker: 'ingest.unsigned' },
      });
    },
    2 * WITHIN_MS,
  );
});
