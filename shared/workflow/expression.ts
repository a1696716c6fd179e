import { fail, StagebookError } from '../failure.ts';
import type { Json, JsonObject } from '../json.ts';
import { compile, firstLine } from './cel/program.ts';
import { SecretHandle } from './cel/secret.ts';

export { SecretHandle } from './cel/secret.ts';

/** What an expression mentions: ids under `steps`, root names, and whole dotted paths. */
export interface References {
  steps: readonly string[];
  roots: readonly string[];
  paths: readonly string[];
}

/** The value of an expression. Throws `expression.syntax`, `expression.limit`, `expression.failed`. */
export function evaluate(text: string, values: JsonObject): Json {
  return toJson(run(text, values)) as Json;
}

/** What an expression mentions, without what its own macros bind. Empty for one that does not compile. */
export function references(text: string): References {
  let paths;
  try {
    ({ paths } = compile(text));
  } catch {
    return { steps: [], roots: [], paths: [] };
  }
  return {
    steps: paths.flatMap(({ names }) => (names[0] === 'steps' && names.length > 1 ? [names[1]!] : [])),
    roots: paths.map(({ names }) => names[0]!),
    paths: paths.filter(({ asked }) => !asked).map(({ names }) => names.join('.')),
  };
}

const TEMPLATE = /\$\{\{([\s\S]*?)\}\}/g;

/** The expressions in a setting's text, with where each begins in it. */
export function templatesIn(text: string): { expression: string; start: number; whole: boolean }[] {
  return [...text.matchAll(TEMPLATE)].map((match) => {
    const inner = match[1]!;
    const lead = inner.length - inner.trimStart().length;
    return { expression: inner.trim(), start: match.index + 3 + lead, whole: match[0] === text.trim() };
  });
}

/** A setting with its `${{ }}` replaced; one that is a single expression keeps its type. `values` gives the scope of each. */
export function resolveTemplate(setting: Json, values: (expression: string) => JsonObject): unknown {
  if (typeof setting === 'string') {
    if (!setting.includes('${{')) return setting;
    const [first] = templatesIn(setting);
    if (first?.whole) return toJson(run(first.expression, values(first.expression)));
    return setting.replace(TEMPLATE, (_all, inner: string) => interpolated(run(inner.trim(), values(inner.trim()))));
  }
  if (Array.isArray(setting)) return setting.map((item) => resolveTemplate(item, values));
  if (typeof setting === 'object' && setting !== null) {
    return Object.fromEntries(Object.entries(setting).map(([key, item]) => [key, resolveTemplate(item, values)]));
  }
  return setting;
}

function run(text: string, values: JsonObject): unknown {
  const program = compile(text);
  try {
    return program.run(values);
  } catch (error) {
    if (error instanceof StagebookError) throw error;
    throw fail('invalid', 'expression.failed', `“${text}” has no value: ${firstLine(error)}.`);
  }
}

/** Inside a text a secret would become part of something that is kept. */
function interpolated(value: unknown): string {
  if (value instanceof SecretHandle) {
    throw fail(
      'invalid',
      'secret.interpolated',
      `A secret stands alone in its setting; take secret("${value.name}") out of the text.`,
    );
  }
  const json = toJson(value);
  return typeof json === 'string' ? json : JSON.stringify(json);
}

function toJson(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null || value instanceof SecretHandle) return value ?? null;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(toJson);
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [String(key), toJson(item)]));
  if (Object.getPrototypeOf(value) !== Object.prototype) return String(value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(item)]));
}
