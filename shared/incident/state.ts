import type { Json } from '../json.ts';
import type { Actor, RunEvent } from '../run/event.ts';
import { beganAt, type Alert } from './alert.ts';
import type { ActionItem, IncidentChange } from './change.ts';
import { MOMENTS, type LineDeed, type Moment } from './moments.ts';
import { worse, type Level } from './severity.ts';

/** A moment of an incident, and how it is known. */
export interface Known {
  /** Milliseconds since the epoch. */
  at: number;
  /** `alert`: as the source of the alerts says. `event`: when it was recorded here. `said`: somebody said it. */
  from: 'alert' | 'event' | 'said';
  by?: Actor;
  why?: string;
}

/** What somebody changed that was known otherwise before. */
export interface Correction {
  at: number;
  by: Actor;
  field: string;
  from: Json;
  to: Json;
  why: string;
}

/** What is known of an incident: a part of the fold of its run. */
export interface IncidentState {
  id: string;
  run: string;
  openedAt: number;
  openedBy: Actor;
  /** The source of the alert that opened it; none when a person did. */
  source?: string;
  title: string;
  service: string;
  severity: Level;
  severityKnown: boolean;
  /** Why it has its severity, while its alerts say it. */
  severityWhy: string;
  /** Whether a person said how bad it is: then neither steps nor alerts say otherwise. */
  severitySaid?: true;
  status: 'Active' | 'Stable' | 'Closed';
  /** What was said last of each, but for what is kept above and below. */
  said: Omit<IncidentChange, Moment | 'status' | 'severity' | 'severity_known' | 'title' | 'service' | 'note'>;
  moments: Partial<Record<Moment, Known>>;
  drafts: { at: number; text: string; by: Actor }[];
  sent: { at: number; text: string }[];
  items: ActionItem[];
  alerts: AlertsState;
  corrections: Correction[];
  /** What people did to lines of the timeline, the latest of a kind last. */
  lines: LineState[];
  /** When its run ended; it may go on all the same when it is resumed. */
  runEndedAt?: number;
  /** When anything last happened to it. */
  lastAt: number;
}

export interface AlertsState {
  firing: number;
  resolved: number;
  /** The one that began it, those that fire, and the last that are over; of a storm the rest is counted only. */
  list: (Pick<
    Alert,
    'fingerprint' | 'key' | 'name' | 'severity' | 'service' | 'summary' | 'started' | 'url' | 'runbook' | 'labels'
  > & {
    ended?: number;
  })[];
  lastEnded?: number;
  /** So many more a source had at most, in one message, without telling of them. */
  leftOut?: number;
}

export interface LineState {
  line: number;
  deed: LineDeed;
  text?: string;
  /** Corrected time, in milliseconds since the epoch. */
  at?: number;
  by: Actor;
  why: string;
  saidAt: number;
}

/** So many alerts are told one by one. */
const MOST_ALERTS = 100;
const MOST_ENTRIES = 500;

/** Whether an event is part of the story of an incident. */
export function concernsIncident({ type }: Pick<RunEvent, 'type'>): boolean {
  return CONCERNS.has(type);
}

const CONCERNS: ReadonlySet<RunEvent['type']> = new Set([
  'incident.opened',
  'incident.updated',
  'incident.line',
  'alerts.received',
  'ask.answered',
  'gate.signed',
  'gate.refused',
  'run.completed',
  'run.failed',
  'run.cancelled',
  'run.resumed',
  'run.reset',
  'run.moved',
]);

/** Adds one event of its run. Changes `state` in place and returns it; undefined while there is no incident. */
export function applyToIncident(state: IncidentState | undefined, event: RunEvent): IncidentState | undefined {
  if (event.type === 'incident.opened') return opened(event);
  if (!state || !concernsIncident(event)) return state;
  state.lastAt = event.at;
  switch (event.type) {
    case 'alerts.received':
      received(state, event);
      break;
    case 'incident.updated':
      updated(state, event);
      break;
    case 'incident.line': {
      const { line, deed, text, at, by, why } = event.payload;
      state.lines.push({
        line,
        deed,
        by,
        why,
        saidAt: event.at,
        ...(text === undefined ? {} : { text }),
        ...(at === undefined ? {} : { at }),
      });
      break;
    }
    case 'ask.answered':
      if (event.payload.by.kind === 'person') acted(state, event.at, event.payload.by);
      break;
    case 'gate.signed':
    case 'gate.refused':
      acted(state, event.at, { kind: 'person', name: event.payload.signature.person });
      break;
    case 'run.completed':
    case 'run.failed':
    case 'run.cancelled':
      state.runEndedAt = event.at;
      break;
    case 'run.resumed':
    case 'run.reset':
    case 'run.moved':
      delete state.runEndedAt;
      break;
    default:
      break;
  }
  return state;
}

