import type { Actor } from '../../shared/run/event.ts';
import type { NodeKey } from '../../shared/workflow/definition.ts';
import type { Journal } from '../journal/journal.ts';
import { endOfChild } from './interpret.ts';
import { goingOn } from './resume.ts';

/** Who has a called run go on. */
export const CALLER: Actor = { kind: 'system', name: 'the calling run' };

/**
 * After a resume of the calling run: what its call began goes on where it stopped, so that nothing in there is done twice. What has
 * come to its end by itself meanwhile tells its caller again. False when that run is gone, and another one has to begin.
 */
export async function continueChild(
  journal: Journal,
  parent: { run: string; node: NodeKey },
  child: string,
): Promise<boolean> {
  const status = journal.run(child)?.status;
  if (status === undefined) return false;
  if (status !== 'completed' && status !== 'failed' && status !== 'cancelled') return true;
  await journal.transact((transaction) => {
    const now = transaction.run(child)?.status;
    const events = journal.events(child);
    if (now === 'failed' || now === 'cancelled') transaction.append(child, goingOn(events, CALLER));
    const end = events.findLast((event) => event.type === 'run.completed');
    if (now === 'completed' && end) transaction.append(parent.run, endOfChild(parent.node, end));
  });
  return true;
}
