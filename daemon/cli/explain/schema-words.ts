import { isObject, type Json, type JsonSchema } from '../../../shared/json.ts';
import { DURATION } from '../../../shared/workflow/duration.ts';

/** A field of an object, as somebody who fills it in has to know it. */
export interface FieldWords {
  name: string;
  type: string;
  needed: boolean;
  /** What holds where it is left out, as JSON. */
  standard?: string;
  description?: string;
}

/** The fields of an object's schema, in its order. Of a choice of objects those of each. */
export function fieldsOf(schema: JsonSchema): FieldWords[] {
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  return Object.entries(isObject(schema.properties) ? schema.properties : {}).map(([name, each]) => {
    const field = isObject(each) ? each : {};
    const { default: standard, description } = field;
    return {
      name,
      type: typeWords(field),
      needed: required.has(name),
      ...(standard === undefined ? {} : { standard: JSON.stringify(standard) }),
      ...(typeof description === 'string' ? { description } : {}),
    };
  });
}

/** The type that a schema demands, in a few words: `text`, `list of whole numbers from 1`, `{ name: text, size?: number }`. */
export function typeWords(schema: JsonSchema): string {
  if (typeof schema.title === 'string') return schema.title;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (Array.isArray(schema.enum)) return schema.enum.map(valueWords).join(' | ');
  const choice = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(choice)) return choiceWords(choice);
  if (Array.isArray(schema.type)) return choiceWords(schema.type.map((type) => ({ ...schema, type })));
  switch (schema.type) {
    case 'string':
      return textWords(schema);
    case 'number':
      return `number${rangeWords(schema)}`;
    case 'integer':
      return `whole number${rangeWords(schema)}`;
    case 'boolean':
      return 'true or false';
    case 'null':
      return 'nothing';
    case 'array':
      return `list of ${several(isObject(schema.items) ? typeWords(schema.items) : 'anything')}`;
    case 'object':
      return objectWords(schema);
    default:
      return 'anything';
  }
}

function valueWords(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The types of JSON: a choice of them all is none. */
const JSON_TYPES = ['string', 'number', 'boolean', 'null', 'array', 'object'];

function choiceWords(choice: readonly Json[]): string {
  const forms = choice.filter(isObject);
  if (JSON_TYPES.every((type) => forms.some((form) => form.type === type))) return 'anything';
  return [...new Set(forms.map(typeWords))].join(' or ');
}

function textWords({ pattern, format }: JsonSchema): string {
  if (pattern === DURATION.source) return 'duration, such as 30s';
  if (format === 'uri') return 'address';
  if (format === 'date-time') return 'moment';
  return 'text';
}

function rangeWords({ minimum, maximum, exclusiveMinimum }: JsonSchema): string {
  const safe = (bound: Json | undefined): bound is number =>
    typeof bound === 'number' && Math.abs(bound) < Number.MAX_SAFE_INTEGER;
  if (safe(minimum) && safe(maximum)) return ` from ${minimum} to ${maximum}`;
  if (safe(minimum)) return ` from ${minimum} on`;
  if (safe(exclusiveMinimum)) return ` above ${exclusiveMinimum}`;
  return safe(maximum) ? ` up to ${maximum}` : '';
}

function objectWords(schema: JsonSchema): string {
  const fields = fieldsOf(schema);
  if (fields.length > 0) {
    return `{ ${fields.map(({ name, type, needed }) => `${name}${needed ? '' : '?'}: ${type}`).join(', ')} }`;
  }
  const { additionalProperties: each } = schema;
  return isObject(each) && Object.keys(each).length > 0 ? `names, each with ${typeWords(each)}` : 'names with values';
}

/** What a list is of. A choice is in brackets, so that it is seen what is chosen. */
function several(words: string): string {
  if (/ \| | or /.test(words) && !words.startsWith('{')) return `(${words})`;
  return words.replace(/^(?:text|number|whole number)\b/, '$&s');
}
