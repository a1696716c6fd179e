import { expect, it } from 'vitest';
import { structured } from '../../../daemon/agent/structured.ts';

it.each<[string, string, object, unknown]>([
  [
    'a text with brackets in it',
    '"put it into {braces} and [brackets]"',
    { type: 'string' },
    'put it into {braces} and [brackets]',
  ],
  ['a number', ' 42\n', { type: 'number' }, 42],
  ['an object', '{"a": "[b]"}', { type: 'object' }, { a: '[b]' }],
  ['an object behind a sentence', 'Here it is: {"a": 1}', { type: 'object' }, { a: 1 }],
  ['an object in a fence', 'Done.\n```json\n{"a": 1}\n```', { type: 'object' }, { a: 1 }],
  ['a list in a fence', '```\n[1, 2]\n```', { type: 'array' }, [1, 2]],
])('reads %s from an answer [personas.agent.structured]', (_, text, schema, data) => {
  expect(structured(text, schema as never)).toEqual({ data });
});
