/** How long a button must be fully visible before it can be clicked, in milliseconds (security.md 5). */
export const ARMING_MS = 500;

/** What the browser last said of a button. */
export interface Seen {
  /** All of it is in the window. */
  whole: boolean;
  /** Nothing covers it, filters it or makes it transparent, here or around the frame; undefined where the browser cannot say. */
  clear: boolean | undefined;
  /** The page itself is in front. */
  foreground: boolean;
}

export type Arming =
  | { is: 'off'; why: 'unseen' | 'partly' | 'covered' | 'background' | 'unsupported' }
  | { is: 'arming'; since: number }
  | { is: 'armed' };

export const UNSEEN: Arming = { is: 'off', why: 'unseen' };

/**
 * Whether a button may be clicked, from what is seen of it now. `alone`: nothing of another origin can lie over this page, for
 * it is a window of its own; then a browser that cannot say whether something covers the button is believed.
 */
export function arm(state: Arming, seen: Seen, now: number, alone: boolean): Arming {
  const off = offReason(seen, alone);
  if (off) return { is: 'off', why: off };
  if (state.is === 'armed') return state;
  if (state.is === 'off') return { is: 'arming', since: now };
  return now - state.since >= ARMING_MS ? { is: 'armed' } : state;
}

function offReason(
  { whole, clear, foreground }: Seen,
  alone: boolean,
): 'partly' | 'covered' | 'background' | 'unsupported' | undefined {
  if (clear === undefined && !alone) return 'unsupported';
  if (!foreground) return 'background';
  if (!whole) return 'partly';
  return clear === false ? 'covered' : undefined;
}

/** What is said beside a button that cannot be clicked. */
export const WHY: Readonly<Record<Extract<Arming, { is: 'off' }>['why'], string>> = {
  unseen: 'Waiting to be seen…',
  partly: 'Make the window larger: all of this bar has to be visible.',
  covered: 'Something lies over this, or it is transparent. Move it away to sign.',
  background: 'This page is not in front.',
  unsupported:
    'This browser does not say whether something covers the button. Open the panel in a window of its own to sign.',
};
