import { describe } from 'vitest';
import { createRestateBench } from '../../../fakes/restate-run.ts';
import { useRestate } from '../../../fakes/restate.ts';
import { requireRestate } from '../../../programs.ts';
import { durableSuite } from '../../../suites/durable.ts';

describe.runIf(requireRestate())('on Restate [scale.engine.conformance]', () => {
  const restate = useRestate();

  durableSuite(() => createRestateBench(restate()));
});
