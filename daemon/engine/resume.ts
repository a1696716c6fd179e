import { fail } from '../../shared/failure.ts';
import type { Actor, NewEvent, RunEvent } from '../../shared/run/event.ts';
import type { Journal } from '../journal/journal.ts';
import { fold } from '../../shared/run/fold/fold.ts';
import { pathOf, type NodeKey } from '../../shared/workflow/definition.ts';
import { forgottenByReset, forgottenByResume, takenBack } from './forget.ts';
import type { Pins } from './pins.ts';
import { runNotFound } from './run-not-found.ts';

/**
 * Goes on with a run that stopped, or has everything from a node on done again (engine.md, Resume): one event, which says what
 * no longer counts. Throws `run.not_found`, `run.not_stopped`, `run.active`, `node.not_found`.
 */
export async function resume(
  run: string,
  request: { by: Actor; from?: string },
  { journal, pins }: { journal: Journal; pins: Pins },
): Promise<void> {
  await journal.transact((transaction) => {
    const row = transaction.run(run);
    if (!row) throw runNotFound(run);
    const events = journal.events(run);
    if (request.from === undefined) {
      if (row.status !== 'failed' && row.status !== 'cancelled' && row.status !== 'suspended') {
        throw fail('conflict', 'run.not_stopped', `The run is ${row.status}; there is nothing to resume.`);
      }
      transaction.append(run, goingOn(events, request.by));
      return;
    }
    if (row.status === 'running' || row.status === 'waiting' || row.status === 'cancelling') {
      throw fail('conflict', 'run.active', `The run is ${row.status}. Cancel it before you repeat a part of it.`);
    }
    const forget = forgottenByReset(events, pins.read(row.definition).definition, request.from);
    transaction.append(run, {
      type: 'run.reset',
      node: '',
      payload: { by: request.by, from: request.from, forget },
    });
  });
}

/** Whether an event says that a run which stopped goes on. */
export function isGoingOn(event: { type: string }): event is RunEvent<'run.resumed' | 'run.reset'> {
  return event.type === 'run.resumed' || event.type === 'run.reset';
}

/**
 * The event with which a run that stopped goes on. What a saga has taken back is done again: in a new epoch, so that its
 * counterparts look at what is there now and do not answer with what was. The node `except` stays as it is.
 */
export function goingOn(
  events: readonly RunEvent[],
  by: Actor,
  except?: NodeKey,
): NewEvent<'run.resumed' | 'run.reset'> {
  const forget = forgottenByResume(events).filter(({ node }) => node !== except);
  const [first] = takenBack(fold(events)?.nodes ?? new Map());
  if (first === undefined) return { type: 'run.resumed', node: '', payload: { by, forget } };
  return { type: 'run.reset', node: '', payload: { by, from: pathOf(first), forget } };
}
