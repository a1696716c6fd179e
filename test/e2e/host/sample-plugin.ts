import { expect } from 'vitest';
import type { Host, PluginSource } from './driver.ts';

/**
 * A plugin for the double's own tests: a page with the unmodified SDK and a script, which runs once Logseq answers. What
 * the script passes to `see` can be read with `seen`.
 */
export function samplePlugin(id: string, script: string, more: Partial<PluginSource> = {}): PluginSource {
  return {
    id,
    ...more,
    files: {
      'index.html': `<!doctype html><html lang="en"><head><title>${id}</title></head><body><div id="app"></div>
<script src="/sdk.js"></script>
<script>globalThis.seen = []; globalThis.see = (...what) => seen.push(what);</script>
<script type="module">
globalThis.model = { hit: (event) => see('hit', event) };
await logseq.ready(model);
${script}
see('loaded');
</script></body></html>`,
    },
  };
}

/** Remembers each macro, and draws its slot where `template`, an expression of `event`, is given. */
export const macros = (template?: string): string => `
globalThis.macros = [];
logseq.App.onMacroRendererSlotted((event) => {
  macros.push({ slot: event.slot, uuid: event.payload.uuid, arguments: event.payload.arguments, at: performance.now() });
  ${template === undefined ? '' : `logseq.provideUI({ key: event.slot, slot: event.slot, template: ${template} });`}
});`;

export interface Macro {
  slot: string;
  uuid: string;
  arguments: string[];
  at: number;
}

/** What a plugin heard of macros so far. */
export const heard = (host: Host, id = 'sample'): Promise<Macro[]> => host.plugin(id).evaluate('macros');

/** What a plugin saw under a name, once it is there. */
export async function seen(host: Host, name: string, id = 'sample'): Promise<unknown[][]> {
  const read = () => host.plugin(id).evaluate<unknown[][]>(`seen.filter(([name]) => name === ${JSON.stringify(name)})`);
  await expect.poll(async () => (await read()).length, { timeout: 20_000 }).toBeGreaterThan(0);
  return read();
}
