import { basename } from 'node:path';
import { fail } from '../../shared/failure.ts';
import { isObject, type Json, type JsonObject } from '../../shared/json.ts';
import { formats } from './index.ts';
import type { Imported, KnownPersona } from './format.ts';

/** The largest file, in characters. */
const LONGEST = 2_000_000;

/** Reads a file of somebody else's as what it is here. Throws `import.unknown`, `import.invalid`. */
export async function importFile(path: string, text: string, personas: readonly KnownPersona[]): Promise<Imported> {
  const name = basename(path);
  if (text.length > LONGEST) throw fail('invalid', 'import.invalid', `${name} is too long to be imported.`);
  const given = { name, text, json: jsonOf(name, text) };
  const format = formats.find((each) => each.is(given));
  if (format) return format.read(given, personas);
  throw fail(
    'invalid',
    'import.unknown',
    `${name} is nothing that can be imported: a persona of Hypertool (JSON), a file with mcpServers (JSON), or a runbook (Markdown).`,
  );
}

function jsonOf(name: string, text: string): JsonObject | undefined {
  if (!/\.json$/i.test(name) && !text.trimStart().startsWith('{')) return undefined;
  let json: Json;
  try {
    json = JSON.parse(text) as Json;
  } catch (error) {
    if (!/\.json$/i.test(name)) return undefined;
    throw fail('invalid', 'import.invalid', `${name} is no JSON: ${(error as Error).message}`);
  }
  return isObject(json) ? json : undefined;
}
