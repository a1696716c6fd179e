import { promisesOf, type Requirement } from './promise.ts';

const promises = promisesOf('feature');

/** Feature development, and the counterparts that it works with. */
export const feature: readonly Requirement[] = [
  ...promises('github', {
    'pull-requests':
      'Branches, files, pull requests, reviews, labels and merges on GitHub: each is found again when its answer was lost, and only the reviewed commit is merged.',
  }),
];
