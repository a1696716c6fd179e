import { afterAll, beforeAll, describe } from 'vitest';
import { startRestate, type Restate } from '../../../../daemon/demo/counterparts/restate.ts';
import { createRestateBench } from '../../../fakes/restate-run.ts';
import { requireRestate } from '../../../programs.ts';
import { durableSuite } from '../../../suites/durable.ts';

describe.runIf(requireRestate())('on Restate [scale.engine.conformance]', () => {
  let restate: Restate;
  beforeAll(async () => {
    restate = await startRestate();
  }, 60_000);
  afterAll(() => restate.stop());

  durableSuite(() => createRestateBench(restate.nodes[0]!));
});
