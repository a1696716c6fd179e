import { join } from 'node:path';
import { systemClock } from '../clock.ts';
import type { Config } from '../config.ts';
import { openDatabase } from '../journal/database.ts';
import { sqliteManifests } from '../journal/manifests.ts';
import { sqlitePersonas } from '../journal/personas.ts';
import { SqliteJournal } from '../journal/sqlite.ts';
import { pinnedManifest } from '../mcp/pinned.ts';
import { knownPersonas } from '../personas/known.ts';
import { loadPersonaPages } from '../personas/load.ts';
import { registries, type TrustedHere } from '../registered.ts';
import { SHIPPED } from '../workflows.ts';

/** What people trusted in a data directory, for a command that needs nothing else of it. Close it when done. */
export function trustedHere({ home, mcpServers = {} }: Config): TrustedHere & { close(): void } {
  const database = openDatabase(join(home, 'journal.db'));
  const journal = new SqliteJournal(database, systemClock);
  const manifests = sqliteManifests(database, journal);
  return {
    servers: { pinned: (server) => pinnedManifest(mcpServers, manifests, server) },
    personas: knownPersonas(
      loadPersonaPages(join(SHIPPED, 'personas')),
      sqlitePersonas(database, journal),
      registries().actions,
    ),
    close: () => void database.close(),
  };
}
