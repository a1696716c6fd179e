import { Environment } from '@marcbachmann/cel-js';
import { fail } from '../failure.ts';
import type { Json, JsonObject } from '../json.ts';

/** An opaque stand-in for a secret's value: what `secret("NAME")` gives (language.md, Expressions). */
export class SecretHandle {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** What an expression mentions: ids under `steps`, root names, and whole dotted paths. */
export interface References {
  steps: readonly string[];
  roots: readonly string[];
  paths: readonly string[];
}

const environment = new Environment({ unlistedVariablesAreDyn: true, homogeneousAggregateLiterals: false })
  .registerType('Secret', SecretHandle)
  .registerFunction('secret(string): Secret', (name: string) => new SecretHandle(name));

const programs = new Map<string, (values: object) => unknown>();

function compiled(text: string): (values: object) => unknown {
  let program = programs.get(text);
  if (!program) {
    program = environment.parse(text) as unknown as (values: object) => unknown;
    programs.set(text, program);
  }
  return program;
}

/** The value of an expression. Throws `expression.*`. */
export function evaluate(text: string, values: JsonObject): Json {
  return toJson(run(text, values)) as Json;
}

function run(text: string, values: JsonObject): unknown {
  try {
    return compiled(text)(values);
  } catch (error) {
    const message = (error as Error).message.split('\n')[0];
    throw fail('invalid', 'expression.failed', `${text}: ${message}`);
  }
}

function toJson(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof SecretHandle) return value;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(toJson);
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [String(key), toJson(item)]));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(item)]));
  }
  return value;
}

const PATH = /\b([a-z_][a-z0-9_]*)((?:\.[a-z_][a-z0-9_]*)*)/gi;

/** What an expression mentions. */
export function references(text: string): References {
  const bare = text.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '""');
  const paths = [...bare.matchAll(PATH)].map((match) => match[0]);
  const steps = paths.filter((path) => path.startsWith('steps.')).map((path) => path.split('.')[1]!);
  const roots = paths.map((path) => path.split('.')[0]!);
  return { steps, roots, paths: paths.filter((path) => path.includes('.')) };
}

const TEMPLATE = /\$\{\{(.*?)\}\}/gs;

/** A setting with its `${{ }}` replaced; one that is a single expression keeps its type. `values` gives the scope of each. */
export function resolveTemplate(setting: Json, values: (expression: string) => JsonObject): unknown {
  if (typeof setting === 'string') {
    const whole = /^\s*\$\{\{((?:(?!\}\}).)*)\}\}\s*$/s.exec(setting);
    if (whole) return toJson(run(whole[1]!.trim(), values(whole[1]!)));
    return setting.replace(TEMPLATE, (_all, text: string) => String(toJson(run(text.trim(), values(text)))));
  }
  if (Array.isArray(setting)) return setting.map((item) => resolveTemplate(item, values));
  if (typeof setting === 'object' && setting !== null) {
    return Object.fromEntries(Object.entries(setting).map(([key, item]) => [key, resolveTemplate(item, values)]));
  }
  return setting;
}
