import { checkWorkflow } from '../../../shared/workflow/check.ts';
import type { Problem } from '../../../shared/problem.ts';
import type { Catalogue } from '../../../shared/workflow/role.ts';
import { pageKey } from '../../graph/names.ts';
import type { PageFacts } from '../../graph-index/facts.ts';
import { defineCheck, eachPage, type Found, type Subject } from '../check.ts';
import { isWorkflow, workflowOn } from '../workflow-pages.ts';

/** What is told of an action or a tool that is gone; the others are told as what no longer checks. */
const GONE = /^(?:action|persona)\.unknown$|^mcp\.unknown_tool$/;

export const brokenWorkflow = defineCheck({
  check: 'broken-workflow',
  title: 'Workflows that no longer check',
  explanation: 'They do not start: who needs one finds that out in the middle of the night.',
  severity: 'error',
  run: eachPage(function* (page, subject) {
    if (!isWorkflow(page)) return;
    yield* told(
      page,
      errorsOn(page, subject).filter(({ code }) => !GONE.test(code)),
      'no longer checks',
    );
  }),
});

export const workflowToolGone = defineCheck({
  check: 'workflow-tool-gone',
  title: 'Workflows that use what is gone',
  explanation: 'An action, tool or persona that a step names is not there any more.',
  severity: 'error',
  run: eachPage(function* (page, subject) {
    if (!isWorkflow(page)) return;
    if (!subject.ports.catalogue) return;
    for (const problem of errorsOn(page, subject)) {
      if (!GONE.test(problem.code)) continue;
      yield {
        page,
        about: `${problem.code} ${problem.message}`,
        message: `A step of “${page.name}” uses what is gone: ${problem.message}`,
        ...placeOf(page, problem),
      };
    }
  }),
});

function* told(page: PageFacts, errors: readonly Problem[], what: string): Iterable<Found> {
  const [first, ...others] = errors;
  if (!first) return;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  yield { page, message: `“${page.name}” ${what}: ${first.message}${more}`, ...placeOf(page, first) };
}

function placeOf(page: PageFacts, { place }: Problem): Pick<Found, 'place'> {
  if (page.path === undefined) return {};
  return { place: { ref: null, line: place.line, content: '', properties: {}, template: false } };
}

const known = new WeakMap<
  PageFacts,
  { catalogue: Catalogue | undefined; names: number; called: boolean; errors: Problem[] }
>();

/** A catalogue is made anew for each review, of the same lists. */
function isSame(one: Catalogue | undefined, other: Catalogue | undefined): boolean {
  return one?.actions === other?.actions && one?.personas === other?.personas && one?.roles === other?.roles;
}

/** The errors of a page as a workflow. Remembered while the page stays and calls no other one. */
function errorsOn(page: PageFacts, { graph, ports }: Subject): Problem[] {
  const { catalogue } = ports;
  const before = known.get(page);
  if (before && isSame(before.catalogue, catalogue) && (!before.called || before.names === graph.version))
    return before.errors;
  const parsed = workflowOn(page);
  const called = /\bcall\b/.test(page.workflow ?? '');
  const problems = catalogue
    ? checkWorkflow(parsed, {
        ...catalogue,
        page: (name) => {
          const other = graph.resolve(pageKey(name));
          const definition = other?.workflow === undefined ? undefined : workflowOn(other).definition;
          return definition ? { definition } : catalogue.page?.(name);
        },
      })
    : parsed.problems;
  const errors = problems.filter(({ severity }) => severity === 'error');
  // What tools a server has may change without the page.
  if (!page.workflow?.includes('mcp')) known.set(page, { catalogue, names: graph.version, called, errors });
  return errors;
}
