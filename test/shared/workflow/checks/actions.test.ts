import { describe, expect, it } from 'vitest';
import { checkWorkflow } from '../../../../shared/workflow/check.ts';
import { parseWorkflowText } from '../../../../shared/workflow/parse.ts';
import { catalogue } from '../catalogue.ts';
import { page } from '../page.ts';
import { checkTable, type Row } from './table.ts';

const step = (
  settings: string,
  uses = 'act.read',
): string => `workflow W | inputs: { a: {}, n: { type: number } } | memory: "\${{ inputs.a }}\${{ inputs.n }}"
stage S1 | persona: tester
  step A | uses: ${uses} | ${settings}`;
const row = (says: string, code: string, trips: string, passes: string, told?: string): Row => ({
  says,
  code,
  trips: step(trips),
  passes: step(passes),
  ...(told === undefined ? {} : { told }),
});

checkTable('what a step does', [
  {
    says: 'an unknown action is told with the nearest known [core.refuse.action]',
    code: 'action.unknown',
    trips: step('timeout: 5m', 'act.raed').replace('uses:', '¦uses:'),
    passes: step('timeout: 5m'),
    told: 'There is no action “act.raed”. Did you mean act.read?',
  },
  row(
    'an unknown setting is told with the nearest known',
    'input.unknown',
    'with: { ¦nmae: x }',
    'with: { name: x }',
    'Did you mean name?',
  ),
  row('also inside of another', 'input.unknown', 'with: { options: { ¦depe: 1 } }', 'with: { options: { deep: 1 } }'),
  row(
    'a value of another type says which',
    'input.type',
    'with: { ¦count: many }',
    'with: { count: 3 }',
    'count of act.read must be a number',
  ),
  row(
    'one of several words says which',
    'input.type',
    'with: { ¦level: majr }',
    'with: { level: major }',
    'did you mean major?',
  ),
  row('an item of a list is told at its place', 'input.type', 'with: { files: [a, ¦5] }', 'with: { files: [a, b] }'),
  row(
    'of a union the form that was meant is told',
    'input.type',
    'with: { either: { ¦what: 5 } }',
    'with: { either: { what: x } }',
  ),
  row(
    'a union says all that it takes',
    'input.type',
    'with: { ¦either: 5 }',
    'with: { either: x }',
    'must be a text or must be an object',
  ),
  {
    says: 'a missing setting is told at with, or at the step',
    code: 'input.missing',
    trips: 'stage S1 | persona: tester\n  ¦step A | uses: act.needs\n  step B | uses: act.needs | ¦with: {}',
    passes: 'stage S1 | persona: tester\n  step A | uses: act.needs | with: { name: x }',
    told: 'act.needs needs “name”.',
  },
  row(
    'a template may stand for any value of its type',
    'expression.type',
    'with: { count: "${{ ¦inputs.a }}", name: "${{ inputs.a }}" }',
    'with: { count: "${{ inputs.n }}", name: "${{ inputs.a }}" }',
    '“inputs.a” gives a text; a number is needed here.',
  ),
  row(
    'a template with text around it is a text',
    'expression.type',
    'with: { count: "¦1${{ inputs.n }}" }',
    'with: { name: "1${{ inputs.n }}" }',
    'a number is needed here',
  ),
  {
    says: 'script text holds no template [core.language.literals]',
    code: 'setting.literal',
    trips: step('with: { ¦script: "rm ${{ inputs.a }}" }', 'act.code'),
    passes: step('with: { script: "ls" }', 'act.code'),
  },
]);

describe('code in a fence', () => {
  const withCode = (uses: string, code: string): string =>
    `${page(`stage S1 | persona: tester\n  step A | uses: ${uses}`).text.trimEnd()}\n\t  \`\`\`bash\n\t  ${code}\n\t  \`\`\`\n`;
  const problemsOf = (text: string) => checkWorkflow(parseWorkflowText(text), catalogue);

  it('is for actions that take it', () => {
    expect(problemsOf(withCode('act.read', 'ls'))).toMatchObject([
      { code: 'action.source', severity: 'error', place: { line: 6, column: 4, node: 's1/a' } },
    ]);
    expect(problemsOf(withCode('act.code', 'ls'))).toEqual([]);
  });

  it('is literal: a template in it is told [core.language.literals]', () => {
    expect(problemsOf(withCode('act.code', 'ls ${{ inputs.a }}'))).toMatchObject([
      { code: 'source.template', severity: 'warning', place: { line: 6, column: 4 } },
    ]);
  });
});
