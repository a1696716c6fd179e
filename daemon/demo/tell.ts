import type { Engine } from '../engine/engine.ts';

/** Prints what happens, a line a step: what is done as it is done. Returns a function that ends it. */
export function tellLines(engine: Engine, print: (line: string) => void): () => void {
  return engine.subscribe({
    events: (events) => {
      for (const event of events) {
        if (event.type === 'node.started' && event.payload.role === 'stage') print(`\n${event.payload.title}`);
        if (event.type !== 'node.completed' && event.type !== 'node.failed') continue;
        const { step, startedAt } = event.payload;
        if (!step) continue;
        const mark = event.type === 'node.completed' ? '●' : '✗';
        print(`  ${mark} ${event.node.split('/').at(-1)!.replaceAll('_', ' ')}  ${event.at - startedAt} ms`);
      }
    },
  });
}
