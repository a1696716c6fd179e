import { StagebookError } from '../../shared/failure.ts';
import type { Definition } from '../../shared/workflow/definition.ts';
import type { Clock } from '../clock.ts';
import type { CalledPages, Engine } from '../engine/engine.ts';
import type { Graph } from '../graph/graph.ts';
import { workflowPages } from '../graph/workflows.ts';
import { listens, type Listening, type Problem } from './triggers.ts';

interface ListenersOptions {
  engine: Pick<Engine, 'propose' | 'trusted' | 'prepare'>;
  clock: Clock;
  /** Folders of graphs whose pages may start by themselves. */
  graphs: readonly string[];
  open(folder: string): Promise<Graph>;
  /** Those that come with Stagebook, in order. They are asked last: what a person wrote comes first. */
  shipped: readonly Definition[];
  /** The pages that one calls and that are no shipped ones. */
  called(definition: Definition, graph: Graph): Promise<CalledPages>;
  onProblem: Problem;
}

/** Workflows that want alerts and webhooks, as they are now. */
export interface Listeners {
  /** Those that somebody trusts, in the order in which they are asked. */
  current(): (Listening & { graph?: string; pages?: CalledPages })[];
  /** Looks now; with `old`, only when the last look is old. Whether there is something new to ask. */
  refresh(old?: boolean): Promise<boolean>;
}

/** How old a look at the graphs may be. */
const FRESH_MS = 30_000;

export function createListeners(options: ListenersOptions): Listeners {
  const { engine, clock, graphs, open, shipped, called, onProblem } = options;
  type Entry = Listening & { graph?: string; pages?: CalledPages };
  let known: Entry[] = [];
  let lookedAt = -Infinity;
  let looking: Promise<boolean> | undefined;

  const trustedNow = (): string => known.flatMap(({ hash }) => (engine.trusted(hash) ? [hash] : [])).join();
  let askedOf = '';
  /** What cannot run is told of before an alert needs it; and what can is checked by then, so that the alert need not wait. */
  const rehearse = ({ definition, graph, pages }: Entry): void => {
    try {
      const by = { kind: 'system', name: 'alerts' } as const;
      const place = { ...(graph === undefined ? {} : { graph }), ...(pages ? { pages } : {}) };
      engine.prepare({ definition, inputs: {}, by, trigger: true, ...place });
    } catch (error) {
      if (!(error instanceof StagebookError) || error.code !== 'run.no_graph')
        onProblem(definition.header.title, error);
    }
  };
  const look = async (): Promise<boolean> => {
    const found: Entry[] = [];
    for (const folder of graphs) {
      try {
        const graph = await open(folder);
        for (const { page, definition } of await workflowPages(graph)) {
          if (!listens(definition)) continue;
          const pages = await called(definition, graph);
          found.push({ hash: await engine.propose(definition, pages), definition, graph: folder, page, pages });
        }
      } catch (error) {
        onProblem(folder, error);
      }
    }
    for (const definition of shipped.filter(listens))
      found.push({ hash: await engine.propose(definition), definition });
    for (const entry of found) if (engine.trusted(entry.hash)) rehearse(entry);
    known = found;
    lookedAt = clock.now();
    const before = askedOf;
    askedOf = trustedNow();
    return askedOf !== before;
  };
  return {
    current: () => known.filter(({ hash }) => engine.trusted(hash)),
    refresh(old = false) {
      if (old && clock.now() - lookedAt < FRESH_MS) return Promise.resolve(false);
      looking ??= look().finally(() => (looking = undefined));
      return looking;
    },
  };
}