/** Whether more alerts may still belong to it: nobody closed it, and something fires or is being done. */
export function isOpen({ status, runEndedAt, alerts }: IncidentState): boolean {
  return status !== 'Closed' && (runEndedAt === undefined || alerts.firing > 0);
}

/** How it stands, as the page says it: an incident that is over by itself needs nobody to close it. */
export function standing(state: IncidentState): IncidentState['status'] {
  return isOpen(state) ? state.status : 'Closed';
}

/** Whether it is to be learnt from on a page of its own: it was grave and is over, or somebody asks for it. */
export function wantsPostMortem(state: IncidentState): boolean {
  return state.said.post_mortem === true || (state.severity <= 'P1' && standing(state) === 'Closed');
}

/** When it was over: as somebody said, or when the last of its alerts was resolved and none fires. */
export function resolvedAt({ moments, alerts }: IncidentState): Known | undefined {
  if (moments.resolved) return moments.resolved;
  if (alerts.firing > 0 || alerts.lastEnded === undefined) return undefined;
  return { at: alerts.lastEnded, from: 'alert' };
}

function opened({ run, at, payload }: RunEvent<'incident.opened'>): IncidentState {
  const { id, by, source, title, service, severity, known, why } = payload;
  return {
    id,
    run,
    openedAt: at,
    openedBy: by,
    ...(source === undefined ? {} : { source }),
    title,
    service,
    severity,
    severityKnown: known,
    severityWhy: why,
    status: 'Active',
    said: {},
    moments: { detected: { at, from: 'event' } },
    drafts: [],
    sent: [],
    items: [],
    alerts: { firing: 0, resolved: 0, list: [] },
    corrections: [],
    lines: [],
    lastAt: at,
  };
}

function received(state: IncidentState, { at, payload }: RunEvent<'alerts.received'>): void {
  const { firing, resolved, leftOut } = payload;
  const { alerts, moments } = state;
  if (leftOut !== undefined) alerts.leftOut = leftOut;
  for (const alert of firing) {
    alerts.firing += 1;
    const started = beganAt(alert, at);
    listed(alerts, { ...alert, started });
    const since = moments.impact_started;
    if (!since || (since.from !== 'said' && started < since.at)) {
      const isTold = alert.startedKnown !== false && alert.started === started;
      moments.impact_started = { at: started, from: isTold ? 'alert' : 'event' };
    }
  }
  Object.assign(state, severityWith(state, firing));
  for (const alert of resolved) {
    alerts.firing -= 1;
    alerts.resolved += 1;
    const ended = alert.ended ?? beganAt(alert, at);
    alerts.lastEnded = Math.max(alerts.lastEnded ?? 0, ended);
    const open = alerts.list.filter((each) => each.fingerprint === alert.fingerprint && each.ended === undefined);
    // By a clock that is ahead it began when it was told of, which is another moment than the source says. The one before is over
    // before the one after it.
    const same = open.findLast((each) => each.started === alert.started) ?? open[0];
    if (same) same.ended = ended;
  }
}

/** Those that fire are told one by one: where there are too many, what was over first makes room, but for the one that began it. */
function listed({ list }: AlertsState, alert: Alert): void {
  if (list.length >= MOST_ALERTS) {
    const over = list.slice(1).filter(({ ended }) => ended !== undefined);
    if (over.length === 0) return;
    const first = over.reduce((one, other) => (other.ended! < one.ended! ? other : one));
    list.splice(list.indexOf(first), 1);
  }
  const { fingerprint, key, name, severity, service, summary, started, url, runbook, labels } = alert;
  list.push({ fingerprint, key, name, severity, service, summary, started, url, runbook, labels });
}

type Severity = Pick<IncidentState, 'severity' | 'severityKnown' | 'severityWhy'>;

