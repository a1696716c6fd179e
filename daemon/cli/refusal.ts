import { StagebookError } from '../../shared/failure.ts';
import type { Problem } from '../../shared/problem.ts';
import { interrupted } from './terminal.ts';

/** One thing that is wrong with what was given. `place` is `file:line:column`, where it has one. */
export interface Complaint {
  code: string;
  message: string;
  place?: string;
}

/** Bad input: everything that is wrong with it. Nothing was started. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly complaints: readonly Complaint[];

  constructor(complaints: readonly Complaint[]) {
    super(complaints[0]?.message ?? 'refused');
    this.complaints = complaints;
  }
}

/** A problem of the checker with its place on the page. */
export function complaintOf(page: string, { code, message, place }: Problem): Complaint {
  return { code, message, place: `${page}:${place.line}:${place.column}` };
}

/** What was thrown, as complaints. */
export function complaintsOf(error: unknown, debug: boolean): readonly Complaint[] {
  if (error instanceof Refusal) return error.complaints;
  if (error instanceof StagebookError) return [{ code: error.code, message: error.message }];
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return [{ code: 'internal.error', message: debug && stack ? stack : `${message} (STAGEBOOK_DEBUG=1 shows where.)` }];
}

/** Whether somebody pressed Ctrl-C. */
export function isInterrupt(error: unknown): boolean {
  return error instanceof StagebookError && error.code === interrupted().code;
}
