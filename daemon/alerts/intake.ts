import { toFailure } from '../../shared/failure.ts';
import { beganAt, type Alert } from '../../shared/incident/alert.ts';
import { severityOf } from '../../shared/incident/severity.ts';
import { isOpen } from '../../shared/incident/state.ts';
import type { Actor } from '../../shared/run/event.ts';
import type { Clock } from '../clock.ts';
import type { Engine } from '../engine/engine.ts';
import { nextIncidentId } from '../incidents/number.ts';
import type { Episode, IncidentBooks } from '../journal/incidents.ts';
import type { Journal, Transaction } from '../journal/journal.ts';
import type { Caller } from './caller.ts';
import type { Listeners } from './listeners.ts';
import { elapsed } from '../page-parts/times.ts';
import { matchAlert, shownAlert, titleOf, type Problem } from './triggers.ts';

export interface IntakeOptions {
  journal: Pick<Journal, 'transact'>;
  books: IncidentBooks;
  engine: Pick<Engine, 'prepare'>;
  clock: Clock;
  listeners: Pick<Listeners, 'current'>;
  /** Where pages tell of an incident whose workflow is no page of a graph. */
  graph?: string;
  /** Calls people where an incident becomes graver than its workflow took it for. */
  caller: Caller;
  /** Labels that make one incident of several alerts, and how long after the last of them. */
  correlate: { by: readonly string[]; withinMs: number };
  redact<T>(value: T): T;
  onProblem: Problem;
}

/** What became of one message. */
export interface Taken {
  alerts: number;
  /** Incidents that it opened or told something new. */
  incidents: string[];
  /** Firing alerts that no trusted workflow wants; they are kept, and asked for again when they are told again. */
  unclaimed: number;
}

/** A source tells of one group again and again, at most every few hours. */
const GROUP_WITHIN_MS = 24 * 3_600_000;

interface Incident {
  id: string;
  run: string;
  isNew?: boolean;
}

interface News {
  run: string;
  /** Whether its workflow has just begun, and tells people of it itself. */
  isNew: boolean;
  firing: Alert[];
  resolved: Alert[];
  leftOut?: number;
}

/**
 * Takes a message's alerts: all of it is one transaction, on the disk when this resolves. What is told twice, late or in
 * another order adds up to the same: an episode (a fingerprint and when it began) fires once and ends once.
 */
export function createIntake(options: IntakeOptions): Intake {
  const { journal, clock, books } = options;
  const take = (source: string, alerts: readonly Alert[], leftOut: number): Promise<Taken> =>
    journal.transact((transaction) => new Taking(options, transaction, source, clock.now()).take(alerts, leftOut));
  return {
    take: (source, alerts, leftOut = 0) => take(source, options.redact(alerts), leftOut),
    async reclaim() {
      const kept = Map.groupBy(books.unclaimed(clock.now() - KEPT_MS, MOST_KEPT), ({ source }) => source);
      for (const [source, told] of kept) {
        await take(
          source,
          told.map(({ alert }) => alert),
          0,
        );
      }
    },
  };
}

/** Where alerts come in. */
export interface Intake {
  /** `leftOut`: so many more the source had and did not tell of; none by default. */
  take(source: string, alerts: readonly Alert[], leftOut?: number): Promise<Taken>;
  /** Asks again for alerts that fire and that no workflow wanted: one may by now. */
  reclaim(): Promise<void>;
}

/** So long ago, and so many at a time, may be what is asked for again. */
const KEPT_MS = 24 * 3_600_000;
const MOST_KEPT = 5_000;

class Taking {
  readonly #options: IntakeOptions;
  readonly #transaction: Transaction;
  readonly #source: string;
  readonly #now: number;
  readonly #news = new Map<string, News>();
  /** What the message is about, news or not. */
  readonly #about = new Set<string>();
  #unclaimed = 0;

  constructor(options: IntakeOptions, transaction: Transaction, source: string, now: number) {
    this.#options = options;
    this.#transaction = transaction;
    this.#source = source;
    this.#now = now;
  }

