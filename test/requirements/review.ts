import { promisesOf, type Requirement } from './promise.ts';

const promises = promisesOf('review');

/** The review of a graph. */
export const review: readonly Requirement[] = [...promises('none', {})];
