import { fail } from '../../shared/failure.ts';
import type { Said } from '../../shared/incident/said.ts';
import type { Actor } from '../../shared/run/event.ts';
import type { Journal } from '../journal/journal.ts';
import { runNotFound } from './run-not-found.ts';

/**
 * Puts on record what a person says of the run's incident: of a line of its timeline, or how it stands. `said` is redacted.
 * Throws `run.not_found`, `incident.none`, `incident.line`.
 */
export async function tell(journal: Journal, run: string, said: Said, by: Actor): Promise<void> {
  await journal.transact((transaction) => {
    if (!transaction.run(run)) throw runNotFound(run);
    const events = journal.events(run);
    if (!events.some(({ type }) => type === 'incident.opened')) {
      throw fail('conflict', 'incident.none', 'This run is about no incident, so nothing can be said of one.');
    }
    if ('line' in said && said.line > events.length) {
      throw fail('not-found', 'incident.line', `The record has ${events.length} lines; there is no line ${said.line}.`);
    }
    if ('line' in said) {
      const { text, at, ...deed } = said;
      const more = { ...(text === undefined ? {} : { text }), ...(at === undefined ? {} : { at }) };
      return transaction.append(run, { type: 'incident.line', node: '', payload: { ...deed, ...more, by } });
    }
    const { change, why } = said;
    const because = why === undefined ? {} : { why };
    transaction.append(run, { type: 'incident.updated', node: '', payload: { change, by, ...because } });
  });
}
