import { fail, StagebookError, toFailure, type Failure } from '../../shared/failure.ts';
import { isObject, type Json, type JsonObject } from '../../shared/json.ts';
import { strongest, type Assumed } from '../../shared/run/assumed.ts';
import type { Payloads, Question, StepStart, Taint } from '../../shared/run/event.ts';
import { parseDuration } from '../../shared/workflow/duration.ts';
import type { Effect } from '../../shared/workflow/role.ts';
import { NeedsPerson, type Action } from '../actions/action.ts';
import { act } from './act.ts';
import { contextOf, needsStart, type Attempt, type PerformContext } from './attempt.ts';
import { Unsettled, type DurableStep, type EarlierStarts, type StepEnd } from './durable.ts';
import type { StepExecution } from './execute.ts';
import { idempotencyKey } from './keys.ts';
import { placeholder } from './placeholder.ts';
import { notReached, staysHere } from './stays-here.ts';
import { askWhatHappened, DID_NOT, failureOf, HAPPENED, onUnknown, unknownFailure, verify } from './unknown.ts';

/** Does one step as engine.md says under Effects and Unknown. Returns its output; throws its failure. */
export async function perform(step: StepExecution, context: PerformContext): Promise<Json> {
  const { durable, key } = step;
  if (durable.ended(key))
    return outputOf(step, await durable.step(key, { work: () => Promise.reject(new Error('already recorded')) }));
  try {
    return await performInTime(step, 'timeout', false, context);
  } catch (error) {
    if (!(error instanceof Unsettled)) throw error;
    // Outside of the step's own deadline: that limits the action, not how long a person takes.
    const answer = await askWhatHappened(step, error.failure);
    if (answer === DID_NOT) return performInTime(step, 'timeout-again', true, context);
    const payload = { startedAt: durable.now(), step: error.start };
    const end: StepEnd =
      answer === HAPPENED
        ? { type: 'node.completed', node: key, payload: { output: null, ...payload } }
        : { type: 'node.failed', node: key, payload: { failure: error.failure, ...payload } };
    return outputOf(step, await durable.step(key, { work: () => Promise.resolve(end) }));
  }
}

/** Does the step within its `timeout`. Throws `Unsettled` when a person has to say what happened. */
function performInTime(
  step: StepExecution,
  name: string,
  skipVerification: boolean,
  context: PerformContext,
): Promise<Json> {
  const { timeout } = step.node.settings;
  if (typeof timeout !== 'string') return performOnce(step, skipVerification, context);
  return performWithin(timeout, step, name, skipVerification, context);
}

async function performWithin(
  timeout: string,
  step: StepExecution,
  name: string,
  skipVerification: boolean,
  context: PerformContext,
): Promise<Json> {
  const { durable, key } = step;
  const at = durable.now() + parseDuration(timeout);
  const outcome = await durable.race(key, name, at, step.signal, (signal) =>
    performOnce({ ...step, signal }, skipVerification, context),
  );
  if (!outcome.elapsed) return outcome.value;
  const startedAt = durable.now();
  const late = fail('timeout', 'step.timeout', `“${step.node.title}” did not end within ${timeout}.`).failure;
  // A completion that verification found after the deadline stands: the effect is there.
  return outputOf(
    step,
    await durable.step(key, {
      work: () => Promise.resolve({ type: 'node.failed', node: key, payload: { failure: late, startedAt } }),
    }),
  );
}

async function performOnce(step: StepExecution, skipVerification: boolean, context: PerformContext): Promise<Json> {
  const { durable, key, node } = step;
  let attempt: Attempt;
  try {
    attempt = await durable.working(() => prepare(step, context));
  } catch (error) {
    return cannotBegin(step, error, skipVerification, context);
  }
  const wanted: DurableStep = {
    work: (earlier) => work(step, attempt, earlier, skipVerification, context),
    stopped: step.signal.aborted,
  };
  if (needsStart(attempt.start.effect) && !step.dryRun) {
    wanted.start = { role: node.role, title: node.title, step: attempt.start };
  }
  try {
    return outputOf(step, await durable.step(key, wanted));
  } catch (error) {
    if (!(error instanceof NeedsPerson)) throw error;
    attempt.answer = await answerTo(step, error.question);
    return outputOf(step, await durable.step(key, wanted));
  }
}

