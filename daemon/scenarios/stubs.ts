import { fail } from '../../shared/failure.ts';
import type { Json } from '../../shared/json.ts';
import { parseDuration } from '../../shared/workflow/duration.ts';
import type { Action, ActionContext } from '../actions/action.ts';
import { readSpecial } from './scenario.ts';

/** What the stubs know of the step that calls them. */
export interface Caller {
  /** The id of the step's node. */
  id: string;
}

/** The books of all counterparts: what took effect, in order. */
export interface Effect {
  action: string;
  id: string;
  key: string;
  result: Json;
}

/** An answer that a scenario gives and the action could not: a scenario must not lie. */
class FalseAnswer extends Error {}

/**
 * The catalogue with every action answered by a scenario: same names, effects and schemas, no effects. A write leaves its
 * trace in the books, and is found there by `verify` when its answer was lost.
 */
export function stubActions(
  actions: ReadonlyMap<string, Action>,
  answerFor: (action: string, caller: Caller) => Json | undefined,
  callerOf: (context: ActionContext) => Caller,
  books: Effect[],
): Map<string, Action> {
  const turns = new Map<string, number>();
  return new Map([...actions].map(([name, action]) => [name, stub(action, { answerFor, callerOf, books, turns })]));
}

interface Stubbing {
  answerFor: (action: string, caller: Caller) => Json | undefined;
  callerOf: (context: ActionContext) => Caller;
  books: Effect[];
  turns: Map<string, number>;
}

function stub(action: Action, stubbing: Stubbing): Action {
  const { verify: _verify, preview: _preview, ...rest } = action;
  const { books } = stubbing;
  return {
    ...rest,
    settleMs: 0,
    async run(input, context) {
      const caller = stubbing.callerOf(context);
      const written = stubbing.answerFor(action.name, caller);
      if (written === undefined) {
        throw new FalseAnswer(`no answer is given for ${action.name} (node ${caller.id})`);
      }
      const answer = turn(written, `${action.name} ${caller.id}`, stubbing.turns);
      return give(action, answer, context, (result) => {
        const effect = typeof action.effect === 'function' ? action.effect(input) : action.effect;
        if (effect === 'write' || effect === 'irreversible')
          books.push({ action: action.name, id: caller.id, key: context.key, result });
      });
    },
    ...(action.verify
      ? {
          verify: (_input: unknown, context: ActionContext) => {
            const keys = [context.key, ...context.earlierKeys];
            const done = books.findLast(({ key }) => keys.includes(key));
            return Promise.resolve(done ? { is: 'done' as const, result: done.result } : { is: 'not-done' as const });
          },
        }
      : {}),
  };
}

function turn(answer: Json, who: string, turns: Map<string, number>): Json {
  const special = readSpecial(answer);
  if (!special || !('$each' in special)) return answer;
  const n = turns.get(who) ?? 0;
  turns.set(who, n + 1);
  return special.$each[Math.min(n, special.$each.length - 1)] ?? null;
}

async function give(
  action: Action,
  answer: Json,
  context: ActionContext,
  happen: (result: Json) => void,
): Promise<unknown> {
  const special = readSpecial(answer);
  if (!special) {
    const result = checked(action, answer);
    happen(result);
    return result;
  }
  if ('$fail' in special) {
    const { kind, code, message, answered } = special.$fail;
    const error = fail(kind, code, message ?? code);
    if (answered) error.failure.unanswered = false;
    throw error;
  }
  if ('$lost' in special) {
    happen(checked(action, special.$lost));
    throw fail('network', 'scenario.lost', 'The answer was lost.');
  }
  if ('$after' in special) {
    await pause(context, parseDuration(special.$after));
    return give(action, special.$give, context, happen);
  }
  return pause(context, Infinity);
}

function checked(action: Action, answer: Json): Json {
  const parsed = action.output.safeParse(answer);
  if (parsed.success) return parsed.data as Json;
  const issue = parsed.error.issues[0]!;
  throw new FalseAnswer(`${action.name} cannot answer so: ${issue.path.join('.')}: ${issue.message}`);
}

function pause({ clock, signal }: ActionContext, ms: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      cancel();
      reject(fail('timeout', 'scenario.stopped', 'The step was stopped before it answered.'));
    };
    const cancel = ms === Infinity ? () => undefined : clock.at(clock.now() + ms, resolve);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
