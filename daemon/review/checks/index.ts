import type { Check } from '../check.ts';
import { brokenPageReference } from './broken-page-reference.ts';

/** Every check of the review. One file and one line each. */
export const checks: readonly Check[] = [brokenPageReference];
