import { StagebookError } from '../../shared/failure.ts';
import { isObject } from '../../shared/json.ts';
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
  if (error instanceof StagebookError) return placed(error) ?? [{ code: error.code, message: error.message }];
  const unusable = unusableFile(error);
  if (unusable !== undefined) return [{ code: 'file.unusable', message: unusable }];
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return [{ code: 'internal.error', message: debug && stack ? stack : `${message} (STAGEBOOK_DEBUG=1 shows where.)` }];
}

/** What the system has against a file, with what to look at. */
const TROUBLES: Readonly<Record<string, string>> = {
  ENOENT: 'is not there, nor can it be made where its folder is missing',
  EACCES: 'is not yours to use: look at its rights and at those of its folder',
  EPERM: 'is not yours to use: look at its rights and at those of its folder',
  EROFS: 'is on a disk that is read-only',
  ENOSPC: 'has no room: the disk is full',
  EISDIR: 'is a folder where a file is wanted',
  ENOTDIR: 'is no folder where one is wanted, or is below a file',
  EEXIST: 'is there already',
  ENAMETOOLONG: 'has too long a name',
};

/** Why a file that somebody named cannot be used, in one sentence; undefined for any other error. */
export function unusableFile(error: unknown): string | undefined {
  const { code = '', path, dest } = (error instanceof Error ? error : {}) as NodeJS.ErrnoException & { dest?: string };
  const trouble = Object.hasOwn(TROUBLES, code) ? TROUBLES[code] : undefined;
  const file = dest ?? path;
  return trouble === undefined || file === undefined ? undefined : `${file} ${trouble}.`;
}

/** Each problem of a file on its own, where the failure says where they are. */
function placed({ code, failure: { data } }: StagebookError): Complaint[] | undefined {
  const { file, problems } = isObject(data) ? data : {};
  if (typeof file !== 'string' || !Array.isArray(problems)) return undefined;
  return problems.filter(isObject).map(({ place, message }) => ({
    code,
    message: String(message),
    place: `${file}:${String(place)}`,
  }));
}

/** Whether somebody pressed Ctrl-C. */
export function isInterrupt(error: unknown): boolean {
  return error instanceof StagebookError && error.code === interrupted().code;
}
