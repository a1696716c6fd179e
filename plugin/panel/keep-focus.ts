/** The place that has the focus: each element around it, with where it stands among its siblings. */
type Place = { element: Element; at: number }[];

/** So long a redraw may take to give the focus to somebody itself, as a new page does to its heading, in milliseconds. */
const SETTLED_MS = 60;

const TABBABLE =
  'a[href], button, input, select, textarea, summary, [role=region][tabindex="0"], h1[tabindex], main[tabindex]';

/**
 * Where a redraw takes away what had the focus, it goes to what stands nearest: who works by keyboard, or hears the page,
 * goes on from there and not from its top.
 */
export function keepFocus(root: HTMLElement): void {
  let place: Place = [];
  root.addEventListener('focusin', ({ target }) => {
    place = target instanceof Element ? placeOf(target, root) : [];
  });
  let timer: ReturnType<typeof setTimeout> | undefined;
  new MutationObserver(() => {
    if (!isLost(place)) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (isLost(place)) nearest(place)?.focus();
    }, SETTLED_MS);
  }).observe(root, { childList: true, subtree: true });
}

function placeOf(target: Element, root: Element): Place {
  const place: Place = [];
  for (let element: Element | null = target; element && element !== root; element = element.parentElement) {
    place.push({ element, at: element.parentElement ? [...element.parentElement.children].indexOf(element) : 0 });
  }
  return place;
}

/** A person who clicks beside everything takes the focus away themselves: then what had it is still there. */
function isLost([own]: Place): boolean {
  return own !== undefined && !own.element.isConnected && document.activeElement === document.body;
}

function nearest(place: Place): HTMLElement | undefined {
  const inside = place.findIndex(({ element }) => element.isConnected);
  const around = inside < 0 ? document.querySelector('main') : place[inside]!.element;
  const at = inside < 0 ? 0 : place[inside - 1]!.at;
  const children = [...(around?.children ?? [])];
  for (const child of [...children.slice(at), ...children.slice(0, at).toReversed()]) {
    const found = [child, ...child.querySelectorAll(TABBABLE)].find(
      (one): one is HTMLElement => one instanceof HTMLElement && one.matches(TABBABLE) && one.offsetParent !== null,
    );
    if (found) return found;
  }
  return document.querySelector('main') ?? undefined;
}
