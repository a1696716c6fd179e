import type { Json, JsonObject } from '../../shared/json.ts';
import type { Node } from '../../shared/workflow/definition.ts';
import { resolveTemplate } from '../../shared/workflow/expression.ts';

interface About {
  run: string;
  number: number;
  title: string;
  /** Milliseconds since the epoch. */
  startedAt: number;
  by: { name: string };
  dryRun: boolean;
}

/** What expressions see as `run`. */
export function runValues({ run, number, title, startedAt, by, dryRun }: About): JsonObject {
  const moment = new Date(startedAt).toISOString();
  return { id: run, number, title, date: moment.slice(0, 10), started_at: moment, by: by.name, dry_run: dryRun };
}

/**
 * The namespace of a run's memory: its own, or the one that its header names, of its inputs where that says so. Throws what an
 * expression throws.
 */
export function memorySpace(header: Node, inputs: JsonObject, about: About): string {
  const named = header.settings.memory;
  if (typeof named !== 'string') return about.run;
  const name = resolveTemplate(named, () => ({ inputs, run: runValues(about) })) as Json;
  return typeof name === 'string' ? name : JSON.stringify(name);
}
