import { describe, expect, it } from 'vitest';
import { macroIn, readMacro, writeMacro } from '../../../shared/workflow/macro.ts';
import { LINEAR, toGrow } from '../../fakes/growth.ts';

describe('the macro of a node', () => {
  it.each([
    ['{{renderer :stagebook, step}} Build', 'step', 'Build', 0],
    ['{{renderer :stagebook,sign-off}}', 'sign-off', '', 0],
    ['{{renderer   :stagebook ,  gate  }}   Good, enough  ', 'gate', 'Good, enough', 0],
    ['## {{renderer :stagebook, stage}} Prepare', 'stage', 'Prepare', 3],
    ['TODO {{renderer :stagebook, check}} x', 'check', 'x', 5],
    ['### DONE [#A] {{renderer :stagebook, check}} x', 'check', 'x', 14],
    ['[#C] {{renderer :stagebook, step}} {{x}} y', 'step', '{{x}} y', 5],
    ['{{renderer :stagebook}} x', '', 'x', 0],
    ['{{renderer :stagebook, step, more}} x', 'step, more', 'x', 0],
  ])('is read from %j', (line, role, title, column) => {
    expect(readMacro(line)).toEqual({ role, title, column });
  });

  it.each([
    '',
    'step',
    'a {{renderer :stagebook, step}}',
    '####### {{renderer :stagebook, step}}',
    '{{renderer :stagebook-extra, step}}',
    '{{renderer :other, step}}',
    '{{renderer :stagebook, step',
    '`{{renderer :stagebook, step}}`',
  ])('does not begin %j', (line) => {
    expect(readMacro(line)).toBeUndefined();
  });

  it('is written as it is read', () => {
    expect(readMacro(writeMacro('step', 'A title'))).toEqual({ role: 'step', title: 'A title', column: 0 });
    expect(writeMacro('otherwise', '')).toBe('{{renderer :stagebook, otherwise}}');
  });

  it('is found anywhere but in code', () => {
    expect(macroIn('do {{renderer :stagebook, step}}')).toBe(3);
    expect(macroIn('do {{renderer :stagebook, step')).toBe(3);
    expect(macroIn('do `{{renderer :stagebook, step}}`')).toBe(-1);
    expect(macroIn('`a` {{renderer :stagebook, step}}')).toBe(4);
    expect(macroIn(':stagebook')).toBe(-1);
  });

  it('costs time in proportion to the line, however hostile', () => {
    const read = (size: number): void => {
      readMacro(`{{renderer :stagebook,${' '.repeat(2 * size)}`);
      macroIn(`${'`'.repeat(size)}:stagebook${'{{ '.repeat(size)}`);
    };
    expect(toGrow(12_500, read)).toBeLessThan(LINEAR);
  });
});
