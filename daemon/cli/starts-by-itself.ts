import { existsSync, realpathSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import type { Cron } from 'croner';
import { isObject, type JsonObject } from '../../shared/json.ts';
import type { Definition } from '../../shared/workflow/definition.ts';
import type { Config } from '../config.ts';

/**
 * What starts a trusted workflow by itself, a line each, and what is missing for it. `place` is the file of its page or the graph in
 * which that was found.
 */
export async function startsByItself(
  { header }: Definition,
  { place, config, now }: { place: string; config: Pick<Config, 'graphs' | 'home'>; now: number },
): Promise<string[]> {
  const { triggers } = header.settings;
  const all = Array.isArray(triggers) ? triggers.filter(isObject) : [];
  if (all.length === 0) return [];
  const { Cron: Times } = await import('croner');
  const lines = all.map(
    (trigger) => `It starts by itself ${whenOf(trigger, (cron, zone) => next(Times, cron, zone, now))}`,
  );
  lines.push('For that the daemon has to be up: stagebook up, or stagebook service install.');
  if (!isConfigured(place, config.graphs ?? [])) {
    const file = join(config.home, 'config.yaml');
    lines.push(`And its graph has to be one of “graphs” in ${file}, such as: graphs: [${graphOf(place)}]`);
  }
  return lines;
}

function whenOf(trigger: JsonObject, nextTime: (cron: string, zone: string) => string): string {
  const { cron, webhook, alert, page, zone = 'UTC' } = trigger;
  if (typeof cron === 'string') return `at “${cron}” (${String(zone)}), next on ${nextTime(cron, String(zone))}`;
  if (typeof webhook === 'string') return `by the webhook “${webhook}”`;
  if (typeof alert === 'string') return `by alerts of which ${alert}`;
  return `when a page gets the tag “${String(page)}”`;
}

function next(Times: typeof Cron, cron: string, zone: string, now: number): string {
  const time = new Times(cron, { timezone: zone }).nextRun(new Date(now));
  return time === null ? 'no day' : `${time.toISOString().slice(0, 16).replace('T', ' ')}Z`;
}

function isConfigured(place: string, graphs: readonly string[]): boolean {
  const real = realOf(place);
  return graphs.map(realOf).some((graph) => real === graph || real.startsWith(`${graph}${sep}`));
}

const realOf = (place: string): string => (existsSync(place) ? realpathSync(place) : resolve(place));

/** The folder above `pages`, as graphs have it. */
function graphOf(place: string): string {
  const real = realOf(place);
  const at = real.lastIndexOf(`${sep}pages${sep}`);
  return at > 0 ? real.slice(0, at) : real.endsWith('.md') ? resolve(real, '..') : real;
}
