import type { Problem } from '../problem.ts';
import { covers } from './covers.ts';
import { nearest } from './nearest.ts';
import { texts } from './persona-limits.ts';
import { PERSONA_SETTINGS, settingPlace } from './persona-settings.ts';
import type { ParsedPersona } from './persona.ts';

/**
 * Every problem of a persona's page, in the order of the page: besides what keeps it from being read, actions that there are
 * not, and, as warnings, settings that mean nothing. `actions` are the names of all there are.
 */
export function checkPersona({ place, settings, problems }: ParsedPersona, actions: readonly string[]): Problem[] {
  const found = [...problems];
  if (place) {
    for (const [index, pattern] of (texts(settings.actions) ?? []).entries()) {
      if (actions.some((name) => covers(pattern, name))) continue;
      const near = nearest(pattern, actions);
      const message = pattern.endsWith('*')
        ? `“${pattern}” covers no action.`
        : `There is no action “${pattern}”.${near ? ` Did you mean ${near}?` : ''}`;
      const at = settingPlace(place, `actions.${index}`);
      found.push({ code: 'action.unknown', severity: 'error', message, place: at });
    }
    for (const name of Object.keys(settings).filter((each) => !PERSONA_SETTINGS.includes(each))) {
      const near = nearest(name, PERSONA_SETTINGS);
      const message = `A persona has no setting “${name}”, so it means nothing.${near ? ` Did you mean ${near}?` : ''}`;
      found.push({ code: 'setting.unknown', severity: 'warning', message, place: settingPlace(place, name) });
    }
  }
  return found.toSorted((a, b) => a.place.line - b.place.line || a.place.column - b.place.column);
}
