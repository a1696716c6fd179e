import { isObject, type Json, type JsonObject, type JsonSchema } from '../json.ts';
import type { Definition } from './definition.ts';
import { nearest } from './nearest.ts';

/** An input as the header declares it. */
export interface InputDeclaration {
  type?: 'string' | 'number' | 'boolean' | 'enum' | 'list' | 'path' | 'date';
  enum?: string[];
  title?: string;
  default?: Json;
}

/** What a workflow takes, by name, in the order of the page. */
export function inputsOf(definition: Definition): Record<string, InputDeclaration> {
  const declared = definition.header.settings.inputs;
  return isObject(declared) ? (declared as Record<string, InputDeclaration & JsonObject>) : {};
}

/** The type of `inputs` in expressions. */
export function inputSchema(declared: Json | undefined): JsonSchema {
  const inputs = isObject(declared) ? (declared as Record<string, InputDeclaration & JsonObject>) : {};
  const properties = Object.fromEntries(
    Object.entries(inputs).map(([name, input]) => [name, isObject(input) ? schemaOf(input) : {}]),
  );
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
  definition: Definition,
  given: Readonly<JsonObject>,
): { values: JsonObject; problems: InputProblem[] } {
  const declared = inputsOf(definition);
  const values: JsonObject = {};
  const problems: InputProblem[] = [];
  for (const name of Object.keys(given)) {
    if (name in declared) continue;
    const near = nearest(name, Object.keys(declared));
    const hint = near ? ` Did you mean ${near}?` : ` It takes: ${Object.keys(declared).join(', ') || 'nothing'}.`;
    problems.push({ code: 'input.unknown', input: name, message: `This workflow takes no input “${name}”.${hint}` });
  }
  for (const [name, input] of Object.entries(declared)) {
    const value = given[name] ?? input.default;
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
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
    }
    case 'boolean':
      if (value === 'true' || value === true) return true;
      return value === 'false' || value === false ? false : undefined;
    case 'list':
      if (Array.isArray(value)) return value;
      return typeof value === 'string'
        ? value
            .split(',')
            .map((item) => item.trim())
            .filter((item) => item !== '')
        : undefined;
    case 'date': {
      const isDate = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value));
      return isDate ? value : undefined;
    }
    case 'path':
      return typeof value === 'string' && value !== '' && !value.includes('\0') ? value : undefined;
    default:
      return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
  }
}

function wanted(input: InputDeclaration): string {
  if (input.enum) return `one of ${input.enum.join(', ')}`;
  const words = {
    number: 'a number',
    boolean: 'true or false',
    list: 'a list',
    date: 'a date such as 2026-01-31',
    path: 'a path',
    string: 'a text',
    enum: 'one of its options',
  };
  return words[input.type ?? 'string'];
}
