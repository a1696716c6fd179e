import type { Json, JsonObject } from '../../shared/json.ts';
import { isObject } from '../../shared/json.ts';
import { pathOf, walk, type Definition, type NodePath } from '../../shared/workflow/definition.ts';
import { inputsOf } from '../../shared/workflow/inputs.ts';
import { placeholder } from '../engine/placeholder.ts';
import { play, type Played, type Stage } from '../scenarios/run.ts';
import { readSpecial, type Deed, type ScenarioFile } from '../scenarios/scenario.ts';

/** What is done to a step in a rehearsal. */
export type FaultKind = 'fails-once' | 'fails' | 'lost';

/** What became of one fault. */
export interface Fault {
  step: NodePath;
  title: string;
  kind: FaultKind;
  /** The status that the run ended with, and its failure's code. */
  ended: string;
  /** What is wrong with that; none for a clean end. */
  problem?: string;
}

export interface FaultReport {
  /** How it went without a fault. */
  baseline: string;
  /** The gate that the run without a fault did not pass, by its title: what stands behind it was not tried. */
  gate?: string;
  steps: number;
  /** Steps that the run without a fault came to: only these can be tried. */
  reached: number;
  faults: Fault[];
}

/** What answers and inputs a rehearsal begins with: those of scenarios or of a past run, where there are any. */
export type Start = NonNullable<ScenarioFile['defaults']>;

/** More than so many runs say nothing new. */
const MOST_PLAYS = 240;
/** A person who agrees at every sign-off; as many as one asks for. */
const MOST_PEOPLE = 9;

/**
 * Runs a workflow again and again with stand-ins for everything and one fault at a time: a step that fails once, fails for
 * good, or whose answer is lost. Nothing outside is touched. A fault must come to an end, be no bug of ours, and do no write
 * twice; how the run then ends is told.
 */
export async function injectFaults(
  stage: Stage,
  start: Start = {},
  onPlay: () => void = () => undefined,
): Promise<FaultReport> {
  const pages = withCalled(stage.definition, stage.page);
  const given = fill(stage, pages, start);
  const run = (answers: Record<string, Json>): Promise<Played> => {
    onPlay();
    return play(stage, { ...given, answers }, { name: 'rehearsal', expect: {} });
  };
  const whole = await run(given.answers);
  const steps = pages.flatMap(({ body }) => walk(body)).filter(({ node }) => node.role === 'step');
  const done = new Set(
    whole.events.flatMap((event) => (event.type === 'node.completed' && event.payload.step ? [idOf(event.node)] : [])),
  );
  const reached = steps.filter(({ node }) => done.has(node.id));
  const writes = new Set(whole.counterparts.effects.map(({ id }) => id));
  const faults: Fault[] = [];
  const began = { ...given.answers };
  for (const { node, path } of reached) {
    const normal = began[node.id] ?? began[String(node.settings.uses)] ?? null;
    const kinds: FaultKind[] = writes.has(node.id) ? ['fails-once', 'fails', 'lost'] : ['fails-once', 'fails'];
    for (const kind of kinds) {
      if (faults.length >= MOST_PLAYS) break;
      const played = await run({ ...began, [node.id]: faulty(kind, normal) });
      const problem = problemOf(played);
      faults.push({
        step: path,
        title: node.title || node.id,
        kind,
        ended: endOf(played),
        ...(problem === undefined ? {} : { problem }),
      });
    }
  }
  const gate = stoppedAt(whole);
  return {
    baseline: endOf(whole),
    ...(gate === undefined ? {} : { gate }),
    steps: steps.length,
    reached: reached.length,
    faults,
  };
}

