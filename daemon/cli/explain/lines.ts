import type { JsonSchema } from '../../../shared/json.ts';
import { EXPRESSIONS } from './expressions.ts';
import { fieldsOf, typeWords, type FieldWords } from './schema-words.ts';
import type { ActionExplained, RoleExplained, WhatThereIs } from './what-there-is.ts';

const EXPRESSION_TYPES: Readonly<Record<string, string>> = {
  bool: 'expression: yes or no',
  list: 'expression: a list',
  timestamp: 'expression: a moment',
  string: 'expression: a text',
  any: 'expression',
};

/** Everything in one line each, with what expressions can say. */
export function overviewLines({ roles, actions }: WhatThereIs): string[] {
  return [
    'Roles: what a block is, {{renderer :stagebook, ROLE}} Title',
    ...table(roles.map(({ role, summary }) => [role, summary])),
    '',
    'Actions: what the uses: of a step names',
    ...actionTable(actions),
    '',
    'Expressions: alone where a setting is one (that, if, when, until, by, in), within ${{ … }} elsewhere',
    ...table(EXPRESSIONS),
    '',
    'stagebook explain NAME has the settings of one; stagebook persona list says who may use what.',
  ];
}

/** Actions in one line each. */
export function actionTable(actions: readonly ActionExplained[]): string[] {
  return table(actions.map(({ action, effect, summary }) => [action, effect, summary]));
}

/** One role with its settings, what it holds and what it gives. */
export function roleLines({ role, summary, settings, expressions, holds, stands, output }: RoleExplained): string[] {
  const fields = settingsOf(settings).map((field) => {
    const type = Object.hasOwn(expressions, field.name) ? EXPRESSION_TYPES[expressions[field.name]!] : undefined;
    return type === undefined ? field : { ...field, type };
  });
  return [
    `${role}, a role`,
    summary,
    ...section('Settings', fields.length > 0 ? fieldLines(fields) : [`  ${String(settings.description)}`]),
    '',
    `Holds   ${holds}`,
    `Stands  ${stands}`,
    `Output  ${typeWords(output)}`,
  ];
}

/** One action with what it takes and gives. */
export function actionLines({ action, summary, effect, fence, personas, ...schemas }: ActionExplained): string[] {
  return [
    `${action}, an action`,
    summary,
    ...section('with', fieldLines(settingsOf(schemas.with))),
    ...section('output', fieldLines(settingsOf(schemas.output))),
    '',
    `Effect    ${effect}`,
    ...(fence ? ['Fence     one more, beside its yaml: the code or text that it works on'] : []),
    `Personas  ${personas.join(', ') || 'none that comes with Stagebook: name it under actions: of one of yours'}`,
  ];
}

/** The fields of a schema; where it is a choice of objects, of all of them. */
function settingsOf(schema: JsonSchema): FieldWords[] {
  const choice = schema.anyOf ?? schema.oneOf;
  if (!Array.isArray(choice)) return fieldsOf(schema);
  const all = choice.flatMap((each) => fieldsOf(each as JsonSchema));
  return [...new Map(all.map((field) => [field.name, field])).values()].map((field) => ({
    ...field,
    needed: all.filter(({ name, needed }) => name === field.name && needed).length === choice.length,
  }));
}

function fieldLines(fields: readonly FieldWords[]): string[] {
  return table(
    fields
      .filter(({ name }) => name !== 'id')
      .map(({ name, type, needed, standard, description }) => {
        const left = standard === undefined ? (needed ? '' : ', or left out') : `; else ${standard}`;
        return [name, `${type}${left}${description === undefined ? '' : `. ${description}`}`];
      }),
  );
}

function section(title: string, lines: readonly string[]): string[] {
  return ['', title, ...(lines.length > 0 ? lines : ['  none of its own'])];
}

/** Columns as wide as they need to be, the last as it comes. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ')}`.trimEnd());
}
