import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect } from 'vitest';
import { stringify } from 'yaml';
import { readConfig } from '../../daemon/config.ts';
import { openDaemon, type Daemon } from '../../daemon/open.ts';
import type { Server } from '../../daemon/server/server.ts';
import { createTestServer, type TestServer } from '../fakes/server.ts';
import type { BuiltPlugin } from './built-plugin.ts';
import type { Host } from './host/driver.ts';
import { originsOf } from './host/server.ts';

/** What a double's plugin talks to, for the tests of a file. Each ends after its test. */
export interface Daemons {
  /** A daemon in this process with a folder of its own. The double's plugin knows its port and is not paired. */
  open(host: Host): Promise<Daemon>;
  /**
   * The server alone, on the engine of a test; it serves the panel that was built. The double's plugin knows its port
   * and is not paired.
   */
  serve(host: Host, plugin: BuiltPlugin, options?: Parameters<typeof createTestServer>[0]): Promise<TestServer>;
}

export function useDaemons(): Daemons {
  let closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    const ended = closers;
    closers = [];
    for (const close of ended) await close();
  });
  return {
    async open(host) {
      const home = mkdtempSync(join(tmpdir(), 'daemon-'));
      writeFileSync(join(home, 'config.yaml'), stringify({ origins: originsOf(host) }));
      const daemon = await openDaemon(readConfig(home), { port: 0, environment: {} });
      closers.push(async () => {
        await daemon.close();
        rmSync(home, { recursive: true, force: true });
      });
      await host.setSetting('stagebook', 'port', daemon.server!.port);
      return daemon;
    },
    async serve(host, { folder }, options) {
      const here = await createTestServer(options, {
        panel: join(folder, 'panel'),
        config: { home: folder, zone: 'UTC', origins: originsOf(host) },
      });
      closers.push(() => here.remove());
      await host.setSetting('stagebook', 'port', here.server.port);
      return here;
    },
  };
}

/** Pairs a double's plugin by a code, and waits until it is paired. */
export async function pair(host: Host, { desk }: Pick<Server, 'desk'>): Promise<void> {
  const { code } = await desk.pair('plugin');
  await host.setSetting('stagebook', 'pairingCode', code);
  await expect.poll(async () => (await host.settings('stagebook'))['token']).toBeTruthy();
}
