import type { z } from 'zod';
import { isObject, type Json } from '../../json.ts';
import { nearest } from '../nearest.ts';
import { holdsTemplate } from '../template.ts';

/** What does not fit a schema. */
export interface Issue {
  is: 'missing' | 'unknown' | 'type' | 'invalid';
  path: readonly string[];
  /** What is needed, as it follows the setting's name: `must be a number`; for `unknown`, the names there are. */
  said: string;
}

/**
 * What zod has against a value, in words. What holds `${{ }}` is not known yet, so nothing is said of it: what it gives is checked
 * when it runs.
 */
export function issuesOf(error: z.ZodError, value: Json): Issue[] {
  return error.issues.flatMap((issue) => told(issue, [], value));
}

function told(issue: z.core.$ZodIssue, before: readonly string[], root: Json): Issue[] {
  const path = [...before, ...issue.path.map(String)];
  const value = path.reduce<Json | undefined>((at, name) => inside(at, name), root);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key): Issue => ({ is: 'unknown', path: [...path, key], said: '' }));
  }
  if (holdsTemplate(value)) return [];
  if (issue.code === 'invalid_union') return fewest(issue, path, root, value);
  if (value === undefined) return [{ is: 'missing', path, said: 'is missing' }];
  const is = issue.code === 'invalid_type' ? 'type' : 'invalid';
  return [{ is, path, said: sentence(issue, value) }];
}

function inside(at: Json | undefined, name: string): Json | undefined {
  if (Array.isArray(at)) return at[Number(name)];
  return isObject(at) && Object.hasOwn(at, name) ? at[name] : undefined;
}

/** Of several forms the one that was most likely meant: the one that least speaks against. */
function fewest(issue: z.core.$ZodIssueInvalidUnion, path: string[], root: Json, value: Json | undefined): Issue[] {
  const forms = issue.errors.map((errors) => errors.flatMap((each) => told(each, path, root)));
  // A form that only a template's value decides may well fit.
  if (forms.some((form) => form.length === 0)) return [];
  const here = forms.filter((form) => form.every(({ path: where }) => where.length === path.length));
  if (here.length === forms.length) {
    return [
      {
        is: value === undefined ? 'missing' : 'type',
        path,
        said: [...new Set(here.flat().map(({ said }) => said))].join(' or '),
      },
    ];
  }
  const weight = (form: readonly Issue[]): number =>
    form.reduce(
      (sum, { is, path: where }) => sum + (is === 'unknown' ? 2 : 1) + (where.length === path.length ? 10 : 0),
      0,
    );
  return forms.toSorted((a, b) => weight(a) - weight(b))[0] ?? [];
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
};

function sentence(issue: z.core.$ZodIssue, value: Json): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${KINDS[issue.expected] ?? issue.expected}`;
    case 'invalid_value': {
      const near = typeof value === 'string' ? nearest(value, issue.values.map(String)) : undefined;
      return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}${near ? ` (did you mean ${near}?)` : ''}`;
    }
    case 'too_small':
      return issue.origin === 'number' || issue.origin === 'int'
        ? `must be at least ${issue.minimum}`
        : `must not be shorter than ${issue.minimum}`;
    case 'too_big':
      return issue.origin === 'number' || issue.origin === 'int'
        ? `must be at most ${issue.maximum}`
        : `must not be longer than ${issue.maximum}`;
    default: {
      const message = issue.message.replace(/^Invalid string: /, '');
      if (/^an? /.test(message)) return `must be ${message}`;
      return /^(?:is|must|give|has|have) /.test(message) ? message : `does not fit: ${message}`;
    }
  }
}
