import { fail } from '../../shared/failure.ts';
import type { Json } from '../../shared/json.ts';
import { pathOf, type NodeKey } from '../../shared/workflow/definition.ts';
import { parseDuration } from '../../shared/workflow/duration.ts';
import type { Action, ActionContext, Services } from '../actions/action.ts';
import { readSpecial } from './scenario.ts';

/** A write at a counterpart. */
export interface Effect {
  action: string;
  /** The id of the step's node. */
  id: string;
  /** Its idempotency key. */
  key: string;
  result: Json;
}

/** All counterparts of one scenario: what they answer, and what came of it. */
export interface Counterparts {
  /** By node id, or by action name for all steps that use it. */
  readonly answers: Readonly<Record<string, Json>>;
  /** Writes that were asked for, in order, each try: by action name. */
  readonly asked: string[];
  /** Writes that took effect, in order. */
  readonly effects: Effect[];
  /** The names in `answers` that somebody asked for. */
  readonly used: Set<string>;
  /** How often each `$each` has answered. */
  readonly turns: Map<string, number>;
}

/** Counterparts at which nothing has happened yet. */
export function counterparts(answers: Readonly<Record<string, Json>>): Counterparts {
  return { answers, asked: [], effects: [], used: new Set(), turns: new Map() };
}

interface Asker {
  id: string;
  at: Counterparts;
}

const askers = new WeakMap<Services, Asker>();

/** The services of a step that is to meet these counterparts: its stub finds them by it. */
export function servicesAt(at: Counterparts, node: NodeKey): Services {
  const services = {} as Services;
  askers.set(services, { id: pathOf(node).split('/').at(-1)!, at });
  return services;
}

/** An answer that a scenario gives and the action could not: a scenario must not lie. */
class FalseAnswer extends Error {}

const stubbed = new WeakMap<ReadonlyMap<string, Action>, ReadonlyMap<string, Action>>();

/**
 * The catalogue with every action answered by counterparts (`servicesAt`): same names, effects and schemas, nothing done. A
 * write leaves its trace in their books, and is found there by `verify` when its answer was lost. Made once for a catalogue.
 */
export function stubActions(actions: ReadonlyMap<string, Action>): ReadonlyMap<string, Action> {
  const known = stubbed.get(actions) ?? new Map([...actions].map(([name, action]) => [name, stub(action)]));
  stubbed.set(actions, known);
  return known;
}

function stub(action: Action): Action {
  const { verify: _verify, preview: _preview, sandboxed: _sandboxed, ...rest } = action;
  return {
    ...rest,
    settleMs: 0,
    async run(input, context) {
      const { id, at } = askers.get(context.services)!;
      const effect = typeof action.effect === 'function' ? action.effect(input) : action.effect;
      const writes = effect === 'write' || effect === 'irreversible';
      if (writes) at.asked.push(action.name);
      const name = id in at.answers ? id : action.name;
      const written = at.answers[name];
      if (written === undefined) throw new FalseAnswer(`no answer is given for ${action.name} (node ${id})`);
      at.used.add(name);
      const answer = inTurn(written, `${action.name} ${id}`, at.turns);
      return give(action, answer, context, (result) => {
        if (writes) at.effects.push({ action: action.name, id, key: context.key, result });
      });
    },
    ...(action.verify
      ? {
          verify: (_input: unknown, context: ActionContext) => {
            const { effects } = askers.get(context.services)!.at;
            const keys = [context.key, ...context.earlierKeys];
            const done = effects.findLast(({ key }) => keys.includes(key));
            return Promise.resolve(done ? { is: 'done' as const, result: done.result } : { is: 'not-done' as const });
          },
        }
      : {}),
  };
}

function inTurn(answer: Json, who: string, turns: Map<string, number>): Json {
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

/** Throws FalseAnswer when the action could not have answered so. */
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
