import type { ParseError } from '@marcbachmann/cel-js';
import { nearest } from '../nearest.ts';
import { environment } from './environment.ts';

// What the library says, in the words of somebody who writes a page.

/** Why a text is no expression, and where (from 0). */
export function explainSyntax(text: string, error: ParseError): { message: string; column: number } {
  const column = Math.min(error.range?.start ?? 0, text.length);
  if (text.trim() === '') return { message: 'There is no expression here.', column };
  return { message: `This is no expression: ${syntaxTrouble(error.summary, text)}.${hint(text, column)}`, column };
}

function syntaxTrouble(said: string, text: string): string {
  if (/EOF/.test(said)) return `“${text.trim().slice(-30)}” ends too early`;
  return said.charAt(0).toLowerCase() + said.slice(1);
}

function hint(text: string, column: number): string {
  const rest = text.slice(column);
  const before = text.slice(0, column).trimEnd();
  if (/^=(?!=)/.test(rest)) return ' Compare with ==.';
  if (/^(?:and|or)\b/.test(rest)) return ' Write && for “and” and || for “or”.';
  if (/\bnot$/.test(before)) return ' Write ! for “not”.';
  if (/^&(?!&)|^\|(?!\|)/.test(rest)) return ' Write && for “and” and || for “or”.';
  return '';
}

/** A type error of the library. */
export interface TypeTrouble {
  code: string;
  summary: string;
  range?: { start: number; end: number } | undefined;
}

/** What is wrong with the types of an expression, in one sentence or two. */
export function explainTypes(text: string, { code, summary, range }: TypeTrouble): string {
  const part = range ? text.slice(range.start, range.end).trim() : text;
  const about = `“${part}” has no meaning:`;
  const quoted = [...summary.matchAll(/'([^']*)'/g)].map(([, type]) => word(type!));
  switch (code) {
    case 'no_such_overload':
      return `${about} ${operatorTrouble(summary)}`;
    case 'no_matching_overload':
      return functionTrouble(part, summary);
    case 'invalid_condition_type':
    case 'invalid_logical_operand':
      return `${about} yes or no is needed here, not ${quoted.at(-1) ?? 'this'}.`;
    case 'incompatible_ternary_branches':
      return `${about} both branches must be of one type, not ${quoted.join(' and ')}.`;
    case 'invalid_index_type':
      return `${about} ${quoted.at(-1) ?? 'this'} cannot tell which item is meant.`;
    case 'cannot_index_type':
      return `${about} ${quoted.at(-1) ?? 'this'} has no fields and no items.`;
    case 'invalid_comprehension_range':
      return `${about} ${quoted.at(0) ?? 'this'} has no items to go through.`;
    case 'invalid_macro_argument':
      return part.includes('has') || summary.includes('has()')
        ? 'has() asks for a field: has(steps.build.output).'
        : `${about} ${summary}.`;
    default:
      return `${about} ${summary}.`;
  }
}

const COMPARISONS = new Set(['==', '!=', '<', '<=', '>', '>=']);

function operatorTrouble(summary: string): string {
  const said = summary.replace(/^no such overload: /, '');
  const binary = /^(\S.*?) (==|!=|<=|>=|<|>|\+|-|\*|\/|%|in) (\S.*)$/.exec(said);
  if (!binary) return `${word(said.slice(1))} cannot stand after ${said[0]}.`;
  const [left, operator, right] = [word(binary[1]!), binary[2]!, word(binary[3]!)];
  if (COMPARISONS.has(operator)) return `${left} cannot be compared with ${right} by ${operator}.`;
  if (operator === 'in') return `${left} cannot be looked for in ${right}.`;
  const texts = operator === '+' && [left, right].includes('a text') && [left, right].includes('a number');
  return `${left} and ${right} do not go together with ${operator}.${texts ? ' Make the number a text with string(…).' : ''}`;
}

function functionTrouble(part: string, summary: string): string {
  const call = /'(?:(.*)\.)?(\w+)\((.*)\)'$/.exec(summary);
  if (!call) return `“${part}” has no meaning: ${summary}.`;
  const [, receiver, name, types] = call as unknown as [string, string | undefined, string, string];
  const known = functionNames();
  if (!known.has(name)) {
    const near = nearest(name, known);
    return `There is no function ${name}().${near ? ` Did you mean ${near}()?` : ''}`;
  }
  const given = types === '' ? 'nothing' : types.split(', ').map(word).join(' and ');
  const on = receiver === undefined ? '' : ` of ${word(receiver)}`;
  return `${name}()${on} does not take ${given}, or does not exist in this form.`;
}

let names: ReadonlySet<string> | undefined;

function functionNames(): ReadonlySet<string> {
  names ??= new Set(environment.getDefinitions().functions.map(({ name }) => name));
  return names;
}

const WORDS: Readonly<Record<string, string>> = {
  double: 'a number',
  int: 'a number',
  uint: 'a number',
  string: 'a text',
  bool: 'yes or no',
  list: 'a list',
  map: 'an object',
  null: 'nothing',
  bytes: 'bytes',
  timestamp: 'a moment',
  'google.protobuf.Timestamp': 'a moment',
  'google.protobuf.Duration': 'a duration',
  Secret: 'a secret',
  dyn: 'something',
  type: 'a type',
};

/** A type of CEL in words. */
export function word(type: string): string {
  const base = type.replace(/<.*$/, '');
  return WORDS[base] ?? base;
}
