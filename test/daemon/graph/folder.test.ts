import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFolder } from '../../../daemon/graph/folder.ts';
import { graphSuite } from '../../suites/graph.ts';

graphSuite('a folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'stagebook-graph-'));
  const graph = await openFolder(folder);
  return {
    graph,
    dispose: async () => {
      await graph.close();
      await rm(folder, { recursive: true });
    },
  };
});
