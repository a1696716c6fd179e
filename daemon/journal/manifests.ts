import type Database from 'better-sqlite3';
import { manifestBody, manifestOf } from '../mcp/manifest.ts';
import type { ManifestStore } from '../mcp/servers.ts';
import type { Journal } from './journal.ts';

/** Manifests beside the definitions of workflows: kept, shown, trusted and forgotten as these are. */
export function sqliteManifests(database: Database.Database, journal: Journal): ManifestStore {
  const last = database
    .prepare<[string], string>(
      `select body from trust join definitions on def_hash = hash
        where body ->> '$.manifest.server' = ? order by trust.at desc limit 1`,
    )
    .pluck();
  return {
    trusted: (hash) => journal.trusted(hash),
    last(server) {
      const body = last.get(server);
      return body === undefined ? undefined : manifestOf(body);
    },
    keep: (hash, manifest) =>
      journal.transact((transaction) => void transaction.putDefinition(hash, () => manifestBody(manifest))),
  };
}
