import { expect, it } from 'vitest';
import { sawText } from '../../../shared/run/saw.ts';

it('says what a check saw: one value alone, several by what tells them apart', () => {
  expect(sawText({ 'steps.tests.output.coverage': 83.400000001 })).toBe('83.4');
  expect(sawText({ 'steps.ci.output.state': 'failure' })).toBe('"failure"');
  expect(sawText({ 'run_the_tests.ok': true, 'run_the_tests.passed': 12 })).toBe('ok true, passed 12');
  expect(sawText({ 'run_the_tests.coverage': 71, 'inputs.coverage': 80 })).toBe(
    'run_the_tests.coverage 71, inputs.coverage 80',
  );
  expect(sawText({ a: 1, 'b.a': 2 })).toBe('a 1, b.a 2');
  expect([{}, null, [1]].map(sawText)).toEqual(['', 'nothing', '[1]']);
  expect(sawText({ 'inputs.suites': [] })).toBe('nothing');
  expect(sawText({ a: null, b: {} })).toBe('a nothing, b nothing');
});

it.each([
  [79.999_96, '79.99996'],
  [0.000_03, '0.00003'],
  [0.1 + 0.2, '0.3'],
  [-0.000_5, '-0.0005'],
  [12_345_678, '12345678'],
  [1234.567_891, '1234.5679'],
])('a number is exact enough to be held against its limit: %s', (value, text) => {
  expect(sawText({ coverage: value })).toBe(text);
});