  take(alerts: readonly Alert[], leftOut: number): Taken {
    // The gravest first: by it the workflow begins, whatever the order in which a source tells them.
    for (const alert of alerts.toSorted((one, other) => one.level.localeCompare(other.level))) this.#takeOne(alert);
    const { books, caller } = this.#options;
    if (leftOut > 0) this.#leaves(leftOut);
    for (const [id, { run, isNew, firing, resolved, ...more }] of this.#news) {
      const before = isNew ? undefined : books.get(id);
      const payload = { source: this.#source, firing, resolved, ...more };
      this.#transaction.append(run, { type: 'alerts.received', node: '', payload });
      const call = before && caller.onAlerts(before, firing);
      if (call) this.#transaction.append(run, call);
    }
    return { alerts: alerts.length, incidents: [...this.#news.keys()], unclaimed: this.#unclaimed };
  }

  #takeOne(told: Alert): void {
    const { books } = this.#options;
    const { fingerprint, name, status } = told;
    const known = this.#episodeOf(told);
    if (known?.incident !== undefined) this.#about.add(known.incident);
    // A source that never says when something began says nothing new by the end of what is not known to have begun.
    if (!known && status === 'resolved' && told.startedKnown === false) return;
    const alert = known ? { ...told, started: known.started } : told;
    const { started } = alert;
    const isNew =
      !known ||
      (status === 'firing'
        ? !known.fired || (known.incident === undefined && known.ended === undefined)
        : known.ended === undefined);
    if (!isNew) {
      // What was taken for over when another beginning was told is over now, and with it what the other told of.
      const { ended } = alert;
      if (ended !== undefined && alert.endedKnown !== false && ended > (known.ended ?? ended))
        this.#endsAll(alert, ended);
      return books.toldAgain(this.#source, fingerprint, started, this.#now);
    }
    const episode: Episode = {
      ...(known ?? { source: this.#source, fingerprint, started, name, fired: false, firstSeen: this.#now }),
      told: (known?.told ?? 0) + 1,
      lastSeen: this.#now,
    };
    if (status === 'firing') this.#fires(alert, episode);
    else this.#ends(alert, episode);
    books.putEpisode(episode, alert);
  }

  /** The episode that is told of: where the source does not say when it began, the one that goes on. */
  #episodeOf({ fingerprint, started, startedKnown }: Alert): Episode | undefined {
    const { books } = this.#options;
    if (startedKnown !== false) return books.episode(this.#source, fingerprint, started);
    return books.openBefore(this.#source, fingerprint, started + 1).at(-1);
  }

  #fires(alert: Alert, episode: Episode): void {
    const { books } = this.#options;
    episode.fired = true;
    // The other one of a pair saw it begin earlier: that it fires is known.
    const later = books
      .openBefore(this.#source, alert.fingerprint, Infinity)
      .find(({ started }) => started > alert.started);
    if (later?.incident !== undefined && episode.ended === undefined) {
      episode.incident = later.incident;
      episode.ended = later.started;
      this.#about.add(later.incident);
      return;
    }
    const incident = episode.incident === undefined ? this.#incidentFor(alert) : this.#known(episode.incident);
    if (!incident) return void (this.#unclaimed += 1);
    episode.incident = incident.id;
    this.#about.add(incident.id);
    const news = this.#newsOf(incident);
    news.firing.push(alert);
    this.#isFollowed(alert);
    // It was heard to be over before it was heard to fire.
    if (episode.ended !== undefined) news.resolved.push({ ...alert, status: 'resolved', ended: episode.ended });
    this.#remember(alert, incident.id);
  }

  #ends(alert: Alert, episode: Episode): void {
    episode.ended = alert.ended ?? this.#now;
    this.#tellEnd(alert, episode, episode.ended);
    this.#endsAll(alert, episode.ended);
  }

  /** A pair of sources, or one that was started again, tells of one alert with several beginnings: with one all of them are over. */
  #endsAll(alert: Alert, ended: number): void {
    const { books } = this.#options;
    for (const other of books.openBefore(this.#source, alert.fingerprint, ended + 1)) {
      if (other.started === alert.started) continue;
      const over = { ...other, ended };
      this.#tellEnd({ ...alert, started: other.started }, over, ended);
      books.putEpisode(over, alert);
    }
  }

  /**
   * What fires anew fired no more before, though nobody said so: not each source tells of ends. An incident that was over by then
   * is not told of it, for when it ended is not known.
   */
  #isFollowed(alert: Alert): void {
    const { books } = this.#options;
    const ended = beganAt(alert, this.#now);
    for (const earlier of books.openBefore(this.#source, alert.fingerprint, alert.started)) {
      const over = { ...earlier, ended: Math.max(ended, beganAt(earlier, this.#now)) };
      const told = earlier.incident === undefined ? undefined : books.get(earlier.incident);
      if (told && isOpen(told))
        this.#tellEnd({ ...alert, status: 'resolved', started: earlier.started }, over, over.ended);
      books.putEpisode(over, alert);
    }
  }

  /** Tells the incidents that the message is about that there are more, where so many were not known of. */
  #leaves(leftOut: number): void {
    const { books } = this.#options;
    for (const id of this.#about) {
      const known = this.#news.get(id);
      const before = known?.isNew ? undefined : books.get(id);
      if (before && (!isOpen(before) || (before.alerts.leftOut ?? 0) >= leftOut)) continue;
      const incident = known ? { id, run: known.run, isNew: known.isNew } : this.#known(id);
      if (incident) this.#newsOf(incident).leftOut = leftOut;
    }
  }

  #tellEnd(alert: Alert, episode: Episode, ended: number): void {
    const incident = episode.incident === undefined ? undefined : this.#known(episode.incident);
    if (incident) this.#newsOf(incident).resolved.push({ ...alert, ended });
  }

  #known(id: string): Incident | undefined {
    const state = this.#options.books.get(id);
    return state && { id, run: state.run };
  }

  #newsOf({ id, run, isNew = false }: Incident): News {
    const news = this.#news.get(id) ?? { run, isNew, firing: [], resolved: [] };
    this.#news.set(id, news);
    return news;
  }

  /** An open incident that this alert belongs to, or one that it opens. */
  #incidentFor(alert: Alert): Incident | undefined {
    const { books, correlate } = this.#options;
    const group = books.byKey(this.#groupKey(alert), this.#now - GROUP_WITHIN_MS);
    if (group) return group;
    // The same alert, in a group of another name: the source was told to group otherwise meanwhile.
    for (const { incident } of books.openBefore(this.#source, alert.fingerprint, alert.started).toReversed()) {
      const state = incident === undefined ? undefined : books.get(incident);
      if (state && isOpen(state)) return state;
    }
    const labels = this.#labelKey(alert);
    const alike = labels === undefined ? undefined : books.byKey(labels, this.#now - correlate.withinMs);
    return alike ?? this.#open(alert);
  }

  #open(alert: Alert): Incident | undefined {
    const { engine, listeners, onProblem } = this.#options;
    const { id, take } = nextIncidentId(this.#transaction, this.#now);
    const all = listeners.current();
    const found = matchAlert(all, shownAlert(alert, id, this.#source, this.#now), onProblem);
    if (!found) return undefined;
    const listening = all.find(({ hash }) => hash === found.listening.hash)!;
    const graph = listening.graph ?? this.#options.graph;
    const by: Actor = { kind: 'system', name: `alert from ${this.#source}` };
    try {
      const start = engine.prepare({
        definition: listening.definition,
        inputs: found.inputs,
        by,
        trigger: true,
        idempotencyKey: `incident:${id}`,
        ...(listening.pages ? { pages: listening.pages } : {}),
        ...(graph === undefined ? {} : { graph }),
        ...(listening.page === undefined ? {} : { page: listening.page }),
      });
      const run = start(this.#transaction);
      take();
      const { level, known, why } = severityOf(alert.severity);
      const { service } = alert;
      const payload = { id, title: titleOf(alert), service, severity: level, known, why, by, source: this.#source };
      this.#transaction.append(run, { type: 'incident.opened', node: '', payload });
      this.#seenBefore(alert, run);
      return { id, run, isNew: true };
    } catch (error) {
      // The alert is kept all the same: whoever told it must not have to tell it for ever.
      onProblem(listening.definition.header.title, toFailure(error).message);
      return undefined;
    }
  }

  /** Who is called to it has to know that somebody was on the same a short time ago, and what was done. */
  #seenBefore(alert: Alert, run: string): void {
    const { books } = this.#options;
    const keys = [this.#groupKey(alert), this.#labelKey(alert)].filter((key) => key !== undefined);
    const before = keys.map((key) => books.lastByKey(key, this.#now - GROUP_WITHIN_MS)).find((state) => state);
    if (!before) return;
    const { id, runEndedAt, lastAt } = before;
    const note = `It may be the same again: ${id} was over ${elapsed(this.#now - Math.min(runEndedAt ?? lastAt, lastAt))} before`;
    const change = { related: [id], note };
    const by: Actor = { kind: 'system', name: 'Stagebook' };
    this.#transaction.append(run, { type: 'incident.updated', node: '', payload: { change, by, key: `after ${id}` } });
  }

  #remember(alert: Alert, incident: string): void {
    const { books } = this.#options;
    books.useKey(this.#groupKey(alert), incident, this.#now);
    const labels = this.#labelKey(alert);
    if (labels !== undefined) books.useKey(labels, incident, this.#now);
  }

  #groupKey({ key }: Alert): string {
    return `group ${this.#source} ${key}`;
  }

  #labelKey({ labels, service }: Alert): string | undefined {
    const { by } = this.#options.correlate;
    const values = by.map((label) => labels[label] ?? (label === 'service' ? service : ''));
    return values.includes('') ? undefined : `labels ${JSON.stringify(by.map((label, at) => [label, values[at]]))}`;
  }
}
