import type { Clock } from '../clock.ts';
import { contextOf, needsStart, type Attempt, type PerformContext } from './attempt.ts';
import type { EarlierStarts } from './durable.ts';
import type { StepExecution } from './execute.ts';

/** How long an aborted action may take to end before it is left behind, in milliseconds. */
const CLEAN_UP_MS = 10_000;

type Outcome = { is: 'value'; value: unknown } | { is: 'thrown'; error: unknown };

/** Calls the action. After an abort it has a bounded time to end; then it is left behind. */
export function act(
  step: StepExecution,
  attempt: Attempt,
  earlier: EarlierStarts,
  context: PerformContext,
): Promise<Outcome> {
  // Not async where nothing is waited for: each async function around a step costs as much as the step's own record.
  if (!needsStart(attempt.start.effect)) return call(step, attempt, earlier, context);
  return step.durable.holds().then(() => call(step, attempt, earlier, context));
}

function call(
  step: StepExecution,
  attempt: Attempt,
  earlier: EarlierStarts,
  context: PerformContext,
): Promise<Outcome> {
  const { signal } = step;
  if (signal.aborted) return Promise.reject(signal.reason as Error);
  const { action, input, start } = attempt;
  const running = step.durable.act(step.key, start.key, signal, (own) =>
    action.run(input, contextOf(step, attempt, earlier, context, own)),
  );
  return new Promise<Outcome>((resolve) => {
    let over = false;
    let letGo = (): void => undefined;
    const end = (outcome: Outcome): void => {
      over = true;
      letGo();
      resolve(outcome);
    };
    running.then(
      (value) => end({ is: 'value', value }),
      (error: unknown) => end({ is: 'thrown', error }),
    );
    afterThisTurn(() => {
      if (over) return;
      // Long enough to be worth showing as running; a step that ends at once needs only its completion.
      if (!needsStart(start.effect)) {
        const payload = { role: step.node.role, title: step.node.title, step: start };
        step.durable.record({ type: 'node.started', node: step.key, payload });
      }
      letGo = whenLeftBehind(signal, context.clock, () => end({ is: 'thrown', error: signal.reason }));
    });
  });
}

/** Calls back when an aborted action has had its time to end; returns a function that takes this back. */
function whenLeftBehind(signal: AbortSignal, clock: Clock, leave: () => void): () => void {
  let takeBack = (): void => undefined;
  const onAbort = (): void => {
    takeBack = clock.at(clock.now() + CLEAN_UP_MS, leave);
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  return () => {
    signal.removeEventListener('abort', onAbort);
    takeBack();
  };
}

const looks: (() => void)[] = [];

/** Calls each in the next turn of the event loop: one alarm for all, since most steps have ended by then. */
function afterThisTurn(look: () => void): void {
  if (looks.push(look) > 1) return;
  setImmediate(() => {
    for (const each of looks.splice(0)) each();
  });
}
