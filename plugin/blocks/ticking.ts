import { markup, type Html } from './html.ts';
import { clock, rough } from './time.ts';

/**
 * Times that go on by themselves. Their elements name what they count from and stay as they are; what they show comes from
 * one style for the whole page (`tickStyle`), so that a second that goes by rebuilds no block.
 */
const TEXTS = {
  /** A running clock since then. */
  clock: (since: number, now: number) => clock(now - since),
  /** How long it has been, in words. */
  took: (since: number, now: number) => rough(now - since),
  /** How long it is until then. */
  left: (until: number, now: number) => (until > now ? `${rough(until - now)} left` : 'time is up'),
  /** The same where something begins then. */
  next: (until: number, now: number) => rough(until - now + 999),
} as const;
export type TickingKind = keyof typeof TEXTS;

/** The element of a time in ms since the epoch. */
export function ticking(kind: TickingKind, at: number): Html {
  return markup`<span class="sb-t" data-t="${kind}-${whole(at)}"></span>`;
}

/** Marks a bar that fills up in about so many milliseconds from then on. */
export function filling(since: number, milliseconds: number): Html {
  return markup` data-t="part-${whole(since)}-${Math.max(1, whole(milliseconds))}"`;
}

const whole = (at: number) => Math.max(0, Math.round(at));

/** What ticks in a block's HTML. Texts in it are escaped, so that none can look like one of these. */
export function ticksIn(html: string): string[] {
  return [...html.matchAll(/ data-t="([a-z]+(?:-\d+)+)"/g)].map(([, id]) => id!);
}

/** What a ticking element shows at a moment; undefined for a bar. */
export function tickText(id: string, now: number): string | undefined {
  const [kind = '', at] = id.split('-');
  return kind in TEXTS ? TEXTS[kind as TickingKind](Number(at), now) : undefined;
}

/** The style that makes all of them show this moment. */
export function tickStyle(ids: Iterable<string>, now: number): string {
  let style = '';
  for (const id of new Set(ids)) {
    const text = tickText(id, now);
    if (text !== undefined) style += `.sb-t[data-t="${id}"]::before{content:"${text}"}\n`;
    else {
      const [, since, milliseconds] = id.split('-').map(Number);
      // A full bar would say that it is done.
      const part = Math.min(0.95, Math.max(0, now - since!) / milliseconds!);
      style += `.sb-lanes > i[data-t="${id}"]{--p:${Math.round(part * 100)}%}\n`;
    }
  }
  return style;
}

/** Stops what turns, while nobody says whether anything goes on. */
export const STILL = '.sb-arc{animation-play-state:paused}\n';

/** What just began shows this before its first second: in the blocks' own style, so that no other has to be at once. */
export const FRESH_STYLE = `.sb-t[data-t^="clock-"]::before{content:"${clock(0)}"}.sb-t[data-t^="took-"]::before{content:"${rough(0)}"}`;

/** Whether the blocks' own style shows it rightly now. */
export function isFresh(id: string, now: number): boolean {
  const kind = id.split('-')[0];
  return (kind === 'clock' && tickText(id, now) === clock(0)) || (kind === 'took' && tickText(id, now) === rough(0));
}
