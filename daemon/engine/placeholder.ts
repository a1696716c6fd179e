import { z } from 'zod';
import { isObject, type Json, type JsonObject } from '../../shared/json.ts';

/** A value of a schema's shape in which every text says what would be there: what a dry run shows for an action it does not do. */
export function placeholder(schema: z.ZodType): Json {
  return fill(z.toJSONSchema(schema, { unrepresentable: 'any', io: 'output' }) as JsonObject, 'value');
}

function fill(schema: Json | undefined, name: string): Json {
  if (!isObject(schema)) return null;
  if (schema.const !== undefined) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0] ?? null;
  const choice = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(choice)) return fill(choice[0], name);
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case 'object': {
      const properties = isObject(schema.properties) ? schema.properties : {};
      return Object.fromEntries(Object.entries(properties).map(([key, inner]) => [key, fill(inner, key)]));
    }
    case 'array':
      return [];
    case 'string':
      return `<${name}>`;
    case 'integer':
    case 'number':
      return 0;
    case 'boolean':
      return true;
    default:
      return null;
  }
}
