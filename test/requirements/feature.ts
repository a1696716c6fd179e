import { promisesOf, type Requirement } from './promise.ts';

const promises = promisesOf('feature');

/** Feature development, and the counterparts that it works with. */
export const feature: readonly Requirement[] = [
  ...promises('github', {
    'pull-requests':
      'Branches, files, pull requests, reviews, labels and merges on GitHub: each is found again when its answer was lost, and only the reviewed commit is merged.',
    text: 'A pull request tells the results of the last time, keeps what a person wrote into it, and is never gone on with when somebody closed it.',
    judged: 'An approval is one of the commit that was judged: after a push to it nothing is approved that nobody saw.',
    pushed:
      'A pull request of pushed branches follows the template, shows its files, is approved by somebody else only, and is merged for real.',
  }),
  ...promises('branch', {
    meant:
      'Work goes on with a branch that is there already only where that is meant; one that stands on something older is refused with the remedy.',
  }),
  ...promises('openapi', {
    export: 'The OpenAPI document of a project is what its own command prints or writes, kept as a file.',
    validate: 'An OpenAPI document is checked against its version and against the agreed endpoints, as a result.',
    diff: 'What breaks those who call an API is told from what does not.',
    types: 'Types and a client that works come from the document, the same each time.',
  }),
  ...promises('page', {
    design: 'The design page of a feature tells story, criteria, contract, decisions, change and results.',
    stopped: 'The design page of a feature whose run ended without a merge says so, with why and how to go on.',
  }),
  ...promises('personas', {
    exact: 'Each shipped persona has exactly the actions and secrets that the shipped workflows use in its stages.',
  }),
  ...promises('gates', {
    exact:
      'Breaking one acceptance criterion of a real application makes exactly its gate fail, for each of the seven.',
    rejected:
      'A feature of which a criterion does not hold is not merged: changes are requested on GitHub and told on its design page.',
  }),
  ...promises('demo', {
    unattended:
      'npm run demo feature develops, tries, reviews and merges a feature of a real application by itself, and writes its design page.',
    facts: 'What the feature demo did is looked up without Stagebook: the merge, the approval, the feature at work.',
    remedy: 'Where there is no browser the feature demo says so in one sentence with what to do, and starts nothing.',
  }),
  ...promises('browser', {
    a11y: 'A page is tried with the rules of axe and by keyboard alone; what is wrong is a result.',
    load: 'The load time is the median of first visits in a real browser.',
    tests:
      'The Playwright tests of a project run with its own Playwright: tests, failures and traces are a result, none at all a failure.',
    app: 'An application that a step starts is waited for, and ended with all it started, whatever happens; that it ends by itself or never answers is said.',
    missing: 'Where there is no browser a step says so with the remedy.',
  }),
  ...promises('files', {
    inside:
      'Code that somebody wrote for a checkout is written into it as a whole, and never outside of it, through a link, or into what belongs to git.',
    read: 'Of a checkout only texts are read that git knows or would take: what it ignores stays unread.',
  }),
  ...promises('context7', {
    real: 'The docs of a library are looked up by the real MCP server of Context7, as a persona that may.',
  }),
  ...promises('command', {
    starts:
      'The commands /feature and /code-review make the page of their workflow, ask for its inputs and propose its start.',
  }),
  ...promises('playwright', {
    mcp: 'The real MCP server of Playwright drives a real browser for a step, and leaves no browser behind.',
  }),
  ...promises('agent', {
    writes: 'With a model the code of a feature is written by it, without any tool, and goes through the same gates.',
  }),
];
