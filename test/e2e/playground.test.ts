import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createBuilder } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireProgram } from '../programs.ts';
import { useHosts } from './host/hosts.ts';
import { openPlayground, type Playground } from './open-playground.ts';

const CONFIG = fileURLToPath(new URL('../../plugin/vite.config.ts', import.meta.url));

describe.runIf(requireProgram('chromium'))('the playground', () => {
  const open = useHosts();
  let playground: Playground | undefined;
  let plugin: string;
  beforeAll(async () => {
    plugin = mkdtempSync(join(tmpdir(), 'plugin-'));
    const builder = await createBuilder({ configFile: CONFIG, logLevel: 'error', build: { outDir: plugin } });
    await builder.build(builder.environments['client']!);
    playground = await openPlayground({ plugin });
  });
  afterAll(async () => {
    await playground?.stop();
    rmSync(plugin, { recursive: true, force: true });
  });

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
