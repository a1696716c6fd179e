import { concernsIncident, wantsPostMortem } from '../../shared/incident/state.ts';
import type { RunEvent } from '../../shared/run/event.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { Outbox } from './outbox.ts';
import type { OutboxStore } from './outbox-store.ts';

/** What has to be known to enter the pages that events call for. */
export interface EnteringMeans {
  outbox: Pick<Outbox, 'put' | 'raise'>;
  store: Pick<OutboxStore, 'ofRun'>;
  state(run: string): RunState;
  /** What a run's page of a kind is called. */
  nameOf(kind: string, run: string): string;
}

/**
 * Enters the pages that are there by themselves: a run's own, an incident's, its post-mortem, and the index of all incidents. A
 * dry run has no effects at all, and a run without a graph has nowhere to be told. Throws what the books throw; the events count
 * as entered only when all of them are, and can be entered again.
 */
export function enterEvents(events: readonly RunEvent[], means: EnteringMeans): void {
  for (const event of events) {
    if (event.type === 'run.started') enterRunPage(event, means);
    if (event.type === 'incident.opened') enterIncidentPage(event, means);
  }
  enterIndexes(events, means);
  for (const { run, pos } of events) means.outbox.raise(run, pos);
}

function enterRunPage(
  { run, pos, payload: { graph, dryRun } }: RunEvent<'run.started'>,
  { outbox, store, nameOf }: EnteringMeans,
): void {
  if (graph === undefined || dryRun || store.ofRun(run).some(({ kind }) => kind === 'run')) return;
  outbox.put({ graph, page: nameOf('run', run), part: '', kind: 'run', run, data: null, pos });
}

/** The page of an incident is there at once. */
function enterIncidentPage({ run, pos }: RunEvent<'incident.opened'>, { outbox, state, nameOf }: EnteringMeans): void {
  const { graph, dryRun } = state(run);
  if (graph === undefined || dryRun) return;
  outbox.put({ graph, page: nameOf('incident', run), part: '', kind: 'incident', run, data: null, pos }, true);
}

/** The index of all incidents follows, once for all that was committed together. */
function enterIndexes(events: readonly RunEvent[], means: EnteringMeans): void {
  const { outbox, state, nameOf } = means;
  const latest = new Map<string, RunEvent>();
  for (const event of events) {
    // How a line of its timeline is told stands on its own page only.
    if (!concernsIncident(event) || event.type === 'incident.line') continue;
    const { graph, dryRun, incident } = state(event.run);
    if (graph === undefined || dryRun || !incident) continue;
    latest.set(graph, event);
    if (wantsPostMortem(incident)) enterPostMortem(event, graph, means);
  }
  for (const [graph, { run, pos }] of latest) {
    outbox.put({ graph, page: nameOf('incidents', run), part: '', kind: 'incidents', run, data: null, pos });
  }
}

function enterPostMortem({ run, pos }: RunEvent, graph: string, { outbox, store, nameOf }: EnteringMeans): void {
  if (store.ofRun(run).some(({ kind }) => kind === 'post-mortem')) return;
  outbox.put({ graph, page: nameOf('post-mortem', run), part: '', kind: 'post-mortem', run, data: null, pos });
}