function faulty(kind: FaultKind, normal: Json): Json {
  const unreachable = { $fail: { kind: 'network', code: 'rehearsal.unreachable', answered: true } };
  if (kind === 'fails') return { $fail: { kind: 'denied', code: 'rehearsal.denied' } };
  const special = readSpecial(normal);
  const each: Json[] = special && '$each' in special ? special.$each : [normal];
  if (kind === 'fails-once') return { $each: [unreachable, ...each] };
  const [first = null, ...rest] = each;
  const plain = readSpecial(first);
  const output = plain && '$give' in plain ? plain.$give : plain ? null : first;
  return output === null ? first : { $each: [{ $lost: output }, ...(rest.length > 0 ? rest : [first])] };
}

function endOf({ state }: Played): string {
  return state.failure ? `${state.status} (${state.failure.code})` : state.status;
}

/** The gate that ended a run, also one of a page that it calls. */
function stoppedAt({ state, events }: Played): string | undefined {
  if (state.status === 'completed') return undefined;
  const closed = events.findLast(({ type }) => type === 'gate.closed');
  if (closed?.type !== 'gate.closed' || closed.payload.passed) return undefined;
  const opened = events.findLast(
    ({ type, run, node }) => type === 'gate.opened' && run === closed.run && node === closed.node,
  );
  return opened?.type === 'gate.opened' ? opened.payload.title : undefined;
}

function problemOf({ state, counterparts, lies }: Played): string | undefined {
  const bug = lies.find((lie) => !/^no answer is given|cannot answer so/.test(lie));
  if (bug !== undefined) return `it breaks: ${bug}`;
  const keys = counterparts.effects.map(({ key, action }) => `${action} ${key}`);
  const twice = keys.find((key, at) => keys.indexOf(key) !== at);
  if (twice !== undefined) return `${twice.split(' ')[0]} takes effect twice`;
  if (state.endedAt === undefined && state.status === 'running') return 'it never ends';
  return undefined;
}

/** What the start leaves open: inputs of their type, outputs of their shape, people who agree. */
function fill(
  { definition, actions }: Stage,
  pages: readonly Definition[],
  { inputs, answers, people }: Start,
): { inputs: JsonObject; answers: Record<string, Json>; people: Deed[] } {
  const nodes = pages.flatMap(({ body }) => walk(body)).map(({ node }) => node);
  const shapes: Record<string, Json> = {};
  for (const { role, settings } of nodes) {
    const action = role === 'step' ? actions.get(String(settings.uses)) : undefined;
    if (action && answers?.[action.name] === undefined) shapes[action.name] ??= placeholder(action.output);
  }
  const agree = nodes.flatMap(({ role, id, settings }): Deed[] => {
    if (role === 'sign-off') {
      const wanted = typeof settings.people === 'number' ? Math.min(settings.people, MOST_PEOPLE) : 1;
      return Array.from({ length: wanted }, (_, n) => ({ sign: id, by: `person ${n + 1}` }));
    }
    if (role !== 'ask') return [];
    const { options, form } = settings;
    return [{ answer: id, with: Array.isArray(options) ? options[0]! : isObject(form) ? {} : 'yes' }];
  });
  const declared = Object.entries(inputsOf(definition)).flatMap(([name, { type, enum: choices, default: preset }]) => {
    if (preset !== undefined) return [];
    if (choices) return [[name, choices[0]!] as const];
    const standIn = { number: 1, boolean: true, list: ['one'], date: '2026-01-05' } as const;
    return [[name, type && type in standIn ? (standIn[type as keyof typeof standIn] as Json) : name] as const];
  });
  return {
    inputs: { ...Object.fromEntries(declared), ...inputs },
    answers: { ...shapes, ...answers },
    people: people ?? agree,
  };
}

function withCalled(definition: Definition, page: Stage['page']): Definition[] {
  const all = [definition];
  for (const each of all) {
    for (const { node } of walk(each.body)) {
      const called = node.role === 'call' ? page(String(node.settings.page)) : undefined;
      if (called && !all.includes(called)) all.push(called);
    }
  }
  return all;
}

function idOf(key: string): string {
  return pathOf(key).split('/').at(-1)!;
}
