import type { Json } from '../../shared/json.ts';
import type { Assumed } from '../../shared/run/assumed.ts';
import type { StepStart } from '../../shared/run/event.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { Effect } from '../../shared/workflow/role.ts';
import type { Action, ActionContext } from '../actions/action.ts';
import type { Clock } from '../clock.ts';
import type { EarlierStarts } from './durable.ts';
import type { StepExecution } from './execute.ts';
import { attemptOf } from './keys.ts';

/** What performing a step needs of the daemon. */
export interface PerformContext {
  run: string;
  epoch: number;
  /** Whether somebody agreed to what runs. Only a dry run begins without. */
  trusted: boolean;
  clock: Clock;
  actions: ReadonlyMap<string, Action>;
  /** `assumed` where `output` is, too. */
  resolve(setting: Json, step: StepExecution, extra?: { output: Json }, assumed?: Assumed): unknown;
  /**
   * Replaces secret handles by their values, and says which values must never be seen again; undefined where there are none.
   * Rejects with `secret.missing`.
   */
  reveal(value: unknown): Promise<unknown> | undefined;
  /** The same with the handles' names in place of values: what may be recorded. */
  veil(value: unknown): Json;
  redact<T>(value: T): T;
  /** Throws `persona.refused`, or rejects with it, after recording it, when the persona in force may not. */
  permit(step: StepExecution, action: Action, settings: unknown): Promise<void> | undefined;
  stateOf(step: StepExecution): RunState;
  /** The taint of what the step is made from; 0 without any. */
  taint(step: StepExecution): number;
  /** How far a dry run assumes what the step would be given, and an expression besides. */
  assumed(step: StepExecution, besides?: string): Assumed | undefined;
  /** Whether what is looked up now may be otherwise once all before it is done. */
  isAfterUndone(): boolean;
  /** The level of the sandbox in force. */
  isolation(step: StepExecution): Promise<string>;
  actionContext(
    step: StepExecution,
    own: Pick<ActionContext, 'key' | 'earlierKeys' | 'attempt' | 'begunBefore' | 'signal' | 'answer'>,
  ): ActionContext;
}

/** One try of a step, ready to be made. */
export interface Attempt {
  action: Action;
  start: StepStart;
  input: unknown;
  /** How far a dry run assumes what it is given. */
  assumed?: Assumed | undefined;
  /** To the question with which the action ended before. */
  answer?: Json | undefined;
}

/** Whether an effect's start is on the disk before it begins (engine.md, Effects). */
export function needsStart(effect: Effect): boolean {
  return effect === 'write' || effect === 'irreversible';
}

const NO_KEYS: readonly string[] = [];

/** What the action is given. */
export function contextOf(
  step: StepExecution,
  attempt: Attempt,
  earlier: EarlierStarts,
  context: PerformContext,
  signal: AbortSignal,
): ActionContext {
  const others =
    earlier.starts.length === 0
      ? NO_KEYS
      : earlier.starts.map((start) => start.key).filter((key) => key !== attempt.start.key);
  return context.actionContext(step, {
    key: attempt.start.key,
    earlierKeys: others.length > 1 ? [...new Set(others)] : others,
    begunBefore: earlier.restored || earlier.starts.length > 0,
    attempt: attemptOf(step.key),
    signal,
    answer: attempt.answer,
  });
}
