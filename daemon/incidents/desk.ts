import type { IncidentChange } from '../../shared/incident/change.ts';
import { DEFAULT_LEVEL } from '../../shared/incident/severity.ts';
import type { IncidentState } from '../../shared/incident/state.ts';
import type { Actor, NewEvent } from '../../shared/run/event.ts';
import { personaIn, stageOf } from '../../shared/run/stages.ts';
import type { NodeKey } from '../../shared/workflow/definition.ts';
import type { Incidents, RunInfo } from '../actions/action.ts';
import type { Clock } from '../clock.ts';
import type { IncidentBooks } from '../journal/incidents.ts';
import type { Journal } from '../journal/journal.ts';
import { nextIncidentId } from './number.ts';

interface DeskOptions {
  journal: Pick<Journal, 'transact' | 'events'>;
  books: IncidentBooks;
  clock: Clock;
  redact<T>(value: T): T;
}

/** The incident of one run, as the steps of a node see it and speak of it. */
export function incidentDesk({ journal, books, clock, redact }: DeskOptions, run: RunInfo, node: NodeKey): Incidents {
  const say = (given: IncidentChange, key: string): Promise<IncidentState> => {
    const change = redact(given);
    return journal.transact((transaction) => {
      if (!books.ofRun(run.id)) {
        const { id, take } = nextIncidentId(transaction, clock.now());
        take();
        transaction.append(run.id, opening(run, id, change));
      }
      const empty = Object.values(change).every((value) => value === null || value === undefined);
      if (!empty && !isSaid(journal, run.id, key)) {
        transaction.append(run.id, {
          type: 'incident.updated',
          node: '',
          payload: { change, by: speaker(run, node), key },
        });
      }
      return books.ofRun(run.id)!;
    });
  };
  return {
    current: () => books.ofRun(run.id),
    ensure: () => say({}, ''),
    say,
    isSaid: (key) => isSaid(journal, run.id, key),
  };
}

/** Who speaks in a step: the persona of its stage. */
export function speaker(run: RunInfo, node: NodeKey): Actor {
  const persona = personaIn(stageOf(run.state(), node));
  return persona === undefined ? { kind: 'system', name: 'Stagebook' } : { kind: 'persona', name: persona };
}

/** What has to be there before anything can be said of an incident. */
export function opening(run: RunInfo, id: string, change: IncidentChange): NewEvent<'incident.opened'> {
  return {
    type: 'incident.opened',
    node: '',
    payload: {
      id,
      title: change.title ?? run.title,
      service: change.service ?? '',
      severity: change.severity ?? DEFAULT_LEVEL,
      known: Boolean(change.severity) && change.severity_known !== false,
      why: change.severity
        ? 'a step of the workflow says so'
        : `nobody has said how bad it is, so it is taken for ${DEFAULT_LEVEL}`,
      by: { kind: 'person', name: run.by },
    },
  };
}

function isSaid(journal: Pick<Journal, 'events'>, run: string, key: string): boolean {
  return journal.events(run).some((event) => event.type === 'incident.updated' && event.payload.key === key);
}
