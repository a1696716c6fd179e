import { afterAll, beforeAll, describe } from 'vitest';
import { startRestate, type Restate } from '../../../../daemon/demo/counterparts/restate.ts';
import { createRestateEngine } from '../../../fakes/restate-engine.ts';
import { requireRestate } from '../../../programs.ts';
import { callsSuite } from '../../../suites/calls.ts';

describe.runIf(requireRestate())('on Restate [scale.engine.shared]', () => {
  let restate: Restate;
  beforeAll(async () => {
    restate = await startRestate();
  }, 60_000);
  afterAll(() => restate.stop());

  callsSuite(({ crash, paths } = {}) =>
    createRestateEngine(restate.nodes[0]!, crash, undefined, paths ? { paths } : undefined),
  );
});
