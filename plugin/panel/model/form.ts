import { isObject, type Json, type JsonObject, type JsonSchema } from '../../../shared/json.ts';
import type { InputDeclaration } from '../../../shared/workflow/inputs.ts';
import { listText } from '../../../shared/workflow/list-text.ts';

/** One field of a form. What is typed is text, whatever it becomes. */
export interface Field {
  name: string;
  label: string;
  help?: string;
  kind: 'text' | 'long' | 'number' | 'boolean' | 'choice' | 'date' | 'json';
  options?: string[];
  required: boolean;
  /** What stands in it first. */
  initial: string;
}

/** The fields of a workflow's inputs, filled with what was given, else with their defaults. */
export function inputFields(inputs: Readonly<Record<string, InputDeclaration>>, given: Readonly<JsonObject>): Field[] {
  return Object.entries(inputs).map(([name, input]) => {
    const value = (Object.hasOwn(given, name) ? given[name] : undefined) ?? input.default;
    const list = input.type === 'list';
    return {
      name,
      label: input.title ?? name,
      ...(list ? { help: 'Several, with commas between them, or as in ["a", "b"]' } : {}),
      kind: input.enum ? 'choice' : kindOf(input.type),
      ...(input.enum ? { options: input.enum } : {}),
      required: input.default === undefined && input.type !== 'boolean',
      initial: list && Array.isArray(value) ? listText(value) : plain(value),
    };
  });
}

function kindOf(type: InputDeclaration['type']): Field['kind'] {
  if (type === 'number' || type === 'boolean' || type === 'date') return type;
  return 'text';
}

/** What was typed into the fields of inputs, as a workflow takes it: an empty field says nothing. */
export function inputsFrom(fields: readonly Field[], typed: ReadonlyMap<string, string>): JsonObject {
  const values: JsonObject = {};
  for (const { name, initial, kind } of fields) {
    const value = typed.get(name) ?? initial;
    if (kind === 'boolean') values[name] = value === 'true';
    else if (value.trim() !== '') values[name] = value;
  }
  return values;
}

/** The fields of a question's JSON Schema: those of an object, else one called `` for the whole answer. */
export function schemaFields(schema: JsonSchema): Field[] {
  if (!isObject(schema.properties)) return [schemaField('', schema, true)];
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(schema.properties).map(([name, property]) =>
    schemaField(name, isObject(property) ? property : {}, required.includes(name)),
  );
}

function schemaField(name: string, schema: JsonSchema, required: boolean): Field {
  const { title, description, format, maxLength } = schema;
  const options = Array.isArray(schema.enum) ? schema.enum.map(plain) : undefined;
  const kind = (): Field['kind'] => {
    if (options) return 'choice';
    if (schema.type === 'boolean') return 'boolean';
    if (schema.type === 'number' || schema.type === 'integer') return 'number';
    if (schema.type !== 'string' && schema.type !== undefined) return 'json';
    if (format === 'date') return 'date';
    return typeof maxLength === 'number' && maxLength <= 200 ? 'text' : 'long';
  };
  return {
    name,
    label: typeof title === 'string' ? title : name || 'Answer',
    ...(typeof description === 'string' ? { help: description } : {}),
    kind: kind(),
    ...(options ? { options } : {}),
    required,
    initial: plain(schema.default),
  };
}

/** The answer that was typed into the fields of a schema, or what is wrong with it, by the name of its field. */
export function answerFrom(
  schema: JsonSchema,
  typed: ReadonlyMap<string, string>,
): { answer: Json } | { wrong: Map<string, string> } {
  const wrong = new Map<string, string>();
  const values = new Map<string, Json>();
  for (const field of schemaFields(schema)) {
    const text = typed.get(field.name) ?? field.initial;
    const read = readField(field, text, optionsOf(schema, field.name));
    if (read === undefined) {
      if (field.required) wrong.set(field.name, 'Fill this in.');
    } else if ('problem' in read) wrong.set(field.name, read.problem);
    else values.set(field.name, read.value);
  }
  if (wrong.size > 0) return { wrong };
  if (!isObject(schema.properties)) return { answer: values.get('') ?? null };
  return { answer: Object.fromEntries(values) };
}

function optionsOf(schema: JsonSchema, name: string): Json[] {
  const own = name === '' ? schema : isObject(schema.properties) ? schema.properties[name] : undefined;
  return isObject(own) && Array.isArray(own.enum) ? own.enum : [];
}

function readField(
  { kind }: Field,
  text: string,
  options: readonly Json[],
): { value: Json } | { problem: string } | undefined {
  if (kind === 'boolean') return { value: text === 'true' };
  if (text.trim() === '') return undefined;
  if (kind === 'number') {
    const number = Number(text);
    return Number.isFinite(number) ? { value: number } : { problem: 'This must be a number.' };
  }
  if (kind === 'choice') {
    const option = options.find((each) => plain(each) === text);
    return option === undefined ? { problem: 'Choose one of the options.' } : { value: option };
  }
  if (kind !== 'json') return { value: text };
  try {
    return { value: JSON.parse(text) as Json };
  } catch {
    return { problem: 'This must be JSON, such as ["a", "b"].' };
  }
}

function plain(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
