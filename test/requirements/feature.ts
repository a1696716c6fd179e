import { promisesOf, type Requirement } from './promise.ts';

const promises = promisesOf('feature');

/** Feature development, and the counterparts that it works with. */
export const feature: readonly Requirement[] = [
  ...promises('github', {
    'pull-requests':
      'Branches, files, pull requests, reviews, labels and merges on GitHub: each is found again when its answer was lost, and only the reviewed commit is merged.',
  }),
  ...promises('openapi', {
    export: 'The OpenAPI document of a project is what its own command prints or writes, kept as a file.',
    validate: 'An OpenAPI document is checked against its version and against the agreed endpoints, as a result.',
    diff: 'What breaks those who call an API is told from what does not.',
    types: 'Types and a client that works come from the document, the same each time.',
  }),
  ...promises('page', {
    design: 'The design page of a feature tells story, criteria, contract, decisions, change and results.',
  }),
  ...promises('personas', {
    exact: 'Each shipped persona has exactly the actions and secrets that the shipped workflows use in its stages.',
  }),
];