async function prepare(step: StepExecution, context: PerformContext): Promise<Attempt> {
  const action = context.actions.get(String(step.node.settings.uses));
  if (!action) throw fail('invalid', 'action.unknown', `There is no action called ${String(step.node.settings.uses)}.`);
  const written = step.node.settings.with ?? {};
  const settings = context.resolve(written, step);
  const effect = effectOf(action, settings);
  // Before any secret is read for it, and before a sandbox is looked for.
  const permit = context.permit(step, action, settings);
  if (permit) await permit;
  const start: StepStart = {
    action: action.name,
    effect,
    with: context.redact(context.veil(settings)),
    key: idempotencyKey(context.run, step.key, context.epoch),
  };
  if (step.persona !== null) start.persona = step.persona;
  if (action.sandboxed && !step.dryRun) start.sandbox = await context.isolation(step);
  const veiled = step.dryRun && (effect !== 'read' || !context.trusted);
  const secrets = veiled ? undefined : context.reveal(settings);
  const revealed = secrets ? await secrets : veiled ? context.veil(settings) : settings;
  const parsed = action.input.safeParse(revealed);
  const given = context.assumed(step, parsed.success ? action.recalls?.(parsed.data) : undefined);
  const assumed = context.isAfterUndone() ? strongest(given, 'settings') : given;
  if (parsed.success) return { action, start, input: parsed.data, assumed };
  // What a dry run took for granted, and the name of a secret in its place, need not fit.
  if (given !== undefined || (veiled && revealed !== settings)) return { action, start, input: revealed, assumed };
  const issue = parsed.error.issues[0]!;
  const where = ['with', ...issue.path].join('.');
  const message = context.redact(`${action.name} cannot use ${where}: ${issue.message}. Mend the step's settings.`);
  throw new NotBegun(fail('invalid', 'action.input', message).failure, start);
}

/** Settings that the action cannot use: what they are is on record with the failure. */
class NotBegun extends StagebookError {
  readonly start: StepStart;

  constructor(failure: Failure, start: StepStart) {
    super(failure);
    this.start = start;
  }
}

/**
 * Records a failure that came before the action was even called. Where an earlier life of the run had begun it, that may have
 * happened, and nobody can look: it is as unknown as when its counterpart cannot say.
 */
async function cannotBegin(
  step: StepExecution,
  error: unknown,
  skipVerification: boolean,
  context: PerformContext,
): Promise<never> {
  const { durable, key } = step;
  const failure = context.redact(toFailure(error));
  const end = await durable.step(key, {
    work: ({ interrupted, starts }) => {
      const begun = interrupted && !skipVerification ? starts.at(-1) : undefined;
      const unknown = begun && onUnknown(step, begun, unknownFailure(step, failure.message), false);
      const start = error instanceof NotBegun ? { step: error.start } : {};
      const payload = { failure: unknown ?? failure, startedAt: durable.now(), ...start };
      return Promise.resolve({ type: 'node.failed', node: key, payload });
    },
  });
  throw new StagebookError(end.type === 'node.failed' ? end.payload.failure : failure);
}

async function work(
  step: StepExecution,
  attempt: Attempt,
  earlier: EarlierStarts,
  skipVerification: boolean,
  context: PerformContext,
): Promise<StepEnd> {
  const startedAt = context.clock.now();
  const { start } = attempt;
  const completed = (output: unknown, assumed?: Assumed, doubt?: string): StepEnd => {
    const kept = context.redact((output ?? null) as Json);
    // One for each step: most have none of what may come besides, and spreading that costs more than all the rest.
    const payload: Payloads['node.completed'] = { output: kept, startedAt, step: start };
    const remember = rememberOf(step, kept, context, assumed);
    if (remember) payload.remember = remember;
    const taint = taintOf(step, attempt, output, context);
    if (taint !== undefined) payload.taint = taint;
    if (assumed !== undefined) payload.assumed = assumed;
    if (doubt !== undefined) payload.doubt = context.redact(doubt);
    return { type: 'node.completed', node: step.key, payload };
  };
  const failed = (failure: Failure): StepEnd => ({
    type: 'node.failed',
    node: step.key,
    payload: { failure: context.redact(failure), startedAt, step: start },
  });

  if (step.dryRun && !context.trusted && !staysHere(attempt.action)) {
    contextOf(step, attempt, earlier, context, step.signal).log(notReached().message);
    return completed(placeholder(attempt.action.output), 'placeholder');
  }
  if (step.dryRun && start.effect !== 'read') return completed(...(await preview(step, attempt, context)));
  // What it would look for is not there yet, and the counterpart is not asked for what nobody has made.
  if (attempt.assumed === 'placeholder') return completed(placeholder(attempt.action.output), 'placeholder');

  const begunBefore =
    earlier.restored || earlier.interrupted || earlier.starts.some((other) => other.epoch < context.epoch);
  // Two looks may differ; an effect under one key may not.
  const conflict = earlier.starts.find((other) => other.key === start.key && !same(other.with, start.with));
  if (conflict && needsStart(start.effect)) return failed(conflictFailure(step, start));
  // Something beside it is tried again; it stands, and must not happen twice.
  const once = start.effect === 'irreversible' && !step.undoing;
  const stands = once ? earlier.starts.find(({ output }) => output !== undefined) : undefined;
  if (stands) return completed(stands.output);
  // What still acts says itself how it ends.
  const goesOn = step.durable.isActing(step.key, start.key);
  if (needsStart(start.effect) && begunBefore && !skipVerification && !goesOn) {
    const verdict = await verify(step, attempt, earlier, context);
    if (verdict.is === 'done') return completed(verdict.result);
    // Only a start without an end leaves something unknown; an ended one of an earlier epoch may be repeated.
    if (verdict.is === 'unsure' && (earlier.interrupted || earlier.restored)) {
      const how = onUnknown(step, start, unknownFailure(step, verdict.why), false);
      if (how) return failed(how);
    }
  }
  const outcome = await act(step, attempt, earlier, context);
  if (outcome.is === 'thrown' && outcome.error instanceof NeedsPerson) {
    // A dry run asks nobody.
    if (step.dryRun) return completed(...(await preview(step, attempt, context)));
    throw outcome.error;
  }
  if (outcome.is === 'value')
    return tryCompleting(() => completed(outcome.value, attempt.assumed && 'settings'), failed);
  const failure = failureOf(outcome.error);
  const stopped = step.signal.aborted;
  if (attempt.assumed !== undefined && !stopped) {
    // It was given what a dry run took for granted: that it did not find that says little of a real run.
    return completed(placeholder(attempt.action.output), 'placeholder', failure.message);
  }
  const uncertain = needsStart(start.effect) && (stopped || failure.unanswered === true);
  if (!uncertain) {
    if (stopped) throw step.signal.reason;
    return failed(failure);
  }
  step.durable.record({
    type: 'node.unknown',
    node: step.key,
    payload: { failure: context.redact(failure), step: start },
  });
  const verdict = await verify(step, attempt, earlier, context);
  step.durable.record({
    type: 'effect.verified',
    node: step.key,
    payload: { verdict: verdict.is, ...(verdict.is === 'unsure' ? { why: verdict.why } : {}) },
  });
  if (verdict.is === 'done') return completed(verdict.result);
  // What stopped the step may not pass what nobody knows, either.
  const how =
    verdict.is === 'unsure'
      ? onUnknown(step, start, unknownFailure(step, `${failure.message} ${verdict.why}`), skipVerification)
      : null;
  if (how) return failed(how);
  if (stopped) throw step.signal.reason;
  return failed({ ...failure, unanswered: false });
}

