import type { Journal } from './journal.ts';

/** The same journal, of which some things are done otherwise. */
export function overJournal(journal: Journal, own: Partial<Journal>): Journal {
  return {
    append: (run, events) => journal.append(run, events),
    transact: (decide) => journal.transact(decide),
    events: (run, afterSeq) => journal.events(run, afterSeq),
    since: (pos, limit) => journal.since(pos, limit),
    run: (run) => journal.run(run),
    runs: (filter) => journal.runs(filter),
    active: () => journal.active(),
    waiting: (run) => journal.waiting(run),
    due: (now, limit) => journal.due(now, limit),
    nextWake: () => journal.nextWake(),
    definition: (hash) => journal.definition(hash),
    cell: (name) => journal.cell(name),
    memory: (namespace) => journal.memory(namespace),
    trusted: (hash) => journal.trusted(hash),
    head: () => journal.head(),
    subscribe: (listener) => journal.subscribe(listener),
    close: () => journal.close(),
    ...own,
  };
}
