import { packageVersion } from '../version.ts';

const VERSION = 'stagebook-version';
const CLOCK = 'stagebook-clock';

/** The header in which a worker says its name, as a component of a URI. */
export const WORKER = 'stagebook-worker';

/** Clocks nearer than this are alike, for a message takes its time; in milliseconds. */
const NEAR_MS = 60_000;

type Headers = (name: string) => string | null | undefined;

const own = { version: '' };

/** What a hub and a worker say of themselves with each message, as headers. `now` in milliseconds since the epoch. */
export function ofUs(now: number): Record<string, string> {
  own.version ||= packageVersion();
  return { [VERSION]: own.version, [CLOCK]: String(now) };
}

/**
 * Hears what others say of themselves, and tells once in what each of them is not as this process is: another version, another time.
 * What was mended and comes again is told again.
 */
export function unlike(tell: (problem: string) => void): (who: string, said: Headers, now: number) => void {
  const told = new Set<string>();
  return (who, said, now) => {
    for (const [what, problem] of [
      ['version', versionOf(who, said(VERSION))],
      ['clock', clockOf(who, Number(said(CLOCK) ?? now), now)],
    ] as const) {
      const about = `${what} ${who}`;
      if (problem === undefined) told.delete(about);
      else if (!told.has(about)) {
        told.add(about);
        tell(problem);
      }
    }
  };
}

function versionOf(who: string, theirs: string | null | undefined): string | undefined {
  const ours = ofUs(0)[VERSION];
  if (theirs === ours) return undefined;
  const is = theirs ? `is Stagebook ${theirs.slice(0, 40)}` : 'is another version, which does not say which';
  return `${who} ${is}, and here is ${ours}. A hub and its workers have to be of one version, else they do not take what the other tells: upgrade the older one and start it again.`;
}

function clockOf(who: string, theirs: number, now: number): string | undefined {
  const ahead = theirs - now;
  if (!Number.isFinite(ahead) || Math.abs(ahead) < NEAR_MS) return undefined;
  const minutes = Math.round(Math.abs(ahead) / 60_000);
  const by = minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
  return `The clock of ${who.replace(/^The/, 'the')} is ${by} ${ahead > 0 ? 'ahead of' : 'behind'} the one here. Times on pages, deadlines that people see and “wait until” are wrong by that: set both clocks (NTP).`;
}
