import { fail } from '../../shared/failure.ts';
import type { IncidentState } from '../../shared/incident/state.ts';
import type { PageSource } from '../pages/page.ts';

/** The incident that a run is about. Throws `page.no_incident`. */
export function incidentIn({ state }: Pick<PageSource, 'state'>): IncidentState {
  if (state.incident) return state.incident;
  throw fail(
    'invalid',
    'page.no_incident',
    'This run is about no incident. Open one first: incident.update, or page.write_incident.',
  );
}
