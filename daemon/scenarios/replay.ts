import { fail } from '../../shared/failure.ts';
import type { Json } from '../../shared/json.ts';
import { pathOf, walk, type Definition } from '../../shared/workflow/definition.ts';
import { parseWorkflowText } from '../../shared/workflow/parse.ts';
import { differences } from './expect.ts';
import { loadScenarios, readThere } from './load.ts';
import { failureReport } from './report.ts';
import { play, type Played, type Stage } from './run.ts';
import type { Deed, Scenario, ScenarioFile } from './scenario.ts';

/** How a scenario went with another workflow than the one it was made with. */
export interface Replayed {
  name: string;
  /** What went otherwise than the scenario demands; nothing when it holds. */
  differed: string[];
  /** How it ended, and at which gate where one stopped it. */
  ended: string;
  lines: string[];
}

/**
 * Plays the scenarios of a file against a workflow that was edited since: would it have gone otherwise? What the edited
 * workflow no longer asks is left out; what it asks and nobody answered then is said. Coverage is no matter here.
 * Throws `scenario.invalid`, and the first problem of a workflow that cannot be read.
 */
export async function replay(
  file: string,
  workflow: string,
  stage: Omit<Stage, 'definition'>,
  only?: string,
): Promise<Replayed[]> {
  const definition = readWorkflow(workflow);
  const { defaults, scenarios } = loadScenarios(file);
  const wanted = scenarios.filter(({ name }) => only === undefined || name === only);
  if (wanted.length === 0) {
    throw fail('not-found', 'scenario.none', `${file} has no scenario “${only}”. It has: ${names(scenarios)}.`);
  }
  const replayed: Replayed[] = [];
  for (const scenario of wanted) {
    const played = await play({ ...stage, definition }, asWasKnown(definition, stage, defaults, scenario), {
      name: scenario.name,
      expect: scenario.expect,
    });
    const differed = differences(played, scenario.expect);
    replayed.push({
      name: scenario.name,
      differed: differed.map(({ text }) => text),
      ended: endOf(played, definition),
      lines: differed.length === 0 ? [] : failureReport(scenario.name, differed, played, definition),
    });
  }
  return replayed;
}

/** What a scenario says, as far as this workflow can meet it: as defaults, of which nothing has to be asked for. */
function asWasKnown(
  definition: Definition,
  { page }: Pick<Stage, 'page'>,
  defaults: ScenarioFile['defaults'],
  scenario: Scenario,
): NonNullable<ScenarioFile['defaults']> {
  const known = namesIn(definition, page);
  const answers: Record<string, Json> = { ...defaults?.answers, ...scenario.answers };
  const people = scenario.people ?? defaults?.people;
  return {
    inputs: { ...defaults?.inputs, ...scenario.inputs },
    answers: Object.fromEntries(Object.entries(answers).filter(([name]) => known.has(name))),
    ...(people ? { people: people.filter((deed) => 'cancel' in deed || known.has(askedIn(deed))) } : {}),
  };
}

function askedIn(deed: Exclude<Deed, { cancel: 'run' }>): string {
  if ('answer' in deed) return deed.answer;
  return 'sign' in deed ? deed.sign : deed.refuse;
}

/** Ids of nodes, and names of actions, of a workflow and of what it calls. */
function namesIn(definition: Definition, page: Stage['page'], seen = new Set<Definition>()): Set<string> {
  const found = new Set<string>();
  if (seen.has(definition)) return found;
  seen.add(definition);
  for (const { node } of walk(definition.body)) {
    found.add(node.id);
    if (node.role === 'step') found.add(String(node.settings.uses));
    const called = node.role === 'call' ? page(String(node.settings.page)) : undefined;
    if (called) for (const name of namesIn(called, page, seen)) found.add(name);
  }
  return found;
}

function endOf({ state }: Played, definition: Definition): string {
  const titles = new Map(walk(definition.body).map(({ node, path }) => [path, node.title || node.id]));
  const rejected = [...state.nodes.values()].findLast(({ gate }) => gate?.passed === false);
  if (rejected) return `${state.status}: stopped at the gate “${titles.get(pathOf(rejected.key)) ?? rejected.key}”`;
  return state.failure ? `${state.status}: ${state.failure.message}` : state.status;
}

function readWorkflow(file: string): Definition {
  const { definition, problems } = parseWorkflowText(readThere(file));
  const error = problems.find(({ severity }) => severity === 'error');
  if (definition && !error) return definition;
  const place = error ? `${file}:${error.place.line}:${error.place.column}` : file;
  throw fail('invalid', error?.code ?? 'page.invalid', `${place}: ${error?.message ?? 'This is no workflow.'}`);
}

function names(scenarios: readonly Scenario[]): string {
  return scenarios.map(({ name }) => `“${name}”`).join(', ');
}
