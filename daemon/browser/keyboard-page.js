// Runs inside the page that is looked at. What people operate is kept in a list, so that nothing of the page is changed.

globalThis.stagebookKeyboard = (() => {
  let found = [];

  /** The elements that people operate here, as texts: where each is, and what it looks like. */
  function begin(selector) {
    found = [...document.querySelectorAll(selector)].filter(
      (element) =>
        element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
        !element.matches(':disabled, [aria-disabled=true], [inert] *'),
    );
    document.activeElement?.blur();
    return found.map((element) => ({ target: pathOf(element), html: element.outerHTML.slice(0, 300) }));
  }

  /** Where the focus is: the number of the element in the list (-1 for another), and its text; empty outside of the page. */
  function focus() {
    const active = document.activeElement;
    if (active === null || active === document.body || active === document.documentElement)
      return { index: -1, html: '' };
    return { index: found.indexOf(active), html: active.outerHTML.slice(0, 300) };
  }

  function pathOf(element) {
    const parts = [];
    for (let at = element; at && at !== document.documentElement; at = at.parentElement) {
      if (at.id) {
        parts.unshift(`#${at.id}`);
        break;
      }
      const same = [...(at.parentElement?.children ?? [])].filter(({ tagName }) => tagName === at.tagName);
      const place = same.length > 1 ? `:nth-of-type(${same.indexOf(at) + 1})` : '';
      parts.unshift(at.tagName.toLowerCase() + place);
    }
    return parts.join(' > ');
  }

  return { begin, focus };
})();
