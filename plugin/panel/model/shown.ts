import { hashJson } from '../../../shared/canonical-json.ts';
import { fail } from '../../../shared/failure.ts';
import { isObject, type Json, type JsonObject } from '../../../shared/json.ts';

/** What is signed, as the page draws it. Nothing of what was sent is left out: `more` is what no other field has. */
export interface Shown {
  kind: string;
  /** What it is about, the name of the gate, step or workflow first. */
  subject: string;
  /** What is asked for at a gate. */
  signOff?: string;
  workflow: string;
  run?: string;
  definition?: string;
  evidence?: string;
  checks: { title: string; held: boolean; that: string; saw: Json; error?: string; more: JsonObject }[];
  /** What follows; absent where that is no part of what is signed. */
  effects?: { title: string; uses: string; irreversible: boolean; effect: string; more: JsonObject }[];
  inputs: [name: string, value: Json][];
  more: JsonObject;
}

const KNOWN = [
  'kind',
  'title',
  'run',
  'definition',
  'inputs',
  'gate',
  'signOff',
  'checks',
  'evidence',
  'effects',
  'step',
];

/** Reads what a challenge shows. */
export function readShown(shown: JsonObject): Shown {
  const text = (name: string) => (typeof shown[name] === 'string' ? shown[name] : undefined);
  const workflow = text('title') ?? '';
  const rest = (object: JsonObject, known: readonly string[]) =>
    Object.fromEntries(Object.entries(object).filter(([name]) => !known.includes(name)));
  const readable = (name: string): boolean => {
    const value = shown[name];
    if (name === 'inputs') return isObject(value);
    if (name === 'checks' || name === 'effects') return Array.isArray(value) && value.every(isObject);
    return typeof value === 'string';
  };
  const signOff = text('signOff');
  const run = text('run');
  const definition = text('definition');
  const evidence = text('evidence');
  return {
    kind: text('kind') ?? '',
    subject: text('gate') ?? text('step') ?? workflow,
    workflow,
    ...(signOff === undefined ? {} : { signOff }),
    ...(run === undefined ? {} : { run }),
    ...(definition === undefined ? {} : { definition }),
    ...(evidence === undefined ? {} : { evidence }),
    checks: listOf(shown.checks).map((check) => ({
      title: asText(check.title),
      held: check.held === true,
      that: asText(check.that),
      saw: check.saw ?? null,
      ...(check.error === undefined ? {} : { error: asText(check.error) }),
      more: rest(check, ['title', 'held', 'that', 'saw', 'error', 'id']),
    })),
    ...(shown.effects === undefined
      ? {}
      : {
          effects: listOf(shown.effects).map((effect) => ({
            title: asText(effect.title),
            uses: asText(effect.uses),
            effect: asText(effect.effect),
            irreversible: effect.effect === 'irreversible',
            more: rest(effect, ['title', 'uses', 'effect']),
          })),
        }),
    inputs: isObject(shown.inputs) ? Object.entries(shown.inputs) : [],
    more: rest(
      shown,
      KNOWN.filter((name) => readable(name)),
    ),
  };
}

/** Throws `signature.other_digest` unless the digest is that of exactly what is shown. */
export function requireDigest(given: { digest: string; shown: JsonObject }): void {
  if (hashJson(given.shown) === given.digest) return;
  throw fail(
    'denied',
    'signature.other_digest',
    'The digest is not that of what is shown here, so nothing was signed. Load the page again, and see stagebook verify.',
  );
}

function listOf(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) && value.every(isObject) ? value : [];
}

function asText(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}
