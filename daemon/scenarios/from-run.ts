import { fail, type Failure, type FailureKind } from '../../shared/failure.ts';
import { isObject, type Json } from '../../shared/json.ts';
import type { RunEvent } from '../../shared/run/event.ts';
import type { RunState } from '../../shared/run/state.ts';
import { pathOf, walk, type Definition } from '../../shared/workflow/definition.ts';
import type { Deed, Expectation, Scenario } from './scenario.ts';

/** A finished run, as its record has it. */
export interface FinishedRun {
  state: RunState;
  definition: Definition;
  /** The pages that it called. */
  pages: Readonly<Record<string, Definition>>;
  /** Its events and those of the runs that it called, in order. */
  events: readonly RunEvent[];
}

/** One time that a counterpart was asked something. */
interface Answered {
  key: string;
  startedAt: number;
  pos: number;
  answer: Json;
}

/** Failures that come from us, before a counterpart is asked: a replay meets them by itself. */
const OURS = /^(action|persona|expression|effect|gate|run|call)\./;
/** What takes less is not worth telling. */
const WORTH_TELLING_MS = 1_000;

/**
 * A run as a scenario: what its counterparts answered in the order in which they were asked, what people did, and how it
 * ended. With `never` it demands only that these actions are not asked for: what an edited workflow has to prevent.
 * Secrets are in no event; whatever is left to hide is the caller's. Throws `scenario.running` for a run that goes on,
 * `scenario.dry_run` for one that did nothing.
 */
export function scenarioOfRun(run: FinishedRun, name: string, never: readonly string[] = []): Scenario {
  const { state } = run;
  if (state.endedAt === undefined) {
    throw fail('conflict', 'scenario.running', `The run is ${state.status}. Export it when it has ended.`);
  }
  if (state.dryRun) {
    throw fail(
      'conflict',
      'scenario.dry_run',
      'A dry run is no example: what was not done is made up. Export a real run.',
    );
  }
  const events = whatCounts(run.events);
  const people = deedsIn(events);
  return {
    name,
    inputs: state.inputs,
    answers: answersIn(events, stepsOf(run)),
    ...(people.length > 0 ? { people } : {}),
    expect: never.length > 0 ? { never: [...never] } : expectationOf(run, events),
  };
}

/** Without what was set back by resuming: a replay goes through in one. */
function whatCounts(events: readonly RunEvent[]): RunEvent[] {
  let left: RunEvent[] = [];
  for (const event of events) {
    if (event.type === 'run.resumed' || event.type === 'run.reset' || event.type === 'run.moved') {
      const gone = new Set(event.payload.forget.filter(({ names }) => names === undefined).map(({ node }) => node));
      left = left.filter(({ run, node }) => run !== event.run || !gone.has(node));
    }
    left.push(event);
  }
  return left;
}

function stepsOf({ definition, pages }: FinishedRun): Set<string> {
  const nodes = [definition, ...Object.values(pages)].flatMap(({ body }) => walk(body));
  return new Set(nodes.filter(({ node }) => node.role === 'step').map(({ node }) => node.id));
}

function answersIn(events: readonly RunEvent[], steps: ReadonlySet<string>): Record<string, Json> {
  const lost = new Set<string>();
  const byStep = new Map<string, Answered[]>();
  for (const event of events) {
    const place = `${event.run} ${event.node}`;
    if (event.type === 'node.unknown') lost.add(place);
    const id = idOf(event.node);
    const answer = steps.has(id) ? answerOf(event, lost.has(place)) : undefined;
    if (answer === undefined) continue;
    const { startedAt } = event.payload as { startedAt: number };
    byStep.set(id, [...(byStep.get(id) ?? []), { key: event.node, startedAt, pos: event.pos, answer }]);
  }
  return Object.fromEntries(
    [...byStep].map(([id, all]) => {
      const answers = all.toSorted(inTheOrderAsked).map(({ answer }) => answer);
      const [first] = answers;
      const same = answers.every((answer) => JSON.stringify(answer) === JSON.stringify(first));
      return [id, same ? first! : { $each: answers }];
    }),
  );
}

