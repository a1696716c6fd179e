import { promisesOf, type Requirement } from './promise.ts';

const promises = promisesOf('review');

/** The review of a graph. */
export const review: readonly Requirement[] = [
  ...promises('past', {
    'same-way': 'A finished run as a scenario, its recorded answers as stubs, goes the same way again.',
    caught: 'The scenario of a past run says of an edited workflow whether it would have prevented what happened.',
    file: 'Scenarios are added to a file whose comments stay, and no name is taken twice.',
  }),
];
