import { fail } from '../../shared/failure.ts';
import { isObject, type Json } from '../../shared/json.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { Pages } from '../actions/action.ts';
import { sectionText } from '../page-parts/notes.ts';
import type { PageKind, PageSource } from '../pages/page.ts';
import type { BlockMemory } from './block-memory.ts';
import type { Graph } from './graph.ts';
import type { Outbox } from './outbox.ts';
import type { OutboxStore } from './outbox-store.ts';
import { findWritten } from './writer.ts';

/** The kind under which the outbox keeps what is added to a page. */
export const ADDITION = 'addition';

/** What the pages of a run need of the service around them. */
export interface RunPagesMeans {
  store: OutboxStore;
  memory: BlockMemory;
  outbox: Outbox;
  /** Throws `page.unknown_kind`. */
  kindOf(kind: string): PageKind;
  sourceOf(run: string, data: Json): PageSource;
  /** Throws `run.not_found`. */
  state(run: string): RunState;
  graph(id: string): Promise<Graph>;
}

/** The pages as the actions of a run see them. */
export function pagesOf(run: string, means: RunPagesMeans): Pages {
  const { outbox } = means;
  return {
    write: (kind, data) => attempt(() => write(run, kind, data, means)),
    append(page, content, key) {
      return attempt(() => {
        const graph = requireGraph(means.state(run));
        outbox.put({ graph, page, part: key, kind: ADDITION, run, data: content, pos: 0 });
        return { page };
      });
    },
    async read(page) {
      const found = await findSettled(run, page, undefined, means);
      return found?.page
        ? { page: found.page.name, text: found.page.text ?? sectionText({ children: found.page.blocks }) }
        : null;
    },
    async section(page, key) {
      const found = await findSettled(run, page, key, means);
      return found?.page && found.block ? { page: found.page.name, text: sectionText(found.block) } : null;
    },
  };
}

function write(run: string, kind: string, data: Json, { store, outbox, kindOf, sourceOf, state }: RunPagesMeans) {
  const graph = requireGraph(state(run));
  const pageKind = kindOf(kind);
  const said = withoutNulls(data);
  const page = pageKind.name(sourceOf(run, said));
  const earlier = store.get({ graph, page, part: '' });
  const before = earlier?.run === run ? earlier.data : null;
  const all = pageKind.merge && isObject(before) && isObject(said) ? pageKind.merge(before, said) : said;
  // What cannot be shown is the step's failure, not the outbox's.
  pageKind.render(sourceOf(run, all));
  outbox.put({ graph, page, part: '', kind, run, data: all, pos: state(run).pos });
  return { page };
}

/** The page as it stands once what is owed to it is written; undefined for a run without a graph. */
async function findSettled(
  run: string,
  page: string,
  key: string | undefined,
  { memory, outbox, state, graph: open }: RunPagesMeans,
): Promise<Awaited<ReturnType<typeof findWritten>> | undefined> {
  const { graph } = state(run);
  if (graph === undefined) return undefined;
  await outbox.settle(graph, page);
  return findWritten(await open(graph), memory, page, key);
}

function requireGraph({ graph }: RunState): string {
  if (graph !== undefined) return graph;
  throw fail(
    'invalid',
    'page.no_graph',
    'This run has no graph to write pages into. Start it with --graph and the folder of one.',
  );
}

/** A thrown failure as a rejection. */
function attempt<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => resolve(work()));
}

function withoutNulls(data: Json): Json {
  return isObject(data) ? Object.fromEntries(Object.entries(data).filter(([, value]) => value !== null)) : data;
}
