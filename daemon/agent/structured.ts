import type { Json, JsonObject } from '../../shared/json.ts';
import { readJson } from '../../shared/read-json.ts';
import { argumentTrouble } from '../mcp/arguments.ts';

/** The JSON in a model's answer by a schema, or what is wrong with it, as the model is told. */
export function structured(text: string, schema: JsonObject): { data: Json } | { trouble: string } {
  // An answer that is JSON as it stands is that, whatever brackets are in its texts.
  const whole = fitting(text.trim(), schema);
  return 'data' in whole ? whole : fitting(jsonIn(text), schema);
}

function fitting(written: string, schema: JsonObject): { data: Json } | { trouble: string } {
  let data: Json;
  try {
    data = readJson(written);
  } catch (error) {
    return { trouble: `it is no JSON (${(error as Error).message})` };
  }
  const trouble = argumentTrouble({ type: 'object', properties: { it: schema }, required: ['it'] }, { it: data });
  return trouble === undefined
    ? { data }
    : { trouble: `it does not fit the schema: ${trouble.replace(/^it[.:]?\s*/, '')}` };
}

/** Models put JSON into a fence, or a sentence before it. */
function jsonIn(text: string): string {
  const fenced = /```(?:json)?\s*\n([\s\S]*?)\n\s*```/.exec(text)?.[1];
  if (fenced !== undefined) return fenced;
  const [from, to] = [text.search(/[[{]/), Math.max(text.lastIndexOf('}'), text.lastIndexOf(']'))];
  return from !== -1 && to > from ? text.slice(from, to + 1) : text.trim();
}
