import { isObject, type Json, type JsonObject, type JsonSchema } from '../json.ts';
import type { Settings } from './definition.ts';
import { readList } from './list-text.ts';
import { nearest } from './nearest.ts';

const TYPES = ['string', 'number', 'boolean', 'enum', 'list', 'path', 'date'] as const;

/** An input as the header declares it. */
export interface InputDeclaration {
  type?: (typeof TYPES)[number];
  enum?: string[];
  title?: string;
  default?: Json;
}

/** A definition, as far as it says what it takes. */
interface Takes {
  readonly header: { readonly settings: Settings };
}

/** What a workflow takes, by name, in the order of the page. Only what is well declared; a check tells of the rest. */
export function inputsOf({ header }: Takes): Record<string, InputDeclaration> {
  return declarationsOf(header.settings.inputs);
}

/** The same of the setting as written, from whatever stands there. */
export function declarationsOf(declared: Json | undefined): Record<string, InputDeclaration> {
  const inputs: Record<string, InputDeclaration> = {};
  for (const [name, given] of Object.entries(isObject(declared) ? declared : {})) {
    if (!isObject(given)) continue;
    const type = TYPES.find((known) => known === given.type);
    inputs[name] = {
      ...(type ? { type } : {}),
      ...(Array.isArray(given.enum) ? { enum: given.enum.filter((one) => typeof one !== 'object').map(String) } : {}),
      ...(typeof given.title === 'string' ? { title: given.title } : {}),
      ...(given.default === undefined ? {} : { default: given.default }),
    };
  }
  return inputs;
}

/** The type of `inputs` in expressions. */
export function inputSchema(declared: Json | undefined): JsonSchema {
  const inputs = Object.entries(declarationsOf(declared));
  const properties = Object.fromEntries(inputs.map(([name, input]) => [name, schemaOf(input)]));
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

function schemaOf(input: InputDeclaration): JsonSchema {
  if (input.enum) return { type: 'string', enum: input.enum };
  if (input.type === 'list') return { type: 'array' };
  if (input.type === 'number' || input.type === 'boolean') return { type: input.type };
  return { type: 'string' };
}

/** A problem with the inputs that somebody gave. */
export interface InputProblem {
  code: 'input.missing' | 'input.unknown' | 'input.type';
  input: string;
  message: string;
}

/**
 * Reads what somebody gave against what the workflow declares: texts become numbers, booleans and lists where those are
 * declared, defaults are filled in. Paths are only shaped here; the daemon resolves them under its roots.
 */
export function readInputs(
  definition: Takes,
  given: Readonly<JsonObject>,
): { values: JsonObject; problems: InputProblem[] } {
  const declared = inputsOf(definition);
  const values: JsonObject = {};
  const problems: InputProblem[] = [];
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(declared, name)) continue;
    const near = nearest(name, Object.keys(declared));
    const hint = near ? ` Did you mean ${near}?` : ` It takes: ${Object.keys(declared).join(', ') || 'nothing'}.`;
    problems.push({ code: 'input.unknown', input: name, message: `This workflow takes no input “${name}”.${hint}` });
  }
  for (const [name, input] of Object.entries(declared)) {
    const value = (Object.hasOwn(given, name) ? given[name] : undefined) ?? input.default;
    if (value === undefined) {
      const what = input.title ? ` (${input.title})` : '';
      problems.push({
        code: 'input.missing',
        input: name,
        message: `The input “${name}”${what} is missing. Give it with -i ${name}=…`,
      });
      continue;
    }
    const read = readValue(input, value);
    if (read === undefined) {
      problems.push({
        code: 'input.type',
        input: name,
        message: `The input “${name}” must be ${wanted(input)}; ${JSON.stringify(value)} is not.`,
      });
    } else values[name] = read;
  }
  return { values, problems };
}

/** The value as declared; undefined when it cannot be read so. */
export function readValue(input: InputDeclaration, value: Json): Json | undefined {
  if (input.enum) return typeof value === 'string' && input.enum.includes(value) ? value : undefined;
  switch (input.type) {
    case 'number': {
      const number = typeof value === 'string' && DECIMAL.test(value.trim()) ? Number(value) : value;
      return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
    }
    case 'boolean':
      if (value === 'true' || value === true) return true;
      return value === 'false' || value === false ? false : undefined;
    case 'list':
      if (Array.isArray(value)) return value;
      return typeof value === 'string' ? readList(value) : undefined;
    case 'date':
      return typeof value === 'string' && isDate(value) ? value : undefined;
    case 'path':
      // One that may be left out has an empty default.
      if (value === '') return input.default === '' ? value : undefined;
      return typeof value === 'string' && !value.includes('\0') ? value : undefined;
    default:
      return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
  }
}

const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,3})?$/i;

/** A day that the calendar has, as in 2026-01-31. */
function isDate(text: string): boolean {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : new Date(Number.NaN);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

/** What an input takes, as it follows “must be”. */
export function wanted(input: InputDeclaration): string {
  if (input.enum) return `one of ${input.enum.join(', ')}`;
  const words = {
    number: 'a number',
    boolean: 'true or false',
    list: 'a list such as a, b or ["a", "b"]',
    date: 'a date such as 2026-01-31',
    path: 'a path',
    string: 'a text',
    enum: 'one of its options',
  };
  return words[input.type ?? 'string'];
}
