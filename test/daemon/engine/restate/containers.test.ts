import { afterAll, beforeAll, describe } from 'vitest';
import { startRestate, type Restate } from '../../../../daemon/demo/counterparts/restate.ts';
import { createRestateEngine } from '../../../fakes/restate-engine.ts';
import { requireRestate } from '../../../programs.ts';
import { containersSuite, everyCrash } from '../../../suites/containers.ts';

describe.runIf(requireRestate())('on Restate [scale.engine.conformance]', () => {
  let restate: Restate;
  beforeAll(async () => {
    restate = await startRestate();
  }, 60_000);
  afterAll(() => restate.stop());

  // Each takes a network's time here, so it is before one commit, after the fourth, before the fifth …
  const inTurn = (writes: number) => everyCrash(writes).filter((_, index) => index % 8 === 0 || index % 8 === 7);
  containersSuite((crash) => createRestateEngine(restate.nodes[0]!, crash), inTurn);
});
