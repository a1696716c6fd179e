/**
 * A process that writes to a graph, for the tests that run several at once or kill one.
 * `node writing-process.ts FOLDER PAGE add NAME COUNT` adds that many blocks of its own;
 * `node writing-process.ts FOLDER PAGE rewrite` replaces the page's only block again and again by one of another kind.
 */
import { StagebookError } from '../../../shared/failure.ts';
import { openFolder } from '../../../daemon/graph/folder.ts';
import type { Change, Graph, GraphPage } from '../../../daemon/graph/graph.ts';

const [folder, page, mode, name, count] = process.argv.slice(2) as [string, string, string, string?, string?];
const graph = await openFolder(folder);
if (mode === 'add') {
  for (let n = 0; n < Number(count); n += 1) {
    await insist(graph, (read) => [
      { kind: 'insert', parent: null, after: read?.blocks.at(-1)?.ref ?? null, content: `${name} ${n}` },
    ]);
  }
} else {
  for (let n = 0; ; n += 1) {
    const content = String(n % 10).repeat(200_000);
    await insist(graph, (read) =>
      read
        ? [{ kind: 'update', ref: read.blocks[0]!.ref, content }]
        : [{ kind: 'insert', parent: null, after: null, content }],
    );
    if (n === 0) process.stdout.write('writing\n');
  }
}

async function insist(target: Graph, changes: (read: GraphPage | null) => Change[]): Promise<void> {
  for (;;) {
    const read = await target.read(page);
    try {
      await target.change(page, read?.revision ?? null, changes(read));
      return;
    } catch (error) {
      if (!(error instanceof StagebookError) || error.code !== 'graph.changed') throw error;
    }
  }
}
