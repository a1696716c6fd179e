import { actions } from './actions.ts';
import { breakers } from './breakers.ts';
import { calls } from './calls.ts';
import type { Check } from './check.ts';
import { expressions } from './expressions.ts';
import { ids } from './ids.ts';
import { inputs } from './inputs.ts';
import { namesGiven } from './names-given.ts';
import { personas } from './personas.ts';
import { places } from './places.ts';
import { retries } from './retries.ts';
import { routes } from './routes.ts';
import { settings } from './settings.ts';
import { tools } from './tools.ts';
import { triggers } from './triggers.ts';
import { unused } from './unused.ts';
import { waiting } from './waiting.ts';

/** Every rule that a page is checked by. A new one is a file and a line here. */
export const checks: readonly Check[] = [
  places,
  ids,
  settings,
  inputs,
  triggers,
  namesGiven,
  actions,
  tools,
  personas,
  expressions,
  waiting,
  routes,
  calls,
  retries,
  breakers,
  unused,
];
