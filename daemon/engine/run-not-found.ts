import { fail, type StagebookError } from '../../shared/failure.ts';

/** What is said of a run that the journal does not have. */
export function runNotFound(run: string): StagebookError {
  return fail('not-found', 'run.not_found', `There is no run ${run}. stagebook list shows the runs there are.`);
}
