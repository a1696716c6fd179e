import { core } from './requirements/core.ts';
import { feature } from './requirements/feature.ts';
import { incident } from './requirements/incident.ts';
import { personas } from './requirements/personas.ts';
import type { Requirement } from './requirements/promise.ts';
import { review } from './requirements/review.ts';
import { scale } from './requirements/scale.ts';
import { ui } from './requirements/ui.ts';

/**
 * What Stagebook promises, as data: one id a promise, in parts. A test or a benchmark that proves one has its id in
 * square brackets in its name; `requirements.test.ts` holds both ways, that every promise is proved and every id is one of these.
 */
export const parts: Readonly<Record<string, readonly Requirement[]>> = {
  core,
  ui,
  personas,
  feature,
  incident,
  review,
  scale,
};

export const requirements: readonly Requirement[] = Object.values(parts).flat();
