import { describe, expect, it } from 'vitest';
import { isGood, playCluster } from '../../../daemon/demo/cluster/cluster.ts';
import { requireRestate } from '../../programs.ts';

const hasRestate = requireRestate();

describe.runIf(hasRestate)('npm run demo cluster', () => {
  it('finishes every run over the kill of a node and of a worker, each step recorded once and no effect doubled [scale.cluster.kills]', async () => {
    const said: string[] = [];
    const outcome = await playCluster(10, (line) => said.push(line));
    expect(outcome).toMatchObject({ runs: 10, completed: 10, steps: 55, recordedOnce: 55, problems: [] });
    expect(outcome.books).toEqual({ effects: 45, doubled: 0 });
    expect(isGood(outcome)).toBe(true);
    expect(said.join('\n')).toMatch(/Killing the node n2 \(\d+\) and worker-1 \(\d+\)/);
  });
});
