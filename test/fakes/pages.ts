import { openFolder } from '../../daemon/graph/folder.ts';
import { createPageService, type PageService } from '../../daemon/graph/page-service.ts';
import { sqliteBlockMemory } from '../../daemon/journal/block-memory.ts';
import { sqliteOutboxStore } from '../../daemon/journal/outbox-store.ts';
import { pageKinds } from '../../daemon/pages/index.ts';
import type { TestEngine } from './engine.ts';

/** The pages of an engine's runs, written into the folders that the runs name. Close it before the engine is removed. */
export function openPages(test: TestEngine): PageService {
  const pages = createPageService({
    store: sqliteOutboxStore(test.database),
    memory: sqliteBlockMemory(test.database),
    clock: test.clock,
    kinds: pageKinds,
    zone: 'UTC',
    graph: (name) => openFolder(name.replace(/^folder:/, '')),
    runs: {
      state: (each) => test.engine.state(each),
      definition: (each) => test.engine.definition(each),
      events: (each) => test.engine.events(each),
      since: (pos, limit) => test.journal.since(pos, limit),
    },
  });
  test.engine.subscribe({ events: (events) => pages.note(events) });
  pages.open();
  return pages;
}
