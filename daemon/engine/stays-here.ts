import { fail, type StagebookError } from '../../shared/failure.ts';
import type { Action } from '../actions/action.ts';

/**
 * Whether an action looks at files of this machine and reaches nothing else, by what it says that it touches: that is as much
 * as a dry run of a definition may do that nobody has agreed to yet (security.md 4).
 */
export function staysHere({ touches }: Pick<Action, 'touches'>): boolean {
  if (touches?.paths === undefined || touches.hosts !== undefined) return false;
  return (touches.programs ?? []).every((program) => program === 'git');
}

/** Why something is not asked in a dry run of what nobody has agreed to. */
export function notReached(): StagebookError {
  return fail(
    'denied',
    'run.untrusted',
    'Nobody here has agreed to this version, so its dry run reaches nothing outside of this machine and reads no secret: what would be found out is made up. Look at what it may do, then trust it: stagebook trust.',
  );
}
