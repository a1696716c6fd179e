import { promisesOf, type Requirement } from './promise.ts';

const promises = promisesOf('scale');

/** The same outlines on an engine of many machines. */
export const scale: readonly Requirement[] = [...promises('none', {})];
