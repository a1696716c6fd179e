import { fail } from '../failure.ts';
import type { Json, JsonObject } from '../json.ts';
import { compile, tryCompile } from './cel/program.ts';
import { SecretHandle } from './cel/secret.ts';
import { parseTemplate } from './template.ts';

export { SecretHandle } from './cel/secret.ts';

/** What an expression mentions: ids under `steps`, root names, and whole paths as they are written. */
export interface References {
  steps: readonly string[];
  roots: readonly string[];
  paths: readonly string[];
}

/**
 * The value of an expression, as JSON. Throws `expression.syntax`, `expression.failed`, or `expression.limit` when it is too
 * long or would look at too much; each with the column (from 0) in `data` where there is one.
 */
export function evaluate(text: string, values: JsonObject): Json {
  return toJson(compile(text).run(values), text) as Json;
}

/** What an expression mentions, without what its own macros bind. Empty for one that does not compile. */
export function references(text: string): References {
  const paths = tryCompile(text)?.paths ?? [];
  const own = paths.filter(({ bound, asked }) => !bound && !asked);
  return {
    steps: paths.flatMap(({ names }) => (names[0] === 'steps' && names.length > 1 ? [names[1]!] : [])),
    roots: paths.map(({ names }) => names[0]!),
    paths: own.map(({ start, end }) => text.slice(start, end)),
  };
}

/**
 * A setting with its `${{ }}` replaced; one that is a single expression keeps its type, and may be a secret's handle. `values`
 * gives the scope of each expression, `instead` the value of one that cannot be evaluated, or throws. Throws what `evaluate`
 * throws, `expression.unclosed` and `secret.interpolated`.
 */
export function resolveTemplate(
  setting: Json,
  values: (expression: string) => JsonObject,
  instead?: (expression: string, error: unknown) => Json,
): unknown {
  if (typeof setting === 'string') {
    if (!setting.includes('${{')) return setting;
    const { parts, whole } = parseTemplate(setting);
    const valueOf = (expression: string): unknown => {
      try {
        return toJson(compile(expression).run(values(expression)), expression);
      } catch (error) {
        if (!instead) throw error;
        return instead(expression, error);
      }
    };
    if (whole !== undefined) return valueOf(whole);
    return parts.map((part) => ('text' in part ? part.text : interpolated(valueOf(part.expression)))).join('');
  }
  if (Array.isArray(setting)) return setting.map((item) => resolveTemplate(item, values, instead));
  if (typeof setting === 'object' && setting !== null) {
    return Object.fromEntries(
      Object.entries(setting).map(([key, item]) => [key, resolveTemplate(item, values, instead)]),
    );
  }
  return setting;
}

/** Inside a text a secret would become part of something that is kept. */
function interpolated(value: unknown): string {
  if (value instanceof SecretHandle) {
    const message = `A secret stands alone in its setting; take secret("${value.name}") out of the text.`;
    throw fail('invalid', 'secret.interpolated', message);
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A value of the library as JSON: whole numbers as numbers, moments as ISO texts, durations as CEL writes them (`90s`). */
function toJson(value: unknown, text: string): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) throw unfit(text, 'a number without end');
  if (typeof value === 'bigint') {
    if (Number.isSafeInteger(Number(value))) return Number(value);
    throw unfit(text, 'a number too large to be exact');
  }
  if (typeof value !== 'object' || value === null || value instanceof SecretHandle) return value ?? null;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((item) => toJson(item, text));
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([key, item]) => [String(key), toJson(item, text)]));
  }
  if (Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(item, text)]));
  }
  const plain = value.valueOf();
  if (typeof plain === 'bigint') return toJson(plain, text);
  if ('seconds' in value) return String(value);
  throw unfit(text, 'something that is no text, number, list or object');
}

function unfit(text: string, what: string): Error {
  return fail('invalid', 'expression.failed', `“${text}” gives ${what}, which cannot be kept.`);
}
