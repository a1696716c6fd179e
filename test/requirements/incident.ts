import { promisesOf, type Requirement } from './promise.ts';

const promises = promisesOf('incident');

/** Incident response, from the alert to the post-mortem, and what Stagebook tells of itself. */
export const incident: readonly Requirement[] = [...promises('none', {})];
