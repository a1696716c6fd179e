import { createEngine } from '../../daemon/engine/embedded.ts';
import type { Engine } from '../../daemon/engine/engine.ts';
import { incidentDesk } from '../../daemon/incidents/desk.ts';
import { openDatabase } from '../../daemon/journal/database.ts';
import { sqliteIncidents } from '../../daemon/journal/incidents.ts';
import { SqliteJournal } from '../../daemon/journal/sqlite.ts';
import { quietly, type OpenHouse } from '../../daemon/scenarios/run.ts';
import type { Json } from '../../shared/json.ts';
import { newHub, openRestateHouse, type HousePlace } from './restate-house.ts';
import { openWrittenPages, writingActions, type PageMeans, type WrittenPages } from './written-pages.ts';

/** What a scenario left in its graph, and what its steps were given that read there or spoke of the incident. */
export interface Written {
  files: Readonly<Record<string, string>>;
  gave: Readonly<Record<string, Json>>;
}

/** A house for one scenario, whose pages are written for real. */
export interface WritingHouse {
  house: OpenHouse;
  /** What came of it; only after the scenario was played. */
  written(): Written;
}

/** An engine whose runs write pages, and what its steps have for that. */
interface Inside {
  engine: Engine;
  journal: Pick<SqliteJournal, 'active' | 'since'>;
  pages: WrittenPages;
  means: Parameters<typeof writingActions>[1];
  quiet(): Promise<void>;
  close(): Promise<void>;
}
type OpenInside = (...given: Parameters<OpenHouse>) => Promise<Inside>;

/** On the embedded engine. */
export function embeddedWriting(): WritingHouse {
  return writing(async (clock, options) => {
    const database = openDatabase(':memory:');
    const journal = new SqliteJournal(database, clock);
    const engine = createEngine({ ...options, journal, clock });
    const pages = openWrittenPages(database, journal, engine);
    const books = sqliteIncidents(database);
    const { redact } = options;
    return {
      engine,
      journal,
      pages,
      means: (run, node) => ({
        pages: pages.service.of(run.id),
        incidents: incidentDesk({ journal, books, clock, redact }, run, node),
      }),
      quiet: () => quietly(journal),
      async close() {
        await engine.close();
        database.close();
      },
    };
  });
}

/** On a hub and a worker on a real Restate. */
export function restateWriting(restate: HousePlace['restate']): WritingHouse {
  return writing(async (clock, options) => {
    const database = openDatabase(':memory:');
    const problems: string[] = [];
    const place: HousePlace = {
      restate,
      hub: newHub(),
      database,
      clock,
      port: 0,
      pages: (run) => pages.service.of(run),
      onProblem: (problem) => problems.push(problem),
    };
    const house = await openRestateHouse(place, options);
    const pages = openWrittenPages(database, house.journal, house.engine);
    return {
      ...house,
      pages,
      async close() {
        await house.close();
        database.close();
        if (problems.length > 0) throw new Error(problems.join('; '));
      },
    };
  });
}

function writing(open: OpenInside): WritingHouse {
  let written: Written | undefined;
  const house: OpenHouse = async (clock, options) => {
    const doing = writingActions(options.actions, (run, node): PageMeans => inside.means(run, node));
    const inside: Inside = await open(clock, { ...options, actions: doing.actions });
    const { engine, journal, pages } = inside;
    return {
      engine,
      journal,
      async quiet() {
        do await inside.quiet();
        while (await doing.done());
      },
      async close() {
        written = { files: await pages.close(), gave: doing.gave };
        await inside.close();
      },
    };
  };
  return {
    house,
    written() {
      if (!written) throw new Error('the scenario was not played');
      return written;
    },
  };
}
