import type { IncidentChange } from '../../shared/incident/change.ts';
import type { IncidentState } from '../../shared/incident/state.ts';
import type { RunEvent } from '../../shared/run/event.ts';
import type { NodeKey } from '../../shared/workflow/definition.ts';
import type { Incidents, RunInfo } from '../actions/action.ts';
import type { HubLink } from '../hub/report.ts';
import { opening, speaker } from '../incidents/desk.ts';
import type { Journal } from '../journal/journal.ts';

export interface WorkerDeskOptions {
  journal: Pick<Journal, 'append' | 'events'>;
  hub: Pick<HubLink, 'ask'>;
  redact<T>(value: T): T;
  /** Raised when the worker ends. */
  signal: AbortSignal;
}

/**
 * The incident of a run that works away from the hub. Its number is the hub's, who counts them for all. What steps say is said
 * one after the other: a run works on one worker at a time.
 */
export function workerDesk(options: WorkerDeskOptions): (run: RunInfo, node: NodeKey) => Incidents {
  const { journal, hub, redact, signal } = options;
  const turns = new Map<string, Promise<unknown>>();
  const inTurn = <T>(run: string, work: () => Promise<T>): Promise<T> => {
    const before = turns.get(run) ?? Promise.resolve();
    const mine = before.then(work, work);
    const kept = mine.catch(() => undefined);
    turns.set(run, kept);
    void kept.then(() => (turns.get(run) === kept ? turns.delete(run) : false));
    return mine;
  };
  return (run, node) => {
    const isSaid = (key: string): boolean =>
      journal.events(run.id).some((event: RunEvent) => event.type === 'incident.updated' && event.payload.key === key);
    const say = (given: IncidentChange, key: string): Promise<IncidentState> =>
      inTurn(run.id, async () => {
        const change = redact(given);
        if (!run.state().incident) {
          const id = await hub.ask(run.id, 0, { ask: 'incident.number' }, signal);
          await journal.append(run.id, [opening(run, String(id), change)]);
        }
        const empty = Object.values(change).every((value) => value === null || value === undefined);
        if (!empty && !isSaid(key)) {
          const payload = { change, by: speaker(run, node), key };
          await journal.append(run.id, [{ type: 'incident.updated', node: '', payload }]);
        }
        return run.state().incident!;
      });
    return { current: () => run.state().incident, ensure: () => say({}, ''), say, isSaid };
  };
}
