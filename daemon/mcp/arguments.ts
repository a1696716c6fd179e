import { Validator } from '@cfworker/json-schema';
import type { JsonObject } from '../../shared/json.ts';

/**
 * What is wrong with the arguments of a tool by its JSON schema, in one sentence; undefined when nothing is. The schema is
 * interpreted and never made into code: it comes from a server.
 */
export function argumentTrouble(schema: JsonObject, args: JsonObject): string | undefined {
  const draft = String(schema.$schema ?? '').includes('draft-07') ? '7' : '2020-12';
  try {
    const { valid, errors } = new Validator(schema, draft, false).validate(args);
    if (valid) return undefined;
    // The deepest says most; those above it only say that something below is wrong.
    const worst = errors.toSorted((one, other) => depth(other.instanceLocation) - depth(one.instanceLocation))[0]!;
    const where = worst.instanceLocation.replace(/^#\/?/, '').replaceAll('/', '.');
    return `${where === '' ? '' : `${where}: `}${worst.error}`;
  } catch (error) {
    return `its schema cannot be used (${(error as Error).message}).`;
  }
}

function depth(location: string): number {
  return location.split('/').length;
}
