import type Database from 'better-sqlite3';
import type { Json, JsonObject } from '../shared/json.ts';
import { isObject } from '../shared/json.ts';
import { readJson } from '../shared/read-json.ts';
import { changesBetween, isReordered } from '../shared/workflow/changes.ts';
import { walk, type Definition } from '../shared/workflow/definition.ts';
import type { Action } from './actions/action.ts';
import type { Pinned } from './engine/definitions.ts';

/** What a person is shown before they trust a definition (language.md, Pinning and trust). All texts as written on the page. */
export interface TrustReview {
  title: string;
  /** When a version of the same title was last trusted here, in milliseconds since the epoch; undefined for a first time. */
  trustedAt?: number;
  /** What is different since then, a line a node: `+ path …`, `- path …`, `~ path …`. */
  changes: string[];
  /** One for each effect that an action has: by its settings, one may only read in a step and change something in another. */
  actions: { name: string; effect: string; summary: string; count: number }[];
  personas: string[];
  secrets: string[];
  hosts: string[];
  paths: string[];
  programs: string[];
  /** Other pages that it calls; what they may do is counted in. */
  pages: string[];
}

/** Looks at a proposed definition: what changed since the last trusted version of its title, and what it may do. */
export function reviewDefinition(
  database: Database.Database,
  hash: string,
  actions: ReadonlyMap<string, Action>,
): TrustReview {
  const body = database.prepare<[string], string>('select body from definitions where def_hash = ?').pluck();
  const pinned = readJson(body.get(hash) ?? 'null') as unknown as Pinned | null;
  if (!pinned) throw new Error(`the definition ${hash} was never proposed`);
  const { title } = pinned.definition.header;
  const before = lastTrusted(database, title, hash);
  return {
    title,
    ...(before ? { trustedAt: before.at } : {}),
    changes: before ? changeLines(before.pinned, pinned) : [],
    ...mayDo(pinned, actions),
    pages: Object.keys(pinned.pages).sort(),
  };
}

/** Who trusted a definition by a signature, and when; undefined where nobody had to. */
export function trustedBy(database: Database.Database, hash: string): { person: string; at: number } | undefined {
  return database
    .prepare<[string], { person: string; at: number }>(
      "select signature ->> '$.person' as person, at from trust where hash = ?",
    )
    .get(hash);
}

/** The version of a title that was trusted last, this one apart. */
export function lastTrusted(
  database: Database.Database,
  title: string,
  hash: string,
): { at: number; hash: string; pinned: Pinned } | undefined {
  const trusted = database
    .prepare<[string, string], { at: number; hash: string; body: string }>(
      `select trust.at, trust.hash, definitions.body from trust join definitions on def_hash = hash
        where hash <> ? and json_extract(body, '$.definition.header.title') = ? order by trust.at desc limit 1`,
    )
    .get(hash, title);
  return trusted && { at: trusted.at, hash: trusted.hash, pinned: readJson(trusted.body) as unknown as Pinned };
}

/** A line a node: `+ path …`, `- path …`, `~ path …`. */
function changeLines(before: Pinned, now: Pinned): string[] {
  const lines = changesBetween(before, now).map((change) => {
    if (change.now === undefined) return `- ${change.path}: ${change.was}`;
    return change.was === undefined
      ? `+ ${change.path}: ${change.now}`
      : `~ ${change.path}: ${change.now} (was ${change.was})`;
  });
  if (lines.length === 0 && isReordered(before, now)) lines.push('~ the nodes stand in another order');
  return lines;
}

function everyDefinition(pinned: Pinned): [string, Definition][] {
  return [['', pinned.definition], ...Object.entries(pinned.pages)];
}

function mayDo(
  pinned: Pinned,
  known: ReadonlyMap<string, Action>,
): Pick<TrustReview, 'actions' | 'personas' | 'secrets' | 'hosts' | 'paths' | 'programs'> {
  const actions = new Map<string, TrustReview['actions'][number]>();
  const sets = { personas: new Set<string>(), secrets: new Set<string>() };
  const touched = { hosts: new Set<string>(), paths: new Set<string>(), programs: new Set<string>() };
  for (const [, definition] of everyDefinition(pinned)) {
    for (const { node } of walk(definition.body)) {
      if (typeof node.settings.persona === 'string') sets.personas.add(node.settings.persona);
      for (const [, name] of JSON.stringify(node.settings).matchAll(/\bsecret\(\s*\\?["']([^"'\\]+)/g)) {
        sets.secrets.add(name!);
      }
      if (node.role !== 'step') continue;
      const name = String(node.settings.uses);
      const action = known.get(name);
      const settings: JsonObject = isObject(node.settings.with) ? node.settings.with : {};
      const effect = (typeof action?.effect === 'function' ? action.effect(settings) : action?.effect) ?? 'unknown';
      const key = `${name} ${effect}`;
      const entry = actions.get(key) ?? { name, effect, summary: action?.summary ?? '', count: 0 };
      actions.set(key, { ...entry, count: entry.count + 1 });
      for (const kind of ['hosts', 'paths', 'programs'] as const) {
        for (const input of action?.touches?.[kind] ?? []) {
          const value = settings[input];
          if (value !== undefined) touched[kind].add(written(value));
        }
      }
    }
  }
  const list = (set: ReadonlySet<string>): string[] => [...set].sort();
  return {
    actions: [...actions.values()],
    personas: list(sets.personas),
    secrets: list(sets.secrets),
    hosts: list(touched.hosts),
    paths: list(touched.paths),
    programs: list(touched.programs),
  };
}

function written(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
