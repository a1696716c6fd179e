import type Database from 'better-sqlite3';
import type { Alert } from '../../shared/incident/alert.ts';
import { applyToIncident, concernsIncident, isOpen, type IncidentState } from '../../shared/incident/state.ts';
import { readJson } from '../../shared/read-json.ts';
import type { RunEvent } from '../../shared/run/event.ts';

/** One episode of an alert, as it was told. */
export interface Episode {
  source: string;
  fingerprint: string;
  /** Milliseconds since the epoch, as all times here. */
  started: number;
  incident?: string;
  name: string;
  /** Whether a source ever said that it fires; one may first be heard of when it is over. */
  fired: boolean;
  ended?: number;
  /** How often it was told. */
  told: number;
  firstSeen: number;
  lastSeen: number;
}

/** Incidents and alerts in the journal. Writes happen inside of the journal's own transactions only. */
export interface IncidentBooks {
  /** Keeps the rows equal to what the events add up to; called for every event, in its transaction. */
  apply(event: RunEvent): void;
  get(id: string): IncidentState | undefined;
  ofRun(run: string): IncidentState | undefined;
  /** Those of a graph, or of all, the newest first. */
  list(filter: { graph?: string; limit: number }): IncidentState[];
  /** The open incident that a key leads to, if the key was used since then: the newest of several. */
  byKey(key: string, since: number): { id: string; run: string } | undefined;
  /** The incident that a key led to last, open or not, if the key was used since then. */
  lastByKey(key: string, since: number): IncidentState | undefined;
  useKey(key: string, incident: string, at: number): void;
  episode(source: string, fingerprint: string, started: number): Episode | undefined;
  /** Episodes of the same that began before and of which nobody said that they are over, the earliest first. */
  openBefore(source: string, fingerprint: string, started: number): Episode[];
  putEpisode(episode: Episode, alert: Alert): void;
  /** Counts a repeat. */
  toldAgain(source: string, fingerprint: string, started: number, at: number): void;
  /** What was told last comes first. */
  episodes(limit: number): Episode[];
  /** Alerts that fire, told since then, and that no workflow wanted: so that an incident can still be opened. */
  unclaimed(since: number, limit: number): { source: string; alert: Alert }[];
}

interface Row {
  source: string;
  fingerprint: string;
  started: number;
  incident: string | null;
  name: string;
  fired: number;
  ended: number | null;
  told: number;
  first_seen: number;
  last_seen: number;
}

export function sqliteIncidents(database: Database.Database): IncidentBooks {
  const state = database.prepare<[string], string>('select state from incidents where id = ?').pluck();
  const ofRun = database.prepare<[string], string>('select state from incidents where run_id = ?').pluck();
  const insert = database.prepare<[string, string, number, string, string]>(
    'insert into incidents select ?, ?, graph_id, ?, ? from runs where run_id = ?',
  );
  const update = database.prepare<[number, string, string]>('update incidents set open = ?, state = ? where id = ?');
  const list = database
    .prepare<[{ graph: string | null; limit: number }], string>(
      'select state from incidents where @graph is null or graph = @graph order by id desc limit @limit',
    )
    .pluck();
  const byKey = database.prepare<[string, number], { id: string; run: string }>(
    `select id, run_id as run from incident_keys join incidents on incidents.id = incident_keys.incident
      where key = ? and incident_keys.at >= ? and open = 1 order by incident_keys.at desc, id desc limit 1`,
  );
  const lastByKey = database
    .prepare<[string, number], string>(
      `select state from incident_keys join incidents on incidents.id = incident_keys.incident
        where key = ? and incident_keys.at >= ? order by incident_keys.at desc, id desc limit 1`,
    )
    .pluck();
  const useKey = database.prepare<[string, string, number]>(
    'insert into incident_keys values (?, ?, ?) on conflict do update set at = max(at, excluded.at)',
  );
  const episode = database.prepare<[string, string, number], Row>(
    'select * from alerts where source = ? and fingerprint = ? and started = ?',
  );
  const openBefore = database.prepare<[string, string, number], Row>(
    `select * from alerts where source = ? and fingerprint = ? and started < ? and fired = 1 and ended is null
      order by started`,
  );
  const unclaimed = database.prepare<[number, number], { source: string; body: string }>(
    `select source, body from alerts where incident is null and fired = 1 and ended is null and last_seen >= ?
      order by started limit ?`,
  );
  const put = database.prepare(
    `insert into alerts values (@source, @fingerprint, @started, @incident, @name, @fired, @ended, @told, @firstSeen, @lastSeen, @body)
      on conflict do update set incident = excluded.incident, fired = excluded.fired, ended = excluded.ended,
        told = excluded.told, last_seen = excluded.last_seen`,
  );
  const again = database.prepare<[number, string, string, number]>(
    'update alerts set told = told + 1, last_seen = ? where source = ? and fingerprint = ? and started = ?',
  );
  const episodes = database.prepare<[number], Row>('select * from alerts order by last_seen desc limit ?');
  const read = (text: string | undefined): IncidentState | undefined =>
    text === undefined ? undefined : (readJson(text) as unknown as IncidentState);

  return {
    apply(event) {
      if (!concernsIncident(event)) return;
      const before = event.type === 'incident.opened' ? undefined : read(ofRun.get(event.run));
      const after = applyToIncident(before, event);
      if (!after) return;
      const text = JSON.stringify(after);
      if (before) update.run(isOpen(after) ? 1 : 0, text, after.id);
      else insert.run(after.id, event.run, isOpen(after) ? 1 : 0, text, event.run);
    },
    get: (id) => read(state.get(id)),
    ofRun: (run) => read(ofRun.get(run)),
    list: ({ graph = null, limit }) => list.all({ graph, limit }).map((text) => read(text)!),
    byKey: (key, since) => byKey.get(key, since),
    lastByKey: (key, since) => read(lastByKey.get(key, since)),
    useKey: (key, incident, at) => void useKey.run(key, incident, at),
    episode(source, fingerprint, started) {
      const row = episode.get(source, fingerprint, started);
      return row && toEpisode(row);
    },
    openBefore: (source, fingerprint, started) => openBefore.all(source, fingerprint, started).map(toEpisode),
    putEpisode(each, alert) {
      put.run({
        ...each,
        incident: each.incident ?? null,
        ended: each.ended ?? null,
        fired: each.fired ? 1 : 0,
        // What belongs to an incident is on record in its run.
        body: each.incident === undefined ? JSON.stringify(alert) : '',
      });
    },
    toldAgain: (source, fingerprint, started, at) => void again.run(at, source, fingerprint, started),
    episodes: (limit) => episodes.all(limit).map(toEpisode),
    unclaimed: (since, limit) =>
      unclaimed.all(since, limit).map(({ source, body }) => ({ source, alert: readJson(body) as unknown as Alert })),
  };
}

function toEpisode(row: Row): Episode {
  return {
    source: row.source,
    fingerprint: row.fingerprint,
    started: row.started,
    ...(row.incident === null ? {} : { incident: row.incident }),
    name: row.name,
    fired: row.fired === 1,
    ...(row.ended === null ? {} : { ended: row.ended }),
    told: row.told,
    firstSeen: row.first_seen,
    lastSeen: row.last_seen,
  };
}
