import type { Problem } from '../problem.ts';
import type { Definition } from './definition.ts';
import type { Catalogue } from './role.ts';

/** Every problem of a definition (language.md, Checking). */
export function checkDefinition(_definition: Definition, _catalogue: Catalogue): Problem[] {
  return [];
}
