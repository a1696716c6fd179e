import { fail, StagebookError } from '../../shared/failure.ts';
import type { Json } from '../../shared/json.ts';
import { parseOutline, type Block } from '../../shared/outline/index.ts';
import type { IncidentState } from '../../shared/incident/state.ts';
import type { RunEvent } from '../../shared/run/event.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { Definition } from '../../shared/workflow/definition.ts';
import type { Pages } from '../actions/action.ts';
import type { Clock } from '../clock.ts';
import { withAssets } from './assets.ts';
import type { BlockMemory } from './block-memory.ts';
import { Entering } from './entering.ts';
import type { Graph } from './graph.ts';
import { Outbox, type OutboxOptions } from './outbox.ts';
import type { OutboxStore, Owed } from './outbox-store.ts';
import { ADDITION, pagesOf, type RunPagesMeans } from './pages-of-run.ts';
import { writePage } from './writer.ts';
import type { DocBlock, PageKind, PageSource } from '../pages/page.ts';
import { authored } from '../page-parts/text.ts';

export interface PageServiceOptions {
  store: OutboxStore;
  memory: BlockMemory;
  clock: Clock;
  kinds: readonly PageKind[];
  /** IANA zone in which times are written. */
  zone: string;
  /** The graph of this id. Rejects with a retryable failure while it is away. */
  graph(id: string): Promise<Graph>;
  /** The runs, as the engine and the journal know them. `state` throws `run.not_found` for one that was pruned. */
  runs: {
    state(run: string): RunState;
    definition(run: string): Definition;
    events(run: string): readonly RunEvent[];
    /** All runs' events after a position, in order. */
    since(pos: number, limit: number): readonly RunEvent[];
  };
  /** All incidents of a graph, the newest first. */
  incidents?(graph: string): readonly IncidentState[];
  onProblem?: OutboxOptions['onProblem'];
}

/** What keeps the graphs up to date with the runs. */
export interface PageService {
  /** Enters what happened while nobody listened, and begins to deliver. */
  open(): void;
  /** Takes account of committed events, in order. */
  note(events: readonly RunEvent[]): void;
  /** The pages as the actions of a run see them. */
  of(run: string): Pages;
  /** A graph is there again. */
  wake(graph: string): void;
  /** Writes everything that can be written now. */
  flush(): Promise<void>;
  /** Ends after the writing that is under way. What is owed is written by the next process. */
  close(): Promise<void>;
}

export function createPageService(options: PageServiceOptions): PageService {
  const { store, memory, kinds, runs } = options;
  const kindOf = (kind: string): PageKind => {
    const found = kinds.find((page) => page.kind === kind);
    if (found) return found;
    throw fail(
      'invalid',
      'page.unknown_kind',
      `There is no kind of page “${kind}”. There are ${kinds.map((page) => page.kind).join(', ')}.`,
    );
  };

  const sourceOf = (run: string, data: Json): PageSource => ({
    state: runs.state(run),
    incidents: () => options.incidents?.(runs.state(run).graph ?? '') ?? [],
    definition: runs.definition(run),
    events: runs.events(run),
    data,
    zone: options.zone,
    siblings: Object.fromEntries(store.ofRun(run).map(({ kind, page }) => [kind, page])),
  });

  const deliver = async (owed: Owed): Promise<number | null> => {
    try {
      if (owed.kind === ADDITION) return await deliverAddition(owed);
      const source = sourceOf(owed.run, owed.data);
      // The state is the engine's own and goes on while we write.
      const { pos } = source.state;
      const doc = kindOf(owed.kind).render(source);
      const graph = await options.graph(owed.graph);
      const page = { ...doc, name: owed.page };
      await writePage(graph, memory, { ...page, blocks: await withAssets(graph, memory, page) });
      return pos;
    } catch (error) {
      if (error instanceof StagebookError && error.code === 'run.not_found') return null;
      throw error;
    }
  };

  const deliverAddition = async ({ graph, page, part, data, pos }: Owed): Promise<number> => {
    const blocks = additionBlocks(String(data), part);
    await writePage(await options.graph(graph), memory, { name: page, properties: {}, blocks }, { partial: true });
    return pos;
  };

  const outbox = new Outbox({
    store,
    clock: options.clock,
    deliver,
    ...(options.onProblem && { onProblem: options.onProblem }),
  });

  const entering = new Entering({
    outbox,
    store,
    clock: options.clock,
    state: (run) => runs.state(run),
    nameOf: (kind, run) => kindOf(kind).name(sourceOf(run, null)),
    since: (pos, limit) => runs.since(pos, limit),
    onProblem: (message) => options.onProblem?.(message),
  });
  const means: RunPagesMeans = {
    store,
    memory,
    outbox,
    kindOf,
    sourceOf,
    state: (run) => runs.state(run),
    graph: (id) => options.graph(id),
  };

  return {
    open() {
      entering.open();
      outbox.open();
    },
    note: (events) => entering.note(events),
    of: (run) => pagesOf(run, means),
    wake: (graph) => outbox.wake(graph),
    flush: () => outbox.flush(),
    close() {
      entering.close();
      return outbox.close();
    },
  };
}

/** Markdown that an author wants on a page: blocks and all, but no macros and no properties of the page's. */
function additionBlocks(content: string, part: string): DocBlock[] {
  const toBlocks = (blocks: readonly Block[], key: string): DocBlock[] =>
    blocks.map((block, i) => ({
      key: `${key}/${i}`,
      content: authored(block.content),
      children: toBlocks(block.children, `${key}/${i}`),
    }));
  return toBlocks(parseOutline(content).blocks, `addition/${part}`);
}
