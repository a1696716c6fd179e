import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireProgram } from '../programs.ts';
import { useBuiltPlugin } from './built-plugin.ts';
import { useHosts } from './host/hosts.ts';
import { openPlayground, type Playground } from './open-playground.ts';

describe.runIf(requireProgram('chromium'))('the playground', () => {
  const open = useHosts();
  const built = useBuiltPlugin('client');
  let playground: Playground | undefined;
  beforeAll(async () => {
    playground = await openPlayground({ plugin: built.folder });
  });
  afterAll(() => playground?.stop());

  it('shows a workflow that can be run, with a daemon that may go and come back [ui.host.playground]', async () => {
    const { double, killDaemon, startDaemon } = playground!;
    const host = await open({ at: double, open: 'Package Release', strict: false });
    await host.ready('stagebook');
    const run = host.block('Package release').locator('button[data-a=run]');
    await run.waitFor();
    expect(await host.settings('stagebook')).toMatchObject({ pairingCode: '', token: expect.stringMatching(/\S/) });
    await killDaemon();
    await startDaemon();
    await host.page.reload();
    await host.ready('stagebook');
    await run.waitFor();
  });
});
