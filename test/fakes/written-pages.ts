import { mkdtempSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { actions as actionList } from '../../daemon/actions/index.ts';
import type { Action, RunInfo, Services } from '../../daemon/actions/action.ts';
import { systemClock } from '../../daemon/clock.ts';
import type { Engine } from '../../daemon/engine/engine.ts';
import { openFolder } from '../../daemon/graph/folder.ts';
import { createPageService, type PageService } from '../../daemon/graph/page-service.ts';
import { sqliteBlockMemory } from '../../daemon/journal/block-memory.ts';
import { sqliteIncidents } from '../../daemon/journal/incidents.ts';
import type { Journal } from '../../daemon/journal/journal.ts';
import { sqliteOutboxStore } from '../../daemon/journal/outbox-store.ts';
import { pageKinds } from '../../daemon/pages/index.ts';
import type { Json } from '../../shared/json.ts';
import type { NodeKey } from '../../shared/workflow/definition.ts';

const MOST_INCIDENTS = 1_000;

/** What a run's pages and its incident are to a step. */
export type PageMeans = Pick<Services, 'pages' | 'incidents'>;

/** A graph in a folder of its own, into which all runs of a journal write, as those of a daemon do. */
export interface WrittenPages {
  service: PageService;
  /** Writes what is still owed, removes the folder, and gives what was in it: text by name. */
  close(): Promise<Record<string, string>>;
}

export function openWrittenPages(
  database: Database.Database,
  journal: Pick<Journal, 'events' | 'since'>,
  engine: Engine,
): WrittenPages {
  const folder = mkdtempSync(join(tmpdir(), 'stagebook-written-'));
  const books = sqliteIncidents(database);
  const problems: string[] = [];
  const service = createPageService({
    store: sqliteOutboxStore(database),
    memory: sqliteBlockMemory(database),
    // The scenario's own time must not stand still, or be moved on, for the sake of a file.
    clock: systemClock,
    kinds: pageKinds,
    zone: 'UTC',
    graph: () => openFolder(folder),
    runs: {
      state: (run) => engine.state(run),
      definition: (run) => engine.definition(run),
      events: (run) => journal.events(run),
      since: (pos, limit) => journal.since(pos, limit),
    },
    incidents: (graph) => books.list({ graph, limit: MOST_INCIDENTS }),
    onProblem: (problem) => problems.push(problem),
  });
  const stop = engine.subscribe({ events: (events) => service.note(events) });
  service.open();
  return {
    service,
    async close() {
      await service.flush();
      stop();
      await service.close();
      const names = await readdir(folder, { recursive: true, withFileTypes: true });
      const files = names.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
      const texts = await Promise.all(
        files.map(async (file) => [file.slice(folder.length + 1), await readFile(file, 'utf8')]),
      );
      await rm(folder, { recursive: true, force: true });
      if (problems.length > 0) throw new Error(`pages could not be written: ${problems.join('; ')}`);
      return Object.fromEntries(texts) as Record<string, string>;
    },
  };
}

const REAL = new Map(
  actionList
    .filter(({ name }) => /^(?:page\.\w+|incident\.(?:update|alerts|show))$/.test(name))
    .map((action) => [action.name, action]),
);

/** Actions of a scenario of which those about pages and the incident are done, too. */
export interface WritingActions {
  actions: ReadonlyMap<string, Action>;
  /** What those gave, by the step's node: in the scenario its own answer counts. */
  gave: Record<string, Json>;
  /** Resolves when none is under way. Whether one was. */
  done(): Promise<boolean>;
}

/** A step still gets what the scenario says that it answers; then it is done for real with these means. */
export function writingActions(
  stubs: ReadonlyMap<string, Action>,
  means: (run: RunInfo, node: NodeKey) => PageMeans,
): WritingActions {
  const gave: Record<string, Json> = {};
  const busy = new Set<Promise<unknown>>();
  const both = (stub: Action, real: Action): Action => ({
    ...stub,
    async run(input, context) {
      const answer = await stub.run(input, context);
      const services = { ...context.services, ...means(context.run, context.node) };
      const work = real.run(input, { ...context, services });
      busy.add(work);
      try {
        gave[context.node] = (await work) as Json;
      } finally {
        busy.delete(work);
      }
      return answer;
    },
  });
  return {
    actions: new Map(
      [...stubs].map(([name, stub]) => {
        const real = REAL.get(name);
        return [name, real ? both(stub, real) : stub];
      }),
    ),
    gave,
    async done() {
      if (busy.size === 0) return false;
      await Promise.allSettled(busy);
      return true;
    },
  };
}
