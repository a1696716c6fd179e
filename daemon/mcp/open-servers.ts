import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { sqliteManifests } from '../journal/manifests.ts';
import { Processes } from '../journal/processes.ts';
import type { SqliteJournal } from '../journal/sqlite.ts';
import type { Secrets } from '../secrets/secrets.ts';
import { packageVersion } from '../version.ts';
import { createMcpServers, type McpServers } from './servers.ts';

/** Servers of tools, shared by every run. What they write for people goes to nobody's run, so it is not kept. */
export function openServers(
  config: Config,
  clock: Clock,
  database: Database.Database,
  journal: SqliteJournal,
  secrets: Secrets,
): McpServers {
  const processes = new Processes(database);
  const folder = join(config.home, 'work', 'servers');
  mkdirSync(folder, { recursive: true });
  return createMcpServers({
    config: config.mcpServers ?? {},
    clock,
    store: sqliteManifests(database, journal),
    programs: config.programs ?? {},
    fetch,
    folder,
    version: packageVersion(),
    readSecret: (name) => secrets.read(name),
    onStart: ({ pid, started }) => processes.add('', 'mcp', pid, started),
    onEnd: ({ pid, started }) => processes.drop(pid, started),
    onLine: () => undefined,
  });
}
