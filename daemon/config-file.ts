import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { fail, type StagebookError } from '../shared/failure.ts';
import type { Json } from '../shared/json.ts';
import { issuesOf } from '../shared/workflow/checks/issues.ts';
import { nearest } from '../shared/workflow/nearest.ts';
import { namesIn } from '../shared/workflow/schema-names.ts';
import { placeIn } from './yaml-places.ts';

/** The configuration of a data directory. */
export const CONFIG_FILE = 'config.yaml';

/** One thing that is wrong with the file, and where: `line:column`, from 1. */
interface Problem {
  place: string;
  message: string;
}

/**
 * Reads a data directory's configuration by its schema; a file that is not there is an empty one. Throws `config.invalid`, whose
 * data has the file and every problem with its place.
 */
export function readSettings<T>(home: string, schema: z.ZodType<T>): T {
  const file = join(home, CONFIG_FILE);
  if (!existsSync(file)) {
    const other = join(home, 'config.yml');
    if (existsSync(other))
      throw fail('invalid', 'config.invalid', `${other} is not read: call it ${CONFIG_FILE}, or take it away.`);
    return schema.parse({});
  }
  const places = new LineCounter();
  const document = parseDocument(textOf(file), { lineCounter: places, prettyErrors: false });
  const [error] = document.errors;
  if (error) {
    const { line, col } = places.linePos(error.pos[0]);
    throw refused(file, 'is not valid YAML', [{ place: `${line}:${col}`, message: error.message }]);
  }
  const written = valueOf(file, document);
  const parsed = schema.safeParse(written);
  if (parsed.success) return parsed.data;
  throw refused(file, 'cannot be used', problemsOf(parsed.error, written, schema, document, places));
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const why = (error as Error).message;
    throw fail('invalid', 'config.invalid', `${file} cannot be read: ${why}. It is a file of yours, in YAML.`);
  }
}

function valueOf(file: string, document: Document): Json {
  try {
    return (document.toJS() ?? {}) as Json;
  } catch (error) {
    throw refused(file, 'is not valid YAML', [{ place: '1:1', message: (error as Error).message }]);
  }
}

function problemsOf(
  error: z.ZodError,
  written: Json,
  schema: z.ZodType,
  document: Document,
  places: LineCounter,
): Problem[] {
  const issues = issuesOf(error, written);
  if (issues.length === 0) return [{ place: '1:1', message: error.issues[0]!.message }];
  return issues.map(({ is, path, said }) => {
    const place = placeIn(document, places, path);
    if (is === 'unknown') return { place, message: unknown(path, schema) };
    return { place, message: `${path.join('.') || 'the file'}: ${said.replace(/^does not fit: /, '')}` };
  });
}

function unknown(path: readonly string[], schema: z.ZodType): string {
  const [name, above] = [path.at(-1)!, path.slice(0, -1)];
  const near = nearest(name, namesIn(schema, above));
  const where = above.length === 0 ? '' : ` in ${above.join('.')}`;
  return `There is no setting “${name}”${where}${near === undefined ? '' : `, but one called ${near}`}`;
}

function refused(file: string, what: string, problems: readonly Problem[]): StagebookError {
  const sorted = problems.toSorted((one, other) => lineOf(one) - lineOf(other));
  const all = sorted.map(({ place, message }) => `${place} ${message}`).join('; ');
  const data = { file, problems: sorted.map((each) => ({ ...each })) };
  return fail('invalid', 'config.invalid', `${file} ${what}. ${all.replace(/\.$/, '')}.`, { data });
}

const lineOf = ({ place }: Problem): number => Number.parseInt(place, 10);