function answerOf(event: RunEvent, wasLost: boolean): Json | undefined {
  if (event.type === 'node.completed' && event.payload.step) {
    const { output, startedAt } = event.payload;
    if (isObject(output) && Object.keys(output).some((key) => key.startsWith('$'))) {
      throw fail(
        'invalid',
        'scenario.unsayable',
        `What “${event.node}” gave has a field with $, which a scenario reads.`,
      );
    }
    return wasLost ? { $lost: output } : after(event.at - startedAt, output);
  }
  if (event.type === 'node.failed' && event.payload.step) {
    const { failure, startedAt } = event.payload;
    if (OURS.test(failure.code)) return undefined;
    if (failure.code === 'step.timeout') return { $hang: true };
    return after(event.at - startedAt, { $fail: failureOf(failure) });
  }
  // What was stopped in the middle had not answered by then.
  return event.type === 'node.cancelled' ? { $hang: true } : undefined;
}

function after(ms: number, answer: Json): Json {
  return ms < WORTH_TELLING_MS ? answer : { $after: `${Math.round(ms / 1000)}s`, $give: answer };
}

function failureOf({ code, message, retryable, unanswered }: Failure): {
  kind: FailureKind;
  code: string;
  message: string;
} & {
  answered?: true;
} {
  const area = ['denied', 'conflict', 'not-found', 'timeout', 'unavailable', 'rate-limit', 'locked'] as const;
  const named = area.find((kind) => code.includes(kind.replace('-', '_')));
  const again = retryable ? (unanswered ? 'network' : 'locked') : 'invalid';
  const kind: FailureKind = named && isRetryable(named) === retryable ? named : again;
  return { kind, code, message, ...(retryable && !unanswered ? { answered: true } : {}) };
}

function isRetryable(kind: string): boolean {
  return ['timeout', 'unavailable', 'rate-limit', 'locked'].includes(kind);
}

function inTheOrderAsked(one: Answered, other: Answered): number {
  return (
    one.startedAt - other.startedAt || one.key.localeCompare(other.key, 'en', { numeric: true }) || one.pos - other.pos
  );
}

/** What people did, each as long after they were asked as it took them. */
function deedsIn(events: readonly RunEvent[]): Deed[] {
  const asked = new Map<string, number>();
  const [first] = events;
  return events.flatMap((event): Deed[] => {
    const place = `${event.run} ${event.node}`;
    const since = (): { after?: string } => {
      const seconds = Math.round((event.at - (asked.get(place) ?? event.at)) / 1000);
      return seconds > 0 ? { after: `${seconds}s` } : {};
    };
    switch (event.type) {
      case 'gate.opened':
      case 'ask.opened':
        asked.set(place, event.at);
        return [];
      case 'gate.signed':
        return [{ sign: event.payload.signOff, by: event.payload.signature.person, ...since() }];
      case 'gate.refused': {
        const { signOff, signature, reason } = event.payload;
        return [{ refuse: signOff, by: signature.person, ...(reason === undefined ? {} : { reason }), ...since() }];
      }
      case 'ask.answered':
        return [{ answer: idOf(event.node), with: event.payload.answer, by: event.payload.by.name, ...since() }];
      case 'run.cancelling': {
        if (event.run !== first?.run) return [];
        asked.set(place, first.at);
        return [{ cancel: 'run', by: event.payload.by.name, ...since() }];
      }
      default:
        return [];
    }
  });
}

/** How it went, as far as another run of the same workflow has to go the same way. */
function expectationOf({ state, definition }: FinishedRun, events: readonly RunEvent[]): Expectation {
  const effects = events.flatMap((event) => {
    const step = event.type === 'node.completed' ? event.payload.step : undefined;
    return step && (step.effect === 'write' || step.effect === 'irreversible') ? [step.action] : [];
  });
  const roles = new Map(walk(definition.body).map(({ node, path }) => [path, node.role]));
  const nodes: Expectation['nodes'] = {};
  const routes: Record<string, string> = {};
  for (const { key, status, decisions } of state.nodes.values()) {
    const path = pathOf(key);
    // One of several executions of a node says little.
    if (path !== key) continue;
    if (roles.get(path) === 'gate') nodes[path] = status;
    if (roles.get(path) === 'route' && decisions.case !== undefined) routes[idOf(path)] = String(decisions.case);
  }
  return {
    status: state.status === 'running' || state.status === 'cancelling' ? 'suspended' : state.status,
    ...(state.failure && state.status === 'failed' ? { failure: state.failure.code } : {}),
    ...(Object.keys(nodes).length > 0 ? { nodes } : {}),
    ...(Object.keys(routes).length > 0 ? { routes } : {}),
    effects,
  };
}

function idOf(key: string): string {
  return pathOf(key).split('/').at(-1)!;
}
