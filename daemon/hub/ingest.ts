import { hashDefinition } from '../../shared/workflow/canonical.ts';
import { fail, toFailure } from '../../shared/failure.ts';
import type { Json } from '../../shared/json.ts';
import type { Pages } from '../actions/action.ts';
import type { Clock } from '../clock.ts';
import { CALLER } from '../engine/continue-child.ts';
import { bodyOf, readBody } from '../engine/definitions.ts';
import { isGoingOn } from '../engine/resume.ts';
import { nextIncidentId } from '../incidents/number.ts';
import type { NewRun } from '../journal/journal.ts';
import type { ReportedEvent } from '../journal/reported.ts';
import type { HubTransaction, SqliteJournal } from '../journal/sqlite.ts';
import type { Notices } from '../notices/notices.ts';
import type { Forwards } from './forwards.ts';
import { requireGates, type KnownRun } from './gates.ts';
import type { Deed, Question, Report } from './reported.ts';

/** How long a question waits for the events that came before it, in milliseconds; then it is asked again. */
const PATIENCE_MS = 10_000;

export interface IngestOptions {
  /** The hub's id. */
  hub: string;
  journal: SqliteJournal;
  forwards: Pick<Forwards, 'wasSaid'>;
  /** How many events a run had that was pruned. */
  pruned(run: string): number | undefined;
  pages(run: string): Pages;
  notices: Pick<Notices, 'queue'>;
  clock: Clock;
  onProblem?(problem: string): void;
}

/** Where workers tell what happened in runs, and ask what only the hub knows. */
export interface Ingest {
  /**
   * Puts a report on record: every event once, in the order of its run, with the time of the worker. Gives the sequence number
   * of the run's last event on record. Throws `ingest.hub`, `ingest.run`, `ingest.gap`, `ingest.conflict`, `ingest.unsigned`,
   * `ingest.gate`.
   */
  take(report: Report): Promise<{ seq: number }>;
  /** Throws `ingest.hub`, `ingest.run`, `ingest.behind`, and what looking at a page throws. */
  answer(question: Question): Promise<Json>;
}

export function createIngest(options: IngestOptions): Ingest {
  const { hub, journal } = options;
  const check = (told: { hub: string; run: string }): void => {
    if (told.hub !== hub) {
      throw fail('denied', 'ingest.hub', `This is the hub ${hub}; the run belongs to ${told.hub}.`);
    }
  };
  return {
    async take(report) {
      check(report);
      const gone = journal.run(report.run) ? undefined : options.pruned(report.run);
      if (gone !== undefined) return { seq: gone };
      const seq = await journal.transact((transaction) => {
        if (report.begin && !transaction.run(report.run))
          beginChild(transaction, journal, report.begin.row, report.run);
        for (const event of report.events) {
          if (!mayGoOn(journal, report, event)) requireWord(options, report.run, event);
        }
        const known = knownRun(transaction, journal, report.run);
        if (known) requireGates(known, report.events);
        return transaction.adopt(report.run, report.events);
      });
      for (const { key, deed } of report.deeds ?? []) await carryOut(options, report.run, key, deed);
      return { seq };
    },
    async answer(question) {
      check(question);
      if (!journal.isRemote(question.run)) throw fail('not-found', 'ingest.run', `Nobody here knows ${question.run}.`);
      await untilThere(journal, options.clock, question.run, question.after);
      const pages = options.pages(question.run);
      switch (question.ask) {
        case 'page.read':
          return pages.read(question.page);
        case 'page.section':
          return pages.section(question.page, question.key);
        case 'incident.number':
          return numberOf(journal, options.clock, question.run);
      }
    },
  };
}

/**
 * A run that a run of this hub has called: one of the pages that were pinned with it. What it is made of is taken from here;
 * of the report only its id and its place count.
 */
function beginChild(
  transaction: HubTransaction,
  journal: SqliteJournal,
  row: NonNullable<Report['begin']>['row'],
  run: string,
): void {
  const parent = transaction.run(row.parent.run);
  const body = parent && transaction.isRemote(parent.run) ? journal.definition(parent.definition) : undefined;
  const pinned = body === undefined ? undefined : readBody(body);
  const definition =
    pinned && Object.values(pinned.pages).find((page) => hashDefinition(page, pinned.pages) === row.definition);
  if (!parent || !pinned || !definition || row.run !== run) {
    throw fail('not-found', 'ingest.run', `No run of this hub has called ${run}, or not with this definition.`);
  }
  const { graph, dryRun } = parent;
  transaction.putDefinition(row.definition, () => bodyOf({ ...pinned, definition }));
  const { number, memory, at } = row;
  const begun: NewRun = {
    run,
    number,
    definition: row.definition,
    title: definition.header.title,
    dryRun,
    memory,
    parent: row.parent,
    at,
    ...(graph === undefined ? {} : { graph }),
  };
  transaction.begin(begun);
  transaction.markRemote(run);
}

