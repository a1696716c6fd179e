import { sqliteCorrections } from '../../journal/corrections.ts';
import { openCounsel } from '../../suggest/counsel.ts';
import { shippedDefinitions } from '../../workflows.ts';
import type { Office } from '../office.ts';
import type { Calls } from './call.ts';

/** What a page, an alert or a path may be for. */
export function suggestCalls({ database, personas }: Office): Calls<'suggest'> {
  const known = {
    workflow: new Set(shippedDefinitions().keys()),
    get persona() {
      return new Set(personas.cards().keys());
    },
  };
  const counsel = openCounsel(sqliteCorrections(database), known);
  return { suggest: (subject) => counsel.suggest(subject) };
}
