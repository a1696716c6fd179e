import { join } from 'node:path';
import { assemble } from './assemble.ts';
import { closeAll, type Closing } from './closing.ts';
import type { Config } from './config.ts';
import type { Daemon, OpenOptions } from './daemon.ts';
import { openDatabase } from './journal/database.ts';
import { claimDirectory } from './lock.ts';
import { listenHttp } from './server/http.ts';
import { serveLocal } from './server/local.ts';

export type { Daemon, OpenOptions } from './daemon.ts';

/**
 * Opens a data directory: claim, journal, people, graphs, engine; then goes on with what was active. Throws
 * `daemon.running` when another process has it, `journal.newer`, `config.invalid`.
 */
export async function openDaemon(config: Config, options: OpenOptions = {}): Promise<Daemon> {
  const closing: Closing[] = [];
  try {
    if (!options.passive) closing.push(claimDirectory(config.home));
    const database = openDatabase(join(config.home, 'journal.db'));
    closing.push(() => void database.close());
    const { serve, watch, doors, hub, ...daemon } = await assemble(config, database, options, closing);
    if (options.passive) return daemon;
    // The port first: nothing begins to run where nobody could see it.
    const http = options.port === undefined ? undefined : await listenHttp(options.port);
    if (http) closing.push(() => http.close());
    // Before the first run goes on, so that nothing of it is missed.
    const observation = http && (await watch());
    if (observation) closing.push(() => observation.close());
    await daemon.engine.open();
    daemon.pages.open();
    daemon.notices.open();
    const server = http && serve(http, [...(observation?.routes ?? []), ...(hub?.routes ?? []), ...(await doors())]);
    hub?.open();
    if (server) closing.push(() => server.close());
    closing.push(() => daemon.gateway.close());
    closing.push(await serveLocal(daemon.engine, config.home, server?.desk, daemon.gateway.local));
    return { ...daemon, ...(server ? { server } : {}) };
  } catch (error) {
    await closeAll(closing);
    throw error;
  }
}
