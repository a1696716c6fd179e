import { setImmediate } from 'node:timers/promises';
import { isAbsolute } from 'node:path';
import { StagebookError, toFailure } from '../../shared/failure.ts';
import { parseDay } from '../graph/journal-names.ts';
import type { Graph, GraphPage } from '../graph/graph.ts';
import { pageKey } from '../graph/names.ts';
import { listFiles } from './folder-files.ts';
import { factsOf, isoDay, type PageSource } from './facts-of.ts';
import { GraphIndex } from './graph-index.ts';
import type { IndexedGraph } from './indexed-graph.ts';
import { sourceOf } from './port-page.ts';
import { DEFAULT_SETTINGS, readSettings, type GraphSettings } from './settings.ts';

/** So many pages are asked for at once. */
const AT_ONCE = 8;

/**
 * The index of a graph through its port: what a running Logseq has open. Every page is asked for, and those whose revision is
 * the same keep their facts. Where the graph is a folder of this machine, its settings and assets are looked up there.
 */
export async function openPortIndex(graph: Graph): Promise<IndexedGraph> {
  const index = new GraphIndex();
  const folder = graph.id.replace(/^folder:/, '');
  let settings: GraphSettings = DEFAULT_SETTINGS;
  let turn: Promise<void> = Promise.resolve();

  const read = async (name: string): Promise<string | undefined> => {
    const id = pageKey(name);
    try {
      const page = await graph.read(name);
      if (!page) return undefined;
      index.notes.delete(id);
      if (index.source(id)?.revision !== page.revision) index.put(id, factsOf(of(page, settings), settings));
    } catch (error) {
      // The graph is gone, not the page.
      if (error instanceof StagebookError && error.failure.retryable) throw error;
      index.drop(id);
      index.notes.set(id, { about: name, text: toFailure(error).message });
    }
    return id;
  };

  const refresh = async (): Promise<void> => {
    index.notes.delete('logseq/config.edn');
    if (isAbsolute(folder)) {
      const found = await readSettings(folder);
      settings = found.settings;
      if (found.problem !== undefined)
        index.notes.set('logseq/config.edn', { about: 'logseq/config.edn', text: found.problem });
      index.files = listFiles(folder);
    } else {
      const journalTitle = (await graph.journalTitle?.()) ?? DEFAULT_SETTINGS.journalTitle;
      if (journalTitle !== settings.journalTitle) settings = { ...settings, journalTitle };
    }
    const seen = new Set<string>();
    let names: string[] = [];
    const readAll = async (): Promise<void> => {
      for (const id of await Promise.all(names.map(read))) if (id !== undefined) seen.add(id);
      names = [];
      await setImmediate();
    };
    for await (const name of graph.pages()) {
      names.push(name);
      if (names.length === AT_ONCE) await readAll();
    }
    await readAll();
    for (const id of index.sources()) if (!seen.has(id)) index.drop(id);
    for (const id of index.notes.keys()) if (!seen.has(id) && id !== 'logseq/config.edn') index.notes.delete(id);
  };

  const one: IndexedGraph = {
    index,
    get settings() {
      return settings;
    },
    refresh() {
      const mine = turn.then(refresh);
      turn = mine.catch(() => {});
      return mine;
    },
  };
  await one.refresh();
  return one;
}

function of(page: GraphPage, settings: GraphSettings): PageSource {
  const day = parseDay(page.name.trim(), settings.journalTitle);
  return { ...sourceOf(page), kind: day ? 'journal' : 'page', day: day && isoDay(day) };
}
