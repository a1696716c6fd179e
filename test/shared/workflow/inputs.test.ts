import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../shared/json.ts';
import { workflow } from '../../../shared/workflow/build.ts';
import { inputsOf, readInputs, type InputDeclaration } from '../../../shared/workflow/inputs.ts';

const read = (inputs: Record<string, InputDeclaration>, given: Record<string, Json>) =>
  readInputs(workflow('W', { inputs }), given);
const one = (input: InputDeclaration, value: Json): unknown => read({ a: input }, { a: value }).values.a;

describe('inputs', () => {
  it.each<[InputDeclaration, Json, Json]>([
    [{}, 'x', 'x'],
    [{ type: 'string' }, 5, '5'],
    [{ type: 'number' }, '80.5', 80.5],
    [{ type: 'number' }, ' -1e3 ', -1000],
    [{ type: 'number' }, 0, 0],
    [{ type: 'boolean' }, 'true', true],
    [{ type: 'boolean' }, false, false],
    [{ enum: ['major', 'minor'] }, 'minor', 'minor'],
    [{ type: 'list' }, 'a, b ,,c', ['a', 'b', 'c']],
    [{ type: 'list' }, [1, 'b'], [1, 'b']],
    [{ type: 'list' }, '["python3","x, y.py"]', ['python3', 'x, y.py']],
    [{ type: 'list' }, ' [npm, test]', ['npm', 'test']],
    [{ type: 'list' }, '[\n  "a",\n  1\n]', ['a', 1]],
    [{ type: 'list' }, '[pytest, -n, 4,]', ['pytest', '-n', '4']],
    [{ type: 'list' }, '[]', []],
    [{ type: 'list' }, '{a}, b[0]', ['{a}', 'b[0]']],
    [{ type: 'path' }, './x y', './x y'],
    [{ type: 'date' }, '2028-02-29', '2028-02-29'],
  ])('of %j take %j [core.language.inputs]', (input, value, expected) => {
    expect(one(input, value)).toEqual(expected);
  });

  it.each<[InputDeclaration, Json, string]>([
    [{}, true, 'a text'],
    [{ type: 'number' }, 'many', 'a number'],
    [{ type: 'number' }, '', 'a number'],
    [{ type: 'number' }, '0x10', 'a number'],
    [{ type: 'number' }, '1e999', 'a number'],
    [{ type: 'boolean' }, 'yes', 'true or false'],
    [{ enum: ['major', 'minor'] }, 'patch', 'one of major, minor'],
    [{ type: 'list' }, 5, 'a list such as a, b or ["a", "b"]'],
    [{ type: 'list' }, '["python3","x.py"', 'a list such as a, b or ["a", "b"]'],
    [{ type: 'list' }, '[a] b, c', 'a list such as a, b or ["a", "b"]'],
    [{ type: 'list' }, '[a], other: b', 'a list such as a, b or ["a", "b"]'],
    [{ type: 'path' }, '', 'a path'],
    [{ type: 'path' }, 'a\0b', 'a path'],
    [{ type: 'date' }, '2026-02-30', 'a date such as 2026-01-31'],
    [{ type: 'date' }, 'tomorrow', 'a date such as 2026-01-31'],
  ])('of %j do not take %j [core.language.inputs]', (input, value, wanted) => {
    expect(read({ a: input }, { a: value })).toEqual({
      values: {},
      problems: [
        {
          code: 'input.type',
          input: 'a',
          message: `The input “a” must be ${wanted}; ${JSON.stringify(value)} is not.`,
        },
      ],
    });
  });

  it('that are not given have their default, or are missing [core.language.inputs] [core.refuse.input]', () => {
    const { values, problems } = read(
      { a: { default: 'x' }, b: { title: 'The second' }, c: { type: 'number', default: 2 } },
      { c: null },
    );
    expect(values).toEqual({ a: 'x', c: 2 });
    expect(problems).toEqual([
      { code: 'input.missing', input: 'b', message: 'The input “b” (The second) is missing. Give it with -i b=…' },
    ]);
  });

  it('that there are not are told with the nearest [core.language.inputs]', () => {
    const { problems } = read({ directory: {} }, { directroy: 'x', directory: 'y', constructor: 'z' });
    expect(problems.map(({ message }) => message)).toEqual([
      'This workflow takes no input “directroy”. Did you mean directory?',
      'This workflow takes no input “constructor”. It takes: directory.',
    ]);
  });

  it('have no options that are no words', () => {
    const options: unknown[] = ['major', { toString: 'x' }, null, 2];
    expect(read({ level: { enum: options as string[] } }, { level: '2' }).values).toEqual({ level: '2' });
  });

  it('are read whatever the page declares', () => {
    const declared = fc.oneof(
      fc.jsonValue(),
      fc.dictionary(fc.constantFrom('type', 'enum', 'default', 'title'), fc.jsonValue()),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), declared), fc.dictionary(fc.string(), fc.jsonValue()), (inputs, given) => {
        const definition = workflow('W', { inputs: inputs as Record<string, InputDeclaration> });
        const { values, problems } = readInputs(definition, given as Record<string, Json>);
        const told = problems.filter(({ code }) => code !== 'input.unknown').length;
        expect(Object.keys(values).length + told).toBe(Object.keys(inputsOf(definition)).length);
      }),
    );
  });
});
