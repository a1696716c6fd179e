import type { Json } from './json.ts';

/**
 * A failure as data: what the journal keeps, the protocol sends and the pages print.
 * `code` is stable and dotted, its first word the area (`git.rejected`, `gate.rejected`, `network.unreachable`).
 * `message` says in the reader's words what happened and what to do about it.
 */
export interface Failure {
  code: string;
  message: string;
  /** Whether trying the same again can help (language.md, Failure and time). */
  retryable: boolean;
  /**
   * True when a write was sent but no answer came, so nobody knows whether it happened.
   * Only meaningful for write and irreversible effects (engine.md, Unknown).
   */
  unanswered?: boolean;
  data?: Json;
  cause?: Failure;
}

/** The kinds of trouble a counterpart can give, each with its rule for retrying (language.md). */
const KINDS = {
  network: { retryable: true, unanswered: true },
  timeout: { retryable: true, unanswered: true },
  unavailable: { retryable: true, unanswered: true },
  'rate-limit': { retryable: true, unanswered: false },
  locked: { retryable: true, unanswered: false },
  invalid: { retryable: false, unanswered: false },
  denied: { retryable: false, unanswered: false },
  conflict: { retryable: false, unanswered: false },
  'not-found': { retryable: false, unanswered: false },
} as const;

export type FailureKind = keyof typeof KINDS;

/** The throwable form of a `Failure`. */
export class StagebookError extends Error {
  override readonly name = 'StagebookError';
  readonly failure: Failure;

  constructor(failure: Failure, options?: ErrorOptions) {
    super(failure.message, options);
    this.failure = failure;
  }

  get code(): string {
    return this.failure.code;
  }
}

/**
 * Makes a failure of one of the known kinds, with the kind's rule for retrying.
 * `code` is the full dotted code; by convention it ends in a word of its own, not in the kind.
 */
export function fail(
  kind: FailureKind,
  code: string,
  message: string,
  more: { data?: Json; cause?: unknown } = {},
): StagebookError {
  const failure: Failure = { code, message, ...KINDS[kind] };
  if (more.data !== undefined) failure.data = more.data;
  if (more.cause !== undefined) failure.cause = toFailure(more.cause);
  return new StagebookError(failure, { cause: more.cause });
}

/** What systems say of a disk, or a share of one, that has no room. */
const FULL: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'SQLITE_FULL']);

/**
 * Any thrown value as a `Failure`; a foreign error becomes `internal.error`, not retryable, its message kept, but for a full disk, of
 * which people have to be told what to do.
 */
export function toFailure(error: unknown): Failure {
  if (error instanceof StagebookError) return error.failure;
  const message = error instanceof Error ? error.message : String(error);
  const failure = { code: 'internal.error', message, retryable: false, unanswered: true };
  if (!(error instanceof Error && 'code' in error && FULL.has(error.code))) return failure;
  const remedy = 'Make room on the machine that did this step, then resume the run.';
  return { ...failure, code: 'disk.full', message: `The disk is full (${message}). ${remedy}` };
}
