import { StagebookError, type Failure } from '../../shared/failure.ts';
import type { Json, JsonObject } from '../../shared/json.ts';
import type { Actor, NewEvent, Payloads, RunEvent, StepStart } from '../../shared/run/event.ts';
import type { NodeKey } from '../../shared/workflow/definition.ts';

/**
 * The port to durable execution: all that the interpreter knows of time, waiting and recording (engine.md, Shape).
 * Replay is calling the same things again: what was recorded under a key is returned, nothing is done twice.
 * Two implementations: the SQLite journal (`journaled.ts`), and a distributed engine.
 * `test/suites/durable.ts` is what each of them must pass.
 *
 * Every wait takes a signal and rejects with its reason (a `Stopped`) when it is aborted.
 */
export interface Durable {
  /** Milliseconds since the epoch. Not recorded: whatever depends on it must be decided or slept on. */
  now(): number;

  /** Adds an event unless the same node recorded it already. Not awaited: it is on the disk before anything later is. */
  record(event: NewEvent): void;

  /** The payload of the node's event of this type; computed and committed the first time. */
  once<T extends OnceType>(
    type: T,
    key: NodeKey,
    compute: () => Payloads[T] | Promise<Payloads[T]>,
  ): Promise<Payloads[T]>;

  /** A value that replay must not decide again. `transient`: a resume after a failure decides anew. */
  decide<T extends Json>(
    key: NodeKey,
    name: string,
    compute: () => T | Promise<T>,
    options?: { transient?: boolean },
  ): Promise<T>;

  /**
   * One effect. Returns the recorded end, or does the work and records its end.
   * With `start`, that is committed before the work begins, and the work is told of starts that never ended.
   */
  step(key: NodeKey, step: DurableStep): Promise<StepEnd>;

  /**
   * Calls on the world, within `step`. What is still being done under the same idempotency key, because replay began anew meanwhile,
   * goes on and is taken over.
   */
  act<T>(key: NodeKey, effect: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Whether there is something to take over. */
  isActing(key: NodeKey, effect: string): boolean;
  /** Resolves when it is certain that no other process has got the run meanwhile: what cannot be repeated waits for that. */
  holds(): Promise<void>;

  /**
   * What takes time and records nothing: a secret is looked up, a sandbox looked for. Everything that a run waits for and that is
   * neither recorded nor a wait goes through here, else it may be let go meanwhile.
   */
  working<T>(work: () => Promise<T>): Promise<T>;

  /** The n-th (from 0) message for this node: a signature, a refusal, an answer, a signal. `elapsed` when the deadline came first. */
  message(key: NodeKey, n: number, deadline: number | undefined, signal: AbortSignal): Promise<Message | 'elapsed'>;

  /**
   * Resolves at `at`, an absolute time, also when that was during downtime. The first call under a name fixes the time. `once`: a
   * resume after a failure does not sleep again where that is over.
   */
  sleepUntil(key: NodeKey, name: string, at: number, signal: AbortSignal, options?: { once?: boolean }): Promise<void>;

  /**
   * Races work against an absolute deadline; commit order decides. The work is aborted and has ended when this resolves.
   * Rejects with what the work left unsettled, whatever came first.
   */
  race<T>(
    key: NodeKey,
    name: string,
    at: number,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<{ elapsed: false; value: T } | { elapsed: true }>;

  /**
   * Runs branches side by side, at most `limit` at once, in the order of `names`. Rejects with what one of them left unsettled,
   * unless each is to come to its own end.
   */
  branches<T extends Json>(
    key: NodeKey,
    names: readonly string[],
    policy: BranchPolicy,
    signal: AbortSignal,
    work: (name: string, index: number, signal: AbortSignal) => Promise<T>,
  ): Promise<BranchResult<T>[]>;

  /** Runs another workflow as a run of its own, once, and gives its output. Cancelling this cancels that. */
  child(key: NodeKey, request: ChildRequest, signal: AbortSignal): Promise<Json>;

  /** A value shared by runs, by name. `update` is decided in the commit; its result is recorded under the key and name. */
  cell<T extends Json>(
    name: string,
  ): {
    update<R extends Json>(
      key: NodeKey,
      as: string,
      change: (current: T | undefined) => { value: T | undefined; result: R },
    ): Promise<R>;
  };

  /** Where the completion of a step stands in the order of all of them; undefined while it has none. */
  completion(key: NodeKey): number | undefined;
  /** Whether an end of this step is on record, good or bad: then replay gets it and asks nobody again. */
  ended(key: NodeKey): boolean;
  /** When the node was first entered, in milliseconds since the epoch; undefined while it was not. */
  enteredAt(key: NodeKey): number | undefined;
  /** Whether it was entered, or is on record without that: a step may ask somebody, or have its deadline set, before it begins. */
  reached(key: NodeKey): boolean;
  /** Whether a person decided with a signature that this node counts as skipped. */
  skipped(key: NodeKey): boolean;
  /** Whether anybody sent this node a message already. */
  answered(key: NodeKey): boolean;
}

/** The code of a failure that leaves open whether an effect happened. */
export const UNKNOWN = 'effect.unknown';

/** An effect that nobody knows about, on its way to a person. */
export class Unsettled extends Error {
  override readonly name = 'Unsettled';
  readonly failure: Failure;
  readonly start: StepStart;

  constructor(failure: Failure, start: StepStart) {
    super(failure.message);
    this.failure = failure;
    this.start = start;
  }
}

/** Whether an error leaves open what happened: no deadline, sibling or policy may hide it (engine.md, Unknown). */
export function isUnsettled(error: unknown): boolean {
  return error instanceof Unsettled || (error instanceof StagebookError && error.failure.code === UNKNOWN);
}

export type OnceType = 'gate.opened' | 'gate.closed' | 'ask.opened' | 'node.skipped';
export type Message = RunEvent<'gate.signed' | 'gate.refused' | 'ask.answered' | 'signal.received'>;

export interface DurableStep {
  start?: Payloads['node.started'] & { step: StepStart };
  /** It has been told to end: what was begun is looked after, and nothing begins. */
  stopped?: boolean;
  work(earlier: EarlierStarts): Promise<StepEnd>;
}

/** What is on record of this step from before. */
export interface EarlierStarts {
  /** A start that never got an end: the effect may or may not have happened. */
  interrupted: boolean;
  /** The run was restored from a backup: any effect may have happened without being on record. */
  restored: boolean;
  /** All starts of this step under any attempt and epoch, the oldest first. */
  starts: readonly (StepStart & { epoch: number; output?: Json })[];
}

export type StepEnd = NewEvent<'node.completed'> | NewEvent<'node.failed'>;

export interface BranchPolicy {
  limit?: number;
  onFailure: 'cancel' | 'wait' | 'continue';
}

export type BranchResult<T> = { is: 'ok'; output: T } | { is: 'failed'; failure: Failure } | { is: 'stopped' };

export interface ChildRequest {
  page: string;
  inputs: JsonObject;
  by: Actor;
}

/** Why work was asked to stop. Thrown through the interpreter; not a failure of the node that it passes. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
  readonly why: 'cancelled' | 'deadline' | 'sibling-failed';

  constructor(why: Stopped['why']) {
    super(`stopped: ${why}`);
    this.why = why;
  }
}
