import { calledPages } from '../workflows.ts';
import type { Clock } from '../clock.ts';
import { CronTriggers, type Scheduled } from '../engine/cron-triggers.ts';
import type { Engine } from '../engine/engine.ts';
import { openFolder } from '../graph/folder.ts';
import type { Graph } from '../graph/graph.ts';
import { taggedPages } from '../graph/tagged.ts';
import { workflowPages } from '../graph/workflows.ts';
import type { Journal } from '../journal/journal.ts';
import { startByTags, type PageListening } from './page-triggers.ts';
import { timeMarks } from './time-marks.ts';
import { tellsOfUntrusted } from './untrusted.ts';

interface ScheduleOptions {
  engine: Engine;
  journal: Journal;
  clock: Clock;
  /** Folders of graphs whose pages may start by themselves. */
  graphs: readonly string[];
  onProblem(title: string, error: unknown): void;
}

/** How often graphs are looked at, in milliseconds. */
const EVERY_MS = 60_000;

/**
 * Starts the trusted workflow pages of the configured graphs at their times and by their tags, as they stand and are trusted now:
 * they are looked for every minute. A graph that cannot be read is told of once and looked for again, as is a page that nobody
 * trusts. Returns a function that ends it.
 */
export async function keepTimes({ engine, journal, clock, graphs, onProblem }: ScheduleOptions): Promise<() => void> {
  let ended = false;
  let cancel = (): void => undefined;
  const tell = (title: string, error: unknown): void => {
    if (!ended) onProblem(title, error);
  };
  const tellUntrusted = tellsOfUntrusted(engine, tell);
  const cron = new CronTriggers({
    engine,
    clock,
    marks: timeMarks(journal),
    onProblem: ({ definition }, error) => tell(definition.header.title, error),
  });
  const open = filesOnly();
  const found = new Map<string, PageListening[]>();
  const away = new Set<string>();
  let known = '';

  const lookIn = async (folder: string): Promise<void> => {
    try {
      found.set(folder, await listeningIn(folder, await open(folder), engine));
      away.delete(folder);
    } catch (error) {
      if (!away.has(folder)) tell(folder, error);
      away.add(folder);
    }
  };
  const look = async (): Promise<void> => {
    for (const folder of graphs) await lookIn(folder);
    if (ended) return;
    const all = [...found.values()].flat();
    tellUntrusted(all);
    const now = JSON.stringify(all.map(({ hash, graph, page }) => [hash, graph, page, engine.trusted(hash)]));
    if (now !== known) await cron.set(all);
    known = now;
  };
  const startTagged = (): Promise<void> =>
    startByTags([...found.values()].flat(), {
      engine,
      clock,
      tagged: async (folder, tag) => taggedPages(await open(folder), tag),
      marks: {
        get: (name) => journal.cell(name) as string[] | undefined,
        set: (name, pages) => journal.transact((transaction) => transaction.setCell(name, pages)),
      },
      onProblem: tell,
    });
  const goOn = (round: Promise<void>): void => {
    void round
      .catch((error: unknown) => tell('What starts by itself', error))
      .finally(() => {
        if (!ended) cancel = clock.at(clock.now() + EVERY_MS, () => goOn(look().then(startTagged)));
      });
  };

  await look();
  goOn(startTagged());
  return () => {
    ended = true;
    cancel();
    cron.close();
  };
}

/** The workflows of a graph that start by themselves, whether anybody trusts them or not. */
async function listeningIn(folder: string, graph: Graph, engine: Engine): Promise<PageListening[]> {
  const listening: PageListening[] = [];
  for (const { page, definition } of await workflowPages(graph)) {
    if (definition.header.settings.triggers === undefined) continue;
    const pages = await calledPages({ name: '', parsed: { definition } }, graph);
    const scheduled: Scheduled = { hash: await engine.propose(definition, pages), definition, pages, page };
    listening.push({ ...scheduled, graph: folder });
  }
  return listening;
}

/** Graphs by their files, each opened once: a Logseq that has one open is not asked for every page every minute. */
function filesOnly(): (folder: string) => Promise<Graph> {
  const files = new Map<string, Graph>();
  return async (folder) => {
    const opened = files.get(folder) ?? (await openFolder(folder));
    files.set(folder, opened);
    return opened;
  };
}
