import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { fail } from '../../shared/failure.ts';
import { isObject, type Json, type JsonObject } from '../../shared/json.ts';

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/** One operation of an API: a method on a path, with what it is given and what it answers. */
export interface Operation {
  /** `POST /api/notices`: what tells it apart. */
  endpoint: string;
  method: string;
  path: string;
  /** Its operationId; empty where it has none. */
  id: string;
  summary: string;
  value: JsonObject;
  /** What its path says for all of its operations: parameters. */
  shared: JsonObject;
}

/** Reads an OpenAPI document (JSON or YAML, version 3). Throws `openapi.no_file` and `openapi.no_document`. */
export async function readDocument(file: string): Promise<JsonObject> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw fail(
      'not-found',
      'openapi.no_file',
      `The OpenAPI document ${file} cannot be read: ${(error as Error).message}`,
    );
  }
  return parseDocument(text, file);
}

/** The same from a text; `where` is its name in messages. */
export function parseDocument(text: string, where: string): JsonObject {
  const content = tryParse(text);
  if (isObject(content) && typeof content.openapi === 'string' && isObject(content.info)) return content;
  throw fail(
    'invalid',
    'openapi.no_document',
    `${where} is no OpenAPI document: it must be JSON or YAML with "openapi" (3.x) and "info".`,
  );
}

function tryParse(text: string): unknown {
  try {
    // JSON is YAML too, and reads faster as what it is.
    return text.trimStart().startsWith('{') ? (JSON.parse(text) as unknown) : (parse(text) as unknown);
  } catch {
    return undefined;
  }
}

/** All operations in the order of the document. */
export function operationsOf(document: JsonObject): Operation[] {
  const paths = isObject(document.paths) ? document.paths : {};
  return Object.entries(paths).flatMap(([path, item]) => {
    if (!isObject(item)) return [];
    return METHODS.flatMap((name) => {
      const value = item[name];
      if (!isObject(value)) return [];
      const method = name.toUpperCase();
      return {
        endpoint: `${method} ${path}`,
        method,
        path,
        id: typeof value.operationId === 'string' ? value.operationId : '',
        summary: typeof value.summary === 'string' ? value.summary : '',
        value,
        shared: item,
      };
    });
  });
}

/** Follows `$ref` within the document, as far as it leads; what leads nowhere is an empty object. */
export function resolve(document: JsonObject, value: Json | undefined): JsonObject {
  let at: Json | undefined = value;
  for (let steps = 0; isObject(at) && typeof at.$ref === 'string' && steps < 50; steps += 1) {
    at = at.$ref
      .replace(/^#\//, '')
      .split('/')
      .reduce<Json | undefined>(
        (inside, part) => (isObject(inside) ? inside[part.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined),
        document,
      );
  }
  return isObject(at) ? at : {};
}

/** The schema of a JSON body (of a request or a response), resolved; undefined where there is none. */
export function jsonSchemaOf(document: JsonObject, body: JsonObject): JsonObject | undefined {
  const content = isObject(body.content) ? body.content : {};
  const type = Object.keys(content).find((name) => /^application\/(?:[\w.+-]+\+)?json/.test(name));
  const media = type === undefined ? undefined : content[type];
  return isObject(media) && media.schema !== undefined ? resolve(document, media.schema) : undefined;
}
