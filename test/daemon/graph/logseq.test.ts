import { openLogseq } from '../../../daemon/graph/logseq.ts';
import { createModel, type ModelOptions } from '../../e2e/host/model/model.ts';
import { graphSuite } from '../../suites/graph.ts';
import { modelHost } from './model-host.ts';

const HOSTS: readonly ModelOptions[] = [
  { kind: 'file', hostAge: 'old' },
  { kind: 'file', hostAge: 'new' },
  { kind: 'db', hostAge: 'new', pluginId: 'stagebook' },
];

for (const options of HOSTS) {
  graphSuite(`Logseq (${options.kind}, ${options.hostAge})`, async () => {
    const model = createModel(options);
    const graph = await openLogseq(modelHost(model), { id: 'logseq' });
    return { graph, dispose: () => graph.close() };
  });
}
