/**
 * What the bench asks of the page that it measures; loaded into it as a script. `stagebookSeen` are the blocks of ours that
 * changed, each with the frame that showed it, in ms since the epoch.
 */
globalThis.stagebookSeen = [];

/** From now on the page notes which blocks of ours change. */
globalThis.stagebookWatch = () => {
  let changed = new Set();
  const note = () => {
    const at = performance.timeOrigin + performance.now();
    for (const block of changed) globalThis.stagebookSeen.push({ block, at });
    changed = new Set();
  };
  new MutationObserver((records) => {
    const before = changed.size;
    for (const { target } of records) {
      const element = target instanceof Element ? target : target.parentElement;
      // A frame that is rebuilt is a change of the element that holds it, and of none inside.
      const ours = element?.closest('[data-injected-ui^="stagebook--sb-"]');
      const block = ours?.closest('.ls-block')?.getAttribute('blockid');
      if (block) changed.add(block);
    }
    if (before === 0 && changed.size > 0) requestAnimationFrame(note);
  }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
};

/** How many frames the page draws in so many milliseconds. */
globalThis.stagebookFrames = (long) =>
  new Promise((resolve) => {
    let count = 0;
    const until = performance.now() + long;
    const next = () => {
      if (performance.now() >= until) return resolve(count);
      count += 1;
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  });

/** The uuids of the steps that are drawn, in their order on the page. */
globalThis.stagebookSteps = () =>
  [...document.querySelectorAll('.sb-step')].map((block) => block.closest('.ls-block')?.getAttribute('blockid'));

/** What has the focus, as text. */
globalThis.stagebookFocus = () => document.activeElement?.outerHTML.slice(0, 200) ?? '';