function knownRun(transaction: HubTransaction, journal: SqliteJournal, run: string): KnownRun | undefined {
  const row = transaction.run(run);
  return (
    row && {
      run,
      dryRun: row.dryRun,
      definition: () => readBody(journal.definition(row.definition)!).definition,
      events: () => journal.events(run),
    }
  );
}

/** What only people say, and only here: it is on no record unless this hub checked it and told it to the run. */
function requireWord({ forwards }: IngestOptions, run: string, event: ReportedEvent): void {
  if (!isWord(event) || forwards.wasSaid(run, event)) return;
  throw fail(
    'denied',
    'ingest.unsigned',
    `Event ${event.seq} of run ${run} says ${event.type}, and nobody has said so at this hub. Nothing was recorded.`,
    { data: { seq: event.seq } },
  );
}

/** A called run goes on with its caller: at most once for each time that one went on, which in the end was said here. */
function mayGoOn(journal: SqliteJournal, { run, events }: Report, event: ReportedEvent): boolean {
  if (!isByCaller(event)) return false;
  const parent = journal.run(run)?.parent?.run;
  if (parent === undefined) return false;
  const known = journal.events(run);
  const last = known.at(-1)?.seq ?? 0;
  const before = [...known, ...events.filter(({ seq }) => seq > last)].filter(
    (other) => other.seq < event.seq && isByCaller(other),
  );
  return before.length < journal.events(parent).filter(isGoingOn).length;
}

function isByCaller(event: ReportedEvent): boolean {
  if (!isGoingOn(event)) return false;
  const { kind, name } = event.payload.by;
  return kind === CALLER.kind && name === CALLER.name;
}

function isWord(event: ReportedEvent): boolean {
  switch (event.type) {
    case 'gate.signed':
    case 'gate.refused':
    case 'ask.answered':
    case 'run.resumed':
    case 'run.reset':
    case 'run.moved':
    case 'incident.line':
    case 'alerts.received':
      return true;
    case 'run.cancelling':
      return event.payload.by.kind === 'person';
    case 'run.started':
    case 'node.skipped':
    case 'persona.switched':
      return event.payload.signature !== undefined;
    default:
      return false;
  }
}

/** What cannot be done is told; it stops nothing, for a run's record must not wait for a page. */
async function carryOut(options: IngestOptions, run: string, key: string, deed: Deed): Promise<void> {
  try {
    switch (deed.do) {
      case 'page.write':
        await options.pages(run).write(deed.kind, deed.data);
        return;
      case 'page.append':
        await options.pages(run).append(deed.page, deed.content, deed.part);
        return;
      case 'notice':
        await options.notices.queue(deed.channel, key, run, deed.message);
    }
  } catch (error) {
    const failure = toFailure(error);
    if (failure.retryable) throw error;
    options.onProblem?.(`A step of run ${run} wanted ${deed.do}, which failed: ${failure.message}`);
  }
}

/** Waits until an event is on record: by then everything that the run wanted done before it was done. */
async function untilThere(journal: SqliteJournal, clock: Clock, run: string, seq: number): Promise<void> {
  const isThere = (): boolean => seq === 0 || journal.events(run, seq - 1).length > 0;
  if (isThere()) return;
  const there = await new Promise<boolean>((resolve) => {
    const end = (found: boolean): void => {
      stop();
      takeBack();
      resolve(found);
    };
    const takeBack = clock.at(clock.now() + PATIENCE_MS, () => end(false));
    const stop = journal.subscribe((events) => {
      if (events.some((event) => event.run === run && event.seq >= seq)) end(true);
    });
  });
  if (!there) {
    throw fail('unavailable', 'ingest.behind', `Event ${seq} of run ${run} is not here yet. Ask again.`);
  }
}

/** The number of the run's incident: the same however often it is asked for. */
function numberOf(journal: SqliteJournal, clock: Clock, run: string): Promise<string> {
  return journal.transact((transaction) => {
    const cell = `incident-of:${run}`;
    const known = transaction.cell(cell);
    if (typeof known === 'string') return known;
    const { id, take } = nextIncidentId(transaction, clock.now());
    take();
    transaction.setCell(cell, id);
    return id;
  });
}
