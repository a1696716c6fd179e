import { graphSuite } from '../../suites/graph.ts';
import { MemoryGraph } from './memory-graph.ts';

for (const ownUuids of [false, true]) {
  graphSuite(`the graph in memory that tests use${ownUuids ? ', with uuids of its own,' : ''}`, () =>
    Promise.resolve({ graph: new MemoryGraph({ ownUuids }), dispose: () => Promise.resolve() }),
  );
}