/** A failed `remember` fails the step; what it did is found again by `verify` when the run is resumed. */
function tryCompleting(completed: () => StepEnd, failed: (failure: Failure) => StepEnd): StepEnd {
  try {
    return completed();
  } catch (error) {
    return failed(toFailure(error));
  }
}

/** Asks a person, and waits while nothing is held. Throws when the step is stopped. */
async function answerTo(step: StepExecution, question: Question): Promise<Json> {
  await step.durable.once('ask.opened', step.key, () => question);
  const message = await step.durable.message(step.key, 0, undefined, step.signal);
  if (message !== 'elapsed' && message.type === 'ask.answered') return message.payload.answer;
  throw new Error(`${step.key} got no answer to its question`);
}

/** What a dry run shows as the output of what it does not do, how far that is assumed, and what stands in the way now. */
async function preview(
  step: StepExecution,
  attempt: Attempt,
  context: PerformContext,
): Promise<[output: unknown, assumed: Assumed, doubt?: string]> {
  const shown = placeholder(attempt.action.output);
  if (!attempt.action.preview) return [shown, 'placeholder'];
  try {
    const own = contextOf(step, attempt, { interrupted: false, restored: false, starts: [] }, context, step.signal);
    return [await attempt.action.preview(attempt.input, own), 'preview'];
  } catch (error) {
    // It may need what the dry run did not make: the shape is all there is to show.
    return attempt.assumed === 'placeholder'
      ? [shown, 'placeholder']
      : [shown, 'placeholder', failureOf(error).message];
  }
}

function rememberOf(
  step: StepExecution,
  output: Json,
  context: PerformContext,
  assumed: Assumed | undefined,
): JsonObject | undefined {
  const written = step.node.settings.remember;
  if (!isObject(written)) return undefined;
  return context.redact(context.resolve(written, step, { output }, assumed) as JsonObject);
}

/** What a completed step is made from: of an action that brings something in itself, and of what its settings mention. */
function taintOf(
  step: StepExecution,
  { action }: Attempt,
  output: unknown,
  context: PerformContext,
): Taint | undefined {
  const { taints } = action;
  if (typeof taints === 'function' ? taints(output, context.stateOf(step)) : taints) return 'own';
  const from = context.taint(step);
  return from > 0 ? from : undefined;
}

function outputOf(step: StepExecution, end: StepEnd): Json {
  if (end.type === 'node.completed') {
    const { taint, assumed } = end.payload;
    if (taint !== undefined) step.taint(taint === 'own' ? step.durable.completion(step.key)! : taint);
    if (assumed !== undefined) step.assume(assumed, end.payload.step?.effect !== 'read');
    return end.payload.output;
  }
  throw new StagebookError(end.payload.failure);
}

function effectOf(action: Action, settings: unknown): Effect {
  return typeof action.effect === 'function' ? action.effect(settings) : action.effect;
}

function same(a: Json, b: Json): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function conflictFailure(step: StepExecution, start: StepStart): Failure {
  return fail(
    'conflict',
    'effect.conflict',
    `“${step.node.title}” was begun with other settings before. Start a new run, or resume with --from this step.`,
    { data: { key: start.key } },
  ).failure;
}
