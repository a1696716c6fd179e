import type { ComponentChildren, JSX, Ref } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { arm, ARMING_MS, UNSEEN, WHY, type Arming, type Seen } from '../arming.ts';
import { ALONE, tellFrame } from '../frame.ts';

const CAN_TELL = 'IntersectionObserverEntry' in globalThis && 'isVisible' in IntersectionObserverEntry.prototype;

/** How long something must lie over the bar before the window around the panel is told, in milliseconds. */
const TELLING_MS = 1_000;

/**
 * Whether what is referred to may be clicked: after it was wholly visible, with nothing over it, for half a second. `reset`:
 * with another value it begins anew, for something else is shown.
 */
function useArming(reset: unknown): { target: Ref<HTMLElement>; arming: Arming; isArmed(): boolean } {
  const target = useRef<HTMLElement>(null);
  const [arming, setArming] = useState<Arming>(UNSEEN);
  const current = useRef<Arming>(UNSEEN);
  useEffect(() => {
    const element = target.current;
    if (!element) return undefined;
    let state = UNSEEN;
    let seen: Seen = { whole: false, clear: CAN_TELL ? false : undefined, foreground: true };
    let timer: ReturnType<typeof setTimeout> | undefined;
    let telling: ReturnType<typeof setTimeout> | undefined;
    const step = () => {
      seen = { ...seen, foreground: document.visibilityState === 'visible' };
      const next = arm(state, seen, performance.now(), ALONE);
      if (next.is === 'arming' && state.is !== 'arming') timer = setTimeout(step, ARMING_MS + 10);
      if (next.is === 'off') clearTimeout(timer);
      const hidden = next.is === 'off' && (next.why === 'covered' || next.why === 'unsupported');
      // The browser's first look may come before the page is drawn: only what lasts is told.
      if (hidden) telling ??= setTimeout(() => tellFrame('covered'), TELLING_MS);
      else if (telling !== undefined) {
        clearTimeout(telling);
        telling = undefined;
        tellFrame('ready');
      }
      state = next;
      current.current = next;
      setArming(next);
    };
    // The second version's options, which not every browser's types know.
    const options = { threshold: [0, 0.5, 0.9, 1], ...(CAN_TELL ? { trackVisibility: true, delay: 100 } : {}) };
    const observer = new IntersectionObserver((entries: (IntersectionObserverEntry & { isVisible?: boolean })[]) => {
      const entry = entries.at(-1);
      if (!entry) return;
      const whole = entry.isIntersecting && entry.intersectionRatio >= 0.99;
      seen = { ...seen, whole, clear: CAN_TELL ? entry.isVisible === true : undefined };
      step();
    }, options);
    observer.observe(element);
    document.addEventListener('visibilitychange', step);
    current.current = UNSEEN;
    setArming(UNSEEN);
    return () => {
      observer.disconnect();
      document.removeEventListener('visibilitychange', step);
      clearTimeout(timer);
      clearTimeout(telling);
      current.current = UNSEEN;
    };
  }, [reset]);
  return { target, arming, isArmed: () => current.current.is === 'armed' };
}

export interface Deed {
  label: string;
  /** The one wanted now is filled. */
  filled?: boolean;
  danger?: boolean;
  disabled?: boolean;
  run(): void;
}

const NO_PERSON =
  'That click came from a program, not from you: nothing was done. To do it, click the button yourself.';

/** The bar at the foot of what is decided: what it is, and the buttons, which work only by a real click while all of it is seen. */
export function ArmedBar({
  reset,
  children,
  deeds,
  busy,
}: {
  reset: unknown;
  children: ComponentChildren;
  deeds: readonly Deed[];
  busy: boolean;
}): JSX.Element {
  const { target, arming, isArmed } = useArming(reset);
  const [refused, setRefused] = useState('');
  useEffect(() => setRefused(''), [reset]);
  const click = (deed: Deed) => (event: MouseEvent) => {
    // Only what a person does at a mouse, a finger or a keyboard is trusted by the browser; a script's click is not.
    if (!event.isTrusted) return setRefused(NO_PERSON);
    if (!isArmed() || busy || deed.disabled) return;
    setRefused('');
    deed.run();
  };
  const off = arming.is !== 'armed';
  return (
    <div
      class="armed-bar"
      ref={target as Ref<HTMLDivElement>}
      data-arming={arming.is === 'off' ? arming.why : arming.is}
    >
      <div class="armed-what">{children}</div>
      <p class="armed-why" id="armed-why" role="status">
        {arming.is === 'off' && arming.why !== 'unseen' ? WHY[arming.why] : refused}
        {arming.is === 'off' && arming.why === 'unsupported' && (
          <>
            {' '}
            <a href={location.href} target="_blank" rel="noopener">
              Open in browser
            </a>
          </>
        )}
      </p>
      <div class="row end">
        {deeds.map((deed) => (
          <button
            type="button"
            key={deed.label}
            class={deed.filled ? 'primary' : deed.danger ? 'danger' : ''}
            aria-disabled={off || busy || deed.disabled ? 'true' : undefined}
            aria-describedby="armed-why"
            onClick={click(deed)}
          >
            {deed.label}
          </button>
        ))}
      </div>
    </div>
  );
}
