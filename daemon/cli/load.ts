import { StagebookError } from '../../shared/failure.ts';
import type { JsonObject } from '../../shared/json.ts';
import type { Problem } from '../../shared/problem.ts';
import type { Definition } from '../../shared/workflow/definition.ts';
import { readInputs } from '../../shared/workflow/inputs.ts';
import type { Graph } from '../graph/graph.ts';
import type { TrustedHere } from '../registered.ts';
import { resolvePaths } from '../paths.ts';
import type { Source } from '../workflows.ts';
import { complaintOf, Refusal, type Complaint } from './refusal.ts';

/** A page as a command works with it. */
export interface Loaded {
  source: Source;
  pages: Record<string, Definition>;
  problems: Problem[];
  /** The errors of the pages that it calls, and they call: with these it does not start either. */
  called: Complaint[];
}

/** Finds a page and checks it, against what was trusted here. Throws a `Refusal` for what cannot be read as a page at all. */
export async function loadPage(name: string, graph?: Graph, here?: TrustedHere): Promise<Loaded> {
  // Loaded only now: what describes a command does not need them.
  const { calledSources, definitionsOf, findWorkflow } = await import('../workflows.ts');
  const source = await findWorkflow(name, graph).catch((error: unknown) => {
    if (!(error instanceof StagebookError)) throw error;
    const { code, message } = error;
    throw new Refusal([{ code, message, ...(code === 'page.not_found' ? {} : { place: `${name}:1:1` }) }]);
  });
  const sources = await calledSources(source, graph);
  const pages = definitionsOf(sources);
  const { catalogue } = await import('../registered.ts');
  const { checkWorkflow } = await import('../../shared/workflow/check.ts');
  const known = catalogue(pages, here);
  // By the title of the page itself another of the same title may be found: that it is a circle is told already.
  const own = source.parsed.definition?.header.title;
  const others = [...sources].flatMap(([called, each]) => (called === own ? [] : [each]));
  const called = [...new Map(others.map((each) => [each.name, each])).values()]
    .filter((each) => each.name !== source.name)
    .flatMap((each) => errorsIn(each.name, checkWorkflow(each.parsed, known)));
  return { source, pages, problems: checkWorkflow(source.parsed, known), called };
}

/** A page that can run. Throws a `Refusal` with every error of it. */
export async function loadRunnable(
  name: string,
  graph: Graph | undefined,
  here: TrustedHere,
): Promise<Loaded & { definition: Definition }> {
  const loaded = await loadPage(name, graph, here);
  const errors = [...errorsIn(loaded.source.name, loaded.problems), ...loaded.called];
  const { definition } = loaded.source.parsed;
  if (errors.length > 0 || !definition) throw new Refusal(errors);
  return { ...loaded, definition };
}

function errorsIn(page: string, problems: readonly Problem[]): Complaint[] {
  return problems.filter(({ severity }) => severity === 'error').map((problem) => complaintOf(page, problem));
}

/** Reads `name=value` arguments as the workflow declares its inputs. Throws a `Refusal` that names each wrong one. */
export function inputsFrom(
  given: readonly string[],
  { source, definition }: Loaded & { definition: Definition },
  roots?: readonly string[],
): JsonObject {
  const values: JsonObject = {};
  const unreadable = given.filter((each) => !/^[^=]+=/.test(each));
  if (unreadable.length > 0) {
    throw new Refusal(
      unreadable.map((each) => ({ code: 'input.form', message: `“${each}” is no input. Write it as -i name=value.` })),
    );
  }
  for (const each of given) values[each.slice(0, each.indexOf('='))] = each.slice(each.indexOf('=') + 1);
  const read = readInputs(definition, values);
  if (read.problems.length === 0) return underRoots(definition, read.values, source, roots);
  const header = source.parsed.places.get(definition.header.id);
  throw new Refusal(
    read.problems.map(({ code, message, input }) => {
      const place = header?.settings.get(`inputs.${input}`) ?? header?.settings.get('inputs') ?? header;
      return { code, message, ...(place ? { place: `${source.name}:${place.line}:${place.column}` } : {}) };
    }),
  );
}

/** Paths as the daemon uses them. One that leads out of the roots is bad input like any other. */
function underRoots(
  definition: Definition,
  values: JsonObject,
  source: Source,
  roots: readonly string[] | undefined,
): JsonObject {
  try {
    return resolvePaths(definition, values, { from: process.cwd(), roots });
  } catch (error) {
    if (!(error instanceof StagebookError)) throw error;
    const header = source.parsed.places.get(definition.header.id);
    const place = header?.settings.get('inputs') ?? header;
    const { code, message } = error;
    throw new Refusal([{ code, message, ...(place ? { place: `${source.name}:${place.line}:${place.column}` } : {}) }]);
  }
}

/** The problems of a page with a persona and no workflow; undefined for any other page. */
export async function personaProblems({ text, parsed }: Source): Promise<Problem[] | undefined> {
  if (parsed.definition || !text.includes(':stagebook')) return undefined;
  const { parsePersonaText } = await import('../../shared/workflow/persona.ts');
  const persona = parsePersonaText(text);
  if (persona.block === undefined) return undefined;
  const { checkPersona } = await import('../../shared/workflow/persona-check.ts');
  const { registries } = await import('../registered.ts');
  return checkPersona(persona, [...registries().actions.keys()]);
}
