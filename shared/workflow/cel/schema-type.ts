import { isObject, type JsonSchema } from '../../json.ts';
import { ITEM } from './syntax.ts';

/** The types that a check can tell apart. `dyn` is everything that is not known before it runs. */
export type CelType =
  'double' | 'string' | 'bool' | 'list' | 'list<double>' | 'list<string>' | 'list<bool>' | 'map' | 'dyn';

/** The CEL type of what a JSON Schema describes. All numbers of JSON are doubles. */
export function celTypeOf(schema: JsonSchema | undefined): CelType {
  if (!schema) return 'dyn';
  if (Array.isArray(schema.enum)) return schema.enum.every((value) => typeof value === 'string') ? 'string' : 'dyn';
  if (typeof schema.const === 'string') return 'string';
  switch (schema.type) {
    case 'string':
      return 'string';
    case 'number':
    case 'integer':
      return 'double';
    case 'boolean':
      return 'bool';
    case 'array':
      return listType(isObject(schema.items) ? celTypeOf(schema.items) : 'dyn');
    case 'object':
      return 'map';
    default:
      return 'dyn';
  }
}

function listType(item: CelType): CelType {
  return item === 'double' || item === 'string' || item === 'bool' ? `list<${item}>` : 'list';
}

/**
 * The schema of a field, or of an item (`[]`); `missing` when there certainly is none of that name, undefined when nothing is
 * known about it.
 */
export function fieldOf(schema: JsonSchema | undefined, name: string): JsonSchema | 'missing' | undefined {
  if (!schema) return undefined;
  const choices = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(choices)) {
    const possible = choices.filter(isObject).filter((choice) => choice.type !== 'null');
    return possible.length === 1 ? fieldOf(possible[0], name) : undefined;
  }
  if (name === ITEM) return schema.type === 'array' && isObject(schema.items) ? schema.items : undefined;
  if (['string', 'number', 'integer', 'boolean'].includes(String(schema.type))) return 'missing';
  if (schema.type !== 'object' || !isObject(schema.properties)) return undefined;
  const field = Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
  if (isObject(field)) return field;
  const open = isObject(schema.additionalProperties) || schema.additionalProperties === true;
  return open || Object.keys(schema.properties).length === 0 ? undefined : 'missing';
}

/** The schema at a chain of names; undefined when nothing is known about it. */
export function schemaAt(schema: JsonSchema | undefined, names: readonly string[]): JsonSchema | undefined {
  let at = schema;
  for (const name of names) {
    const field = fieldOf(at, name);
    at = field === 'missing' ? undefined : field;
  }
  return at;
}
