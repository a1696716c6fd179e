import { exactly, moment as shortly } from '../../shared/moment.ts';
import { markup, type Html } from './html.ts';

export { clock, rough, took } from '../../shared/span.ts';

/** The time of day where the reader is, with the date when that is another; pointed at it says the second and the zone. */
export function moment(at: number, now: number): Html {
  return markup`<span title="${exactly(at)}">${shortly(at, now)}</span>`;
}