/** How bad it is with more alerts: while nobody has said it, the worst of them says it. */
export function severityWith(state: Severity, firing: readonly Alert[]): Severity {
  const { severity, severityKnown, severityWhy } = state;
  return firing.reduce<Severity>(
    (now, alert) => {
      if (!alert.levelKnown || now.severityWhy === '') return now;
      const next = now.severityKnown ? worse(now.severity, alert.level) : alert.level;
      if (next === now.severity && now.severityKnown) return now;
      return { severity: next, severityKnown: true, severityWhy: `the source says ${alert.severity}` };
    },
    { severity, severityKnown, severityWhy },
  );
}

/** The first thing that a person did in the run is how the incident was acknowledged, unless somebody says otherwise. */
function acted(state: IncidentState, at: number, by: Actor): void {
  state.moments.acknowledged ??= { at, from: 'event', by };
}

function updated(state: IncidentState, { at, payload: { change, by, why } }: RunEvent<'incident.updated'>): void {
  const corrected = (field: string, from: Json | undefined, to: Json): void => {
    if (why === undefined || from === to) return;
    keep(state.corrections, { at, by, field, from: from ?? null, to, why });
  };
  const { title, service, severity, severity_known: known, status, note: _note, ...rest } = change;
  if (title) {
    corrected('title', state.title, title);
    state.title = title;
  }
  if (service) {
    corrected('service', state.service, service);
    state.service = service;
  }
  if (severity && (by.kind === 'person' || saysAnother(state, severity, known ?? true))) {
    corrected('severity', state.severity, severity);
    state.severity = severity;
    state.severityKnown = known ?? true;
    // From now on it is what somebody said, whatever else fires.
    if (known !== false) state.severityWhy = '';
    if (by.kind === 'person') state.severitySaid = true;
  }
  if (status) {
    corrected('status', state.status, status);
    state.status = status;
  }
  for (const moment of MOMENTS) {
    const given = change[moment];
    if (given === undefined || given === null) continue;
    const said = given === true ? at : Date.parse(given);
    const before = state.moments[moment];
    if (by.kind !== 'person' && stands(before ?? resolvedAtIn(state, moment), said, given === true)) continue;
    corrected(moment, before === undefined ? null : new Date(before.at).toISOString(), new Date(said).toISOString());
    state.moments[moment] = { at: said, from: 'said', by, ...(why === undefined ? {} : { why }) };
  }
  const { customer_update: draft, messages_sent: sent, action_items: items, ...plain } = rest;
  if (draft) keep(state.drafts, { at, text: draft, by });
  for (const text of sent ?? []) keep(state.sent, { at, text });
  for (const item of items ?? []) addItem(state.items, item);
  for (const [name, value] of Object.entries(plain)) {
    if (value === null || value === undefined || (MOMENTS as readonly string[]).includes(name)) continue;
    const said = state.said as Record<string, unknown>;
    corrected(name, (said[name] ?? null) as Json, value as Json);
    said[name] = value;
  }
}

/**
 * Whether a step has a word of its own on how bad it is: what a person said stands, and what a step repeats of the alerts does not
 * keep a graver one from counting.
 */
function saysAnother(state: IncidentState, severity: Level, known: boolean): boolean {
  if (state.severitySaid) return false;
  return severity !== state.severity || known !== state.severityKnown;
}

/**
 * Whether what is known of a moment stands against what a step says of it: a person said it, the step says the same again, or
 * it says “now” of what is on record by itself. So a page names who knows it best.
 */
function stands(known: Known | undefined, said: number, now: boolean): boolean {
  if (!known) return false;
  return (known.by?.kind === 'person' && known.from === 'said') || known.at === said || (now && known.from === 'event');
}

function resolvedAtIn(state: IncidentState, moment: Moment): Known | undefined {
  return moment === 'resolved' ? resolvedAt(state) : undefined;
}

/** Each text is one item; what is said of it later is added to it. */
function addItem(items: ActionItem[], item: ActionItem): void {
  const same = items.find(({ text }) => text === item.text);
  if (same)
    Object.assign(same, Object.fromEntries(Object.entries(item).filter(([, value]) => (value ?? null) !== null)));
  else keep(items, item);
}

function keep<T>(list: T[], entry: T): void {
  if (list.length < MOST_ENTRIES) list.push(entry);
}
