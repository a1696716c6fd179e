import { describe } from 'vitest';
import { createRestateEngine } from '../../../fakes/restate-engine.ts';
import { useRestate } from '../../../fakes/restate.ts';
import { requireRestate } from '../../../programs.ts';
import { containersSuite, everyCrash } from '../../../suites/containers.ts';

describe.runIf(requireRestate())('on Restate [scale.engine.conformance]', () => {
  const restate = useRestate();

  // Each takes a network's time here, so it is before one commit, after the fourth, before the fifth …
  const inTurn = (writes: number) => everyCrash(writes).filter((_, index) => index % 8 === 0 || index % 8 === 7);
  containersSuite((crash) => createRestateEngine(restate(), crash), inTurn);
});
