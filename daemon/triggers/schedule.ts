import type { Clock } from '../clock.ts';
import { CronTriggers, type Scheduled } from '../engine/cron-triggers.ts';
import type { Engine } from '../engine/engine.ts';
import { openFolder } from '../graph/folder.ts';
import type { Graph } from '../graph/graph.ts';
import { taggedPages } from '../graph/tagged.ts';
import { workflowPages } from '../graph/workflows.ts';
import type { Journal } from '../journal/journal.ts';
import { keepPageTriggers } from './page-triggers.ts';
import { timeMarks } from './time-marks.ts';

interface ScheduleOptions {
  engine: Engine;
  journal: Journal;
  clock: Clock;
  /** Folders of graphs whose pages may start by themselves. */
  graphs: readonly string[];
  open(folder: string): Promise<Graph>;
  onProblem(title: string, error: unknown): void;
}

/** Keeps the times of all trusted workflow pages of the configured graphs. Returns a function that ends it. */
export async function keepTimes({
  engine,
  journal,
  clock,
  graphs,
  open,
  onProblem,
}: ScheduleOptions): Promise<() => void> {
  const triggers = new CronTriggers({
    engine,
    clock,
    marks: timeMarks(journal),
    onProblem: ({ definition }, error) => onProblem(definition.header.title, error),
  });
  const scheduled: Scheduled[] = [];
  for (const folder of graphs) {
    for (const { definition } of await workflowPages(await open(folder))) {
      if (definition.header.settings.triggers === undefined) continue;
      scheduled.push({ hash: await engine.propose(definition), definition, graph: folder });
    }
  }
  await triggers.set(scheduled);
  // Tags are looked for every minute: in the files, and not by asking a Logseq that has the graph open for every page.
  const files = new Map<string, Graph>();
  const filesOf = async (folder: string): Promise<Graph> => {
    const opened = files.get(folder) ?? (await openFolder(folder));
    files.set(folder, opened);
    return opened;
  };
  const stop = keepPageTriggers(
    scheduled.flatMap(({ graph, ...rest }) => (graph === undefined ? [] : [{ ...rest, graph }])),
    {
      engine,
      clock,
      tagged: async (folder, tag) => taggedPages(await filesOf(folder), tag),
      marks: {
        get: (name) => journal.cell(name) as string[] | undefined,
        set: (name, pages) => journal.transact((transaction) => transaction.setCell(name, pages)),
      },
      onProblem,
    },
  );
  return () => {
    stop();
    triggers.close();
  };
}
