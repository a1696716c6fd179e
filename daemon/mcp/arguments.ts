import { Validator, type OutputUnit } from '@cfworker/json-schema';
import type { Json, JsonObject } from '../../shared/json.ts';
import { holdsTemplate } from '../../shared/workflow/template.ts';

/**
 * What is wrong with the arguments of a tool by its JSON schema, in one sentence; undefined when nothing is. The schema is
 * interpreted and never made into code: it comes from a server. With `templates`, a text with `${{ }}` may be anything.
 */
export function argumentTrouble(
  schema: JsonObject,
  args: JsonObject,
  { templates = false }: { templates?: boolean } = {},
): string | undefined {
  const draft = String(schema.$schema ?? '').includes('draft-07') ? '7' : '2020-12';
  try {
    const { valid, errors } = new Validator(schema, draft, false).validate(args);
    if (valid) return undefined;
    const open = templates ? placesOfTemplates(args, '#') : [];
    const certain = open.length === 0 ? errors : errors.filter((error) => isCertain(error, errors, open));
    // The deepest says most; those above it only say that something below is wrong.
    const [worst] = certain.toSorted((one, other) => depth(other.instanceLocation) - depth(one.instanceLocation));
    if (!worst) return undefined;
    const where = worst.instanceLocation.replace(/^#\/?/, '').replaceAll('/', '.');
    return `${where === '' ? '' : `${where}: `}${worst.error}`;
  } catch (error) {
    return `its schema cannot be used (${(error as Error).message}).`;
  }
}

/** Keywords by which a schema only passes on what one inside of it says. */
const PASSING = new Set([
  'properties',
  'patternProperties',
  'additionalProperties',
  'items',
  'prefixItems',
  'allOf',
  'anyOf',
  'oneOf',
  'not',
  'if',
  'then',
  'else',
  '$ref',
]);

/** Whether an error holds whatever the templates stand for. Among alternatives one may fit that now seems not to. */
function isCertain(
  { keyword, keywordLocation, instanceLocation }: OutputUnit,
  all: readonly OutputUnit[],
  open: readonly string[],
): boolean {
  // A name that the schema does not know stays unknown; one whose value does not fit only seems to be.
  if (keyword === 'false') return !all.some((other) => other.keyword !== 'false' && isWithin(other, instanceLocation));
  if (PASSING.has(keyword) || /\/(anyOf|oneOf|not|if|then|else)\//.test(keywordLocation)) return false;
  return !open.some((place) => instanceLocation === place || instanceLocation.startsWith(`${place}/`));
}

function isWithin({ instanceLocation }: OutputUnit, place: string): boolean {
  return instanceLocation === place || instanceLocation.startsWith(`${place}/`);
}

/** Where texts with `${{ }}` stand, as JSON pointers. */
function placesOfTemplates(value: Json, at: string): string[] {
  if (typeof value === 'string') return holdsTemplate(value) ? [at] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    placesOfTemplates(item, `${at}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  );
}

function depth(location: string): number {
  return location.split('/').length;
}
