import { afterAll, beforeAll } from 'vitest';
import { startRestate, type Restate, type RestateNode } from '../../daemon/demo/counterparts/restate.ts';

/** A real Restate of one node for the tests of a file, which ends after the last of them. */
export function useRestate(): () => RestateNode {
  let restate: Restate;
  beforeAll(async () => {
    restate = await startRestate();
  });
  afterAll(() => restate.stop());
  return () => restate.nodes[0]!;
}
