import type { PluginSource } from './driver.ts';

/**
 * A plugin for the double's own tests: a page with the unmodified SDK and a script. What the script puts into `seen` can
 * be read with `frame.evaluate`.
 */
export function samplePlugin(id: string, script: string, more: Partial<PluginSource> = {}): PluginSource {
  return {
    id,
    ...more,
    files: {
      'index.html': `<!doctype html><html lang="en"><head><title>${id}</title></head><body><div id="app"></div>
<script src="/sdk.js"></script>
<script>globalThis.seen = []; const see = (...what) => seen.push(what);</script>
<script type="module">${script}</script></body></html>`,
    },
  };
}
