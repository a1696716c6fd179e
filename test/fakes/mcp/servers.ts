import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { systemClock, type Clock } from '../../../daemon/clock.ts';
import type { Manifest } from '../../../daemon/mcp/manifest.ts';
import { createMcpServers, type ManifestStore, type McpServers } from '../../../daemon/mcp/servers.ts';
import type { ServersConfig } from '../../../daemon/mcp/server-config.ts';

/** The real server of tests, over stdio. */
export const STDIO_SERVER = {
  command: process.execPath,
  args: [fileURLToPath(new URL('stdio-server.ts', import.meta.url))],
};

export interface TestServers {
  servers: McpServers;
  store: ManifestStore & { trust(hash: string): void; kept: Map<string, Manifest> };
  /** The processes that run now. */
  running: Set<number>;
  /** Looks at a server and trusts what it lists. */
  trust(server: string): Promise<Manifest>;
}

/** The real pool of servers, with trust that a test gives. */
export function testServers(
  config: ServersConfig,
  own: { clock?: Clock; secrets?: Record<string, string>; store?: ManifestStore } = {},
): TestServers {
  const kept = new Map<string, Manifest>();
  const trusted: string[] = [];
  const running = new Set<number>();
  const store: TestServers['store'] = {
    kept,
    trust: (hash) => void trusted.push(hash),
    trusted: (hash) => trusted.includes(hash),
    last: (server) => trusted.map((hash) => kept.get(hash)!).findLast((manifest) => manifest.server === server),
    keep: (hash, manifest) => Promise.resolve(void kept.set(hash, manifest)),
  };
  const servers = createMcpServers({
    config,
    clock: own.clock ?? systemClock,
    store: own.store ?? store,
    programs: {},
    fetch,
    folder: tmpdir(),
    version: '0.0.0-test',
    readSecret: (name) => Promise.resolve(own.secrets?.[name] ?? ''),
    onStart: ({ pid }) => void running.add(pid),
    onEnd: ({ pid }) => void running.delete(pid),
    onLine: () => undefined,
  });
  return {
    servers,
    store,
    running,
    async trust(server) {
      const { manifest, hash } = await servers.inspect(server);
      store.trust(hash);
      return manifest;
    },
  };
}
