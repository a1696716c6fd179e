import { describe, expect, it } from 'vitest';
import { requireProgram } from '../programs.ts';
import { useBuiltPlugin } from './built-plugin.ts';
import { useHosts } from './host/hosts.ts';

const PAGE = `- {{renderer :stagebook, workflow}} Guarded
- {{renderer :stagebook, stage}} Work
\t- {{renderer :stagebook, gate}} Ready
\t\t- {{renderer :stagebook, sign-off}} The boss agrees
`;

describe.runIf(requireProgram('chromium'))('a tick that somebody makes by hand', () => {
  const open = useHosts();
  const built = useBuiltPlugin('client');

  it.each(['file', 'db'] as const)(
    'is said to be unsigned, and goes with the tick, in a %s graph [ui.e2e.tick]',
    async (graph) => {
      // No daemon is there: the page says it all the same.
      const host = await open({
        graph,
        plugins: [built.source],
        pages: { Guarded: PAGE },
        open: 'Guarded',
        strict: false,
      });
      const signOff = host.block('The boss agrees');
      const uuid = (await signOff.getAttribute('blockid'))!;
      await signOff.locator('.sb-ic').first().waitFor();
      expect(await signOff.getByText('signs nothing').count()).toBe(0);
      const text = (await host.blockText(uuid))!;
      const set = (done: boolean): Promise<unknown> =>
        graph === 'db'
          ? host.call('upsert_block_property', uuid, 'logseq.property/status', done ? 'Done' : 'Todo')
          : host.call('update_block', uuid, done ? `DONE ${text}` : text);
      await set(true);
      await signOff.getByText('A tick in the text signs nothing').waitFor();
      await set(false);
      await expect.poll(() => signOff.getByText('signs nothing').count()).toBe(0);
    },
  );
});
