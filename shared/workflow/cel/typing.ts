import type { Environment } from '@marcbachmann/cel-js';
import { isObject, type Json, type JsonSchema } from '../../json.ts';
import { environment } from './environment.ts';
import { firstLine, type Program } from './program.ts';

/** The types that a check can tell apart. `dyn` is everything that is not known before it runs. */
export type CelType = 'double' | 'string' | 'bool' | 'list' | 'map' | 'dyn';

/** Stand-ins of each type; as names of inputs and outputs they cannot occur. */
const STAND_INS: Readonly<Record<Exclude<CelType, 'dyn'>, string>> = {
  double: '__double',
  string: '__string',
  bool: '__bool',
  list: '__list',
  map: '__map',
};

let typed: Environment | undefined;

function typedEnvironment(): Environment {
  if (!typed) {
    typed = environment.clone();
    for (const [type, name] of Object.entries(STAND_INS)) typed.registerVariable(name, type);
  }
  return typed;
}

const known = new Map<string, { type: string } | { error: string }>();

/**
 * Type-checks an expression: each chain of names is taken to have the type that `typeOf` gives. Gives the type of the whole,
 * or what is wrong with it in one sentence.
 */
export function checkTypes(
  program: Program,
  typeOf: (names: readonly string[]) => CelType,
): { type: string } | { error: string } {
  let text = program.text;
  for (const path of program.paths.toReversed()) {
    const type = path.asked ? 'dyn' : typeOf(path.names);
    if (type !== 'dyn') text = text.slice(0, path.start) + STAND_INS[type] + text.slice(path.end);
  }
  text = text.replace(/\bduration\(/g, 'timespan(').replace(/\.matches\(/g, '.re2test(');
  let result = known.get(text);
  if (!result) {
    const checked = typedEnvironment().check(text);
    result = checked.valid ? { type: String(checked.type) } : { error: firstLine(checked.error) };
    if (known.size > 20_000) known.clear();
    known.set(text, result);
  }
  return result;
}

/** The CEL type of what a JSON Schema describes. */
export function celTypeOf(schema: JsonSchema | undefined): CelType {
  if (!schema) return 'dyn';
  if (Array.isArray(schema.enum)) return schema.enum.every((value) => typeof value === 'string') ? 'string' : 'dyn';
  switch (schema.type) {
    case 'string':
      return 'string';
    case 'number':
    case 'integer':
      return 'double';
    case 'boolean':
      return 'bool';
    case 'array':
      return 'list';
    case 'object':
      return 'map';
    default:
      return 'dyn';
  }
}

/** The schema of a field; `missing` when the schema certainly has none of that name, undefined when nothing is known. */
export function fieldOf(schema: JsonSchema | undefined, name: string): JsonSchema | 'missing' | undefined {
  if (!schema) return undefined;
  const choices = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(choices)) {
    const fields = choices
      .filter((choice) => isObject(choice) && choice.type !== 'null')
      .map((choice) => fieldOf(choice as JsonSchema, name));
    return fields.length === 1 ? fields[0] : undefined;
  }
  if (schema.type !== 'object' || !isObject(schema.properties)) return undefined;
  const field = schema.properties[name] as Json | undefined;
  if (isObject(field)) return field;
  return isObject(schema.additionalProperties) || Object.keys(schema.properties).length === 0 ? undefined : 'missing';
}
