import { fail, StagebookError, toFailure } from '../../shared/failure.ts';
import { isObject, type Json } from '../../shared/json.ts';
import { parseOutline, type Block } from '../../shared/outline/index.ts';
import type { IncidentState } from '../../shared/incident/state.ts';
import type { RunEvent } from '../../shared/run/event.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { Definition } from '../../shared/workflow/definition.ts';
import type { Pages } from '../actions/action.ts';
import type { Clock } from '../clock.ts';
import { withAssets } from './assets.ts';
import type { BlockMemory } from './block-memory.ts';
import { enterEvents } from './enter-events.ts';
import type { Graph } from './graph.ts';
import { Outbox, type OutboxOptions } from './outbox.ts';
import type { OutboxStore, Owed } from './outbox-store.ts';
import { findWritten, writePage } from './writer.ts';
import { sectionText } from '../page-parts/notes.ts';
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

const ADDITION = 'addition';
const CATCH_UP = 1_000;
/** When books that could not be kept are tried again, in milliseconds. */
const AGAIN_MS = 10_000;

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

  /** Before `open`, events are left to its catching up, so that none is taken for entered before those in front of it are. */
  let isOpen = false;
  let cancel = (): void => undefined;
  const entering = {
    outbox,
    store,
    state: (run: string) => runs.state(run),
    nameOf: (kind: string, run: string) => kindOf(kind).name(sourceOf(run, null)),
  };
  /** Never throws: it is called from the journal's commit. What cannot be entered is caught up with when it can. */
  const note = (events: readonly RunEvent[]): void => {
    if (!isOpen) return;
    try {
      enterEvents(events, entering);
    } catch (error) {
      putOff(error);
    }
  };
  const catchUp = (): void => {
    isOpen = true;
    for (let seen = store.seen(); isOpen;) {
      const events = runs.since(seen, CATCH_UP);
      note(events);
      seen = events.at(-1)?.pos ?? seen;
      if (events.length < CATCH_UP) break;
    }
  };
  const putOff = (error: unknown): void => {
    isOpen = false;
    options.onProblem?.(toFailure(error).message);
    cancel = options.clock.at(options.clock.now() + AGAIN_MS, () => {
      try {
        catchUp();
      } catch (again) {
        putOff(again);
      }
    });
  };

  const graphOf = (run: string): string => {
    const { graph } = runs.state(run);
    if (graph !== undefined) return graph;
    throw fail(
      'invalid',
      'page.no_graph',
      'This run has no graph to write pages into. Start it with --graph and the folder of one.',
    );
  };

  return {
    open() {
      catchUp();
      outbox.open();
    },
    note,
    of: (run) => ({
      write(kind, data) {
        return attempt(() => {
          const graph = graphOf(run);
          const pageKind = kindOf(kind);
          const said = withoutNulls(data);
          const page = pageKind.name(sourceOf(run, said));
          const earlier = store.get({ graph, page, part: '' });
          const before = earlier?.run === run ? earlier.data : null;
          const all = pageKind.merge && isObject(before) && isObject(said) ? pageKind.merge(before, said) : said;
          // What cannot be shown is the step's failure, not the outbox's.
          pageKind.render(sourceOf(run, all));
          outbox.put({ graph, page, part: '', kind, run, data: all, pos: runs.state(run).pos });
          return { page };
        });
      },
      append(page, content, key) {
        return attempt(() => {
          outbox.put({ graph: graphOf(run), page, part: key, kind: ADDITION, run, data: content, pos: 0 });
          return { page };
        });
      },
      async read(page) {
        const { graph } = runs.state(run);
        if (graph === undefined) return null;
        await outbox.settle(graph, page);
        const found = (await findWritten(await options.graph(graph), memory, page)).page;
        return found && { page: found.name, text: found.text ?? sectionText({ children: found.blocks }) };
      },
      async section(page, key) {
        const { graph } = runs.state(run);
        if (graph === undefined) return null;
        await outbox.settle(graph, page);
        const found = await findWritten(await options.graph(graph), memory, page, key);
        return found.page && found.block ? { page: found.page.name, text: sectionText(found.block) } : null;
      },
    }),
    wake: (graph) => outbox.wake(graph),
    flush: () => outbox.flush(),
    close() {
      isOpen = false;
      cancel();
      return outbox.close();
    },
  };
}

/** A thrown failure as a rejection. */
function attempt<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => resolve(work()));
}

function withoutNulls(data: Json): Json {
  return isObject(data) ? Object.fromEntries(Object.entries(data).filter(([, value]) => value !== null)) : data;
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
