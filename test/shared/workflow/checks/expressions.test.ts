import { describe, expect, it } from 'vitest';
import { HEADER, READ, check } from './pages.ts';
import { problemsOf, checkTable, type Row } from './table.ts';

const type = (says: string, trips: string, passes: string, told?: string): Row => ({
  says: `${says} [core.language.expressions] [core.refuse.cel-type]`,
  code: 'expression.type',
  trips: check(trips),
  passes: check(passes),
  ...(told === undefined ? {} : { told }),
});

checkTable('types', [
  type(
    'a text is no number',
    '¦steps.a.output.text > 80',
    'steps.a.output.count > 80',
    'a text cannot be compared with a number by >',
  ),
  type('the place is that of the part', 'true && ¦inputs.a > 80', 'true && inputs.n > 80'),
  type(
    'a number is no text',
    '¦inputs.a + 1 == "a1"',
    'inputs.a + string(1) == "a1"',
    'Make the number a text with string(…)',
  ),
  type(
    'a check is yes or no',
    '¦steps.a.output.count',
    'steps.a.output.count == 1',
    'gives a number; yes or no is needed here',
  ),
  type(
    'an option of a list is of its type',
    '¦inputs.n in ["a"]',
    'inputs.n in [1, 2]',
    'a number cannot be looked for in a list',
  ),
  type(
    'items have the type of their list',
    'steps.a.output.names.all(x, ¦x > 1)',
    'steps.a.output.sizes.all(x, x > 1)',
  ),
  type(
    'fields of items have their type',
    'steps.a.output.items.all(i, ¦i.path > 1)',
    'steps.a.output.items.all(i, i.size > 1)',
  ),
  type(
    'an unknown function is told with the nearest',
    '¦siez(inputs.list) > 1',
    'size(inputs.list) > 1',
    'There is no function siez(). Did you mean size()?',
  ),
  type('a function takes its types', '¦inputs.a.matches(1)', 'inputs.a.matches("1")', 'does not take a number'),
  type('and wants yes or no on both sides', '¦inputs.flag && inputs.a', 'inputs.flag && inputs.a == ""'),
  type('a condition is yes or no', '(¦inputs.n ? 1 : 2) == 1', '(inputs.flag ? 1 : 2) == 1'),
  type(
    'both ways of a condition have one type',
    '(¦inputs.flag ? inputs.a : 2) == 1',
    '(inputs.flag ? inputs.n : 2) == 1',
  ),
]);

describe('numbers', () => {
  it.each([
    'inputs.n >= 80.0',
    'inputs.n >= 80',
    '80 <= inputs.n',
    'steps.a.output.count == 80',
    'inputs.n in [80, 81]',
    '80 in steps.a.output.sizes',
    'steps.a.output.sizes == [1, 2.5]',
    'size(inputs.list) > inputs.n',
    'inputs.n * 2 + 1 > size(inputs.list) % 2',
    'inputs.list[inputs.n] == 1',
    'inputs.list[size(inputs.list) - 1] == 1',
    '(inputs.flag ? inputs.n : 0) > 1',
    '(inputs.flag ? inputs.n + 1 : size(inputs.a)) > 1',
    'inputs.n != null',
    'inputs.a == null || inputs.list != null',
    'steps.a.output.sizes.map(x, x + 1) == [2]',
    'steps.a.output.maybe == "x" || steps.a.output.maybe == null',
    'timestamp(run.started_at) + duration("1d12h") < timestamp("2026-01-01T00:00:00Z")',
  ])('and what else JSON has go together: %s [core.language.expressions]', (that) => {
    expect(problemsOf(check(that))).toEqual([]);
  });
});

checkTable('types that settings take', [
  {
    says: 'foreach goes through a list, until and if are yes or no, a wait ends at a moment [core.language.expressions]',
    code: 'expression.type',
    trips: `${HEADER}
stage S1 | persona: tester | when: ¦inputs.a
  foreach E | in: ¦inputs.a | as: x
    step A | ${READ}
  repeat R | every: 5s | until: ¦output.count
    step B | ${READ}
  when H | if: ¦inputs.n
    step C | ${READ}
  wait I | until: ¦inputs.n`,
    passes: `${HEADER}
stage S1 | persona: tester | when: inputs.flag
  foreach E | in: inputs.list | as: x
    step A | ${READ}
  repeat R | every: 5s | until: output.ok
    step B | ${READ}
  when H | if: inputs.n > 1
    step C | ${READ}
  wait I | until: timestamp(run.started_at) + duration("1d")
  wait J | until: inputs.a`,
  },
]);

checkTable('expressions', [
  {
    says: 'that are none are told where [core.language.expressions]',
    code: 'expression.syntax',
    trips: `${HEADER}\nstage S1 | persona: tester\n  step A | ${READ} | with: { name: "x \${{ inputs.a ¦= 1 }}", token: "\${{ inputs.a +¦ }}" }`,
    passes: `${HEADER}\nstage S1 | persona: tester\n  step A | ${READ} | with: { name: "x \${{ inputs.a == '1' }}", token: "\${{ inputs.a + '}}' }}" }`,
  },
  {
    says: 'that never end are told [core.language.expressions]',
    code: 'expression.unclosed',
    trips: `${HEADER}\nstage S1 | persona: tester\n  step A | ${READ} | with: { name: "x ¦\${{ inputs.a }" }`,
    passes: `${HEADER}\nstage S1 | persona: tester\n  step A | ${READ} | with: { name: "x \${{ {'a': {'b': inputs.a}}.a.b }}" }`,
  },
  {
    says: 'hold patterns, durations and moments that are some [core.language.expressions]',
    code: 'expression.literal',
    trips: check(
      'inputs.a.matches(¦"(a") && duration(¦"5 weeks") < duration("7d") && timestamp(¦"soon") > timestamp(run.started_at)',
    ),
    passes: check(
      'inputs.a.matches("(a)") && duration("5d12h") < duration("7d") && timestamp("2026-01-31T12:00:00Z") > timestamp(run.started_at)',
    ),
  },
  {
    says: 'are capped in length [core.language.expressions]',
    code: 'expression.limit',
    trips: check(`¦true${' && true'.repeat(600)}`),
    passes: check(`true${' && true'.repeat(100)}`),
  },
]);
