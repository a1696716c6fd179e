import type Database from 'better-sqlite3';
import { pathOf, type NodePath } from '../../shared/workflow/definition.ts';

/** How long the nodes of a run took: milliseconds of each completed execution, by static path. Reads no payload but its one number. */
export function createDurations(database: Database.Database): (run: string) => Map<NodePath, number[]> {
  const rows = database.prepare<[string], { node: string; took: number | null }>(
    `select node_key as node, at - json_extract(
        case when payload like '@%' then (select data from blobs where sha = substr(payload, 2)) else payload end,
        '$.startedAt') as took
      from events where run_id = ? and type = 'node.completed'`,
  );
  return (run) => {
    const durations = new Map<NodePath, number[]>();
    for (const { node, took } of rows.all(run)) {
      if (took === null) continue;
      const path = pathOf(node);
      const known = durations.get(path);
      if (known) known.push(took);
      else durations.set(path, [took]);
    }
    return durations;
  };
}
