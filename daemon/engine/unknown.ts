import { toFailure, type Failure } from '../../shared/failure.ts';
import type { StepStart } from '../../shared/run/event.ts';
import type { Verdict } from '../actions/action.ts';
import { contextOf, type Attempt, type PerformContext } from './attempt.ts';
import { Stopped, UNKNOWN, Unsettled, type EarlierStarts } from './durable.ts';
import type { StepExecution } from './execute.ts';

/** What a person can answer when nobody knows whether a write happened. */
export const HAPPENED = 'It happened';
export const DID_NOT = 'It did not happen: do it now';
const STOP = 'Stop here';

/** The pause before an unsure verification is asked again; it doubles up to a minute. */
const FIRST_ASK_MS = 500;

/** Asks the counterpart what happened, again and again within the settle window. Not stopped by what stopped the step. */
export async function verify(
  step: StepExecution,
  attempt: Attempt,
  earlier: EarlierStarts,
  context: PerformContext,
): Promise<Verdict<unknown>> {
  const { action, input } = attempt;
  if (!action.verify) return { is: 'unsure', why: `${action.name} has no way to find out.` };
  const until = context.clock.now() + (step.durable.answered(step.key) ? 0 : (action.settleMs ?? 0));
  for (let pause = FIRST_ASK_MS; ; pause = Math.min(pause * 2, 60_000)) {
    const verdict = await ask();
    if (verdict.is !== 'unsure' || context.clock.now() + pause > until) return verdict;
    await new Promise<void>((resolve) => void context.clock.at(context.clock.now() + pause, resolve));
  }
  async function ask(): Promise<Verdict<unknown>> {
    try {
      const own = contextOf(step, attempt, earlier, context, new AbortController().signal);
      return await action.verify!(input, own);
    } catch (error) {
      return { is: 'unsure', why: toFailure(error).message };
    }
  }
}

/** What `on-unknown` says: a failure to end with, nothing to try again, or a person is asked (thrown as Unsettled). */
export function onUnknown(
  step: StepExecution,
  start: StepStart,
  failure: Failure,
  askedBefore: boolean,
): Failure | null {
  const how = step.node.settings['on-unknown'] ?? 'ask';
  if (how === 'retry') return null;
  if (how === 'fail' || askedBefore) return failure;
  throw new Unsettled(failure, start);
}

/** A step that is stopped from outside waits for nobody: it ends as unknown, and a resume asks. */
export async function askWhatHappened(step: StepExecution, failure: Failure): Promise<string> {
  if (step.signal.aborted) return STOP;
  await step.durable.once('ask.opened', step.key, () => ({
    question: `Did “${step.node.title}” happen? ${failure.message}`,
    options: [HAPPENED, DID_NOT, STOP],
    from: 'person',
  }));
  try {
    const message = await step.durable.message(step.key, 0, undefined, step.signal);
    return message !== 'elapsed' && message.type === 'ask.answered' ? String(message.payload.answer) : STOP;
  } catch (error) {
    if (error instanceof Stopped) return STOP;
    throw error;
  }
}

const WHY_STOPPED: Readonly<Record<Stopped['why'], string>> = {
  cancelled: 'the run was cancelled',
  deadline: 'its time was up',
  'sibling-failed': 'a part beside it failed',
};

/** What an action ended with, as a failure: one that was told to end and said nothing else tells why. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof Stopped)) return toFailure(error);
  const message = `It was stopped before it answered, because ${WHY_STOPPED[error.why]}.`;
  return { code: 'step.stopped', message, retryable: false, unanswered: true };
}

export function unknownFailure(step: StepExecution, why: string): Failure {
  return {
    code: UNKNOWN,
    message: `Nobody knows whether “${step.node.title}” took effect. ${why} Look at the counterpart, then answer or resume.`,
    retryable: false,
    unanswered: true,
  };
}
