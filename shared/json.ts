/** Any JSON value: what settings, outputs, memory and event payloads are made of. */
export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

/** A JSON Schema document (draft 2020-12, as `z.toJSONSchema` gives it): the type of an input or an output. */
export type JsonSchema = JsonObject;

/** True for a plain object, not for null or a list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
