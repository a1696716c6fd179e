import { checkTable } from './table.ts';

const route = (
  by: string,
  more: string,
  ...cases: string[]
): string => `workflow W | inputs: { level: { enum: [major, minor, patch] }, n: { type: number } } | memory: "\${{ inputs.n }}\${{ inputs.level }}"
stage S1 | persona: tester
  route R | by: ${by}${more}
    ${cases.join('\n    ')}`;

checkTable('routes', [
  {
    says: 'every case can be reached past the ones before it [core.language.roles]',
    code: 'case.unreachable',
    trips: route('inputs.n', '', 'case A | is: [1, 2]', 'case B | ¦is: 2', 'case C | ¦is: [2, 1]'),
    passes: route('inputs.n', '', 'case A | is: [1, 2]', 'case B | is: 3', 'case C | is: "2"'),
  },
  {
    says: 'every case can be reached by what is asked [core.language.roles]',
    code: 'case.unreachable',
    trips: route('inputs.level', ' | default: major', 'case A | is: major', 'case B | ¦is: majro'),
    passes: route('inputs.level', ' | default: major', 'case A | is: major', 'case B | is: [patch, majro]'),
    told: 'by can only be major, minor, patch',
  },
  {
    says: 'the default is one of the cases [core.language.roles]',
    code: 'route.default',
    trips: route('inputs.n', ' | ¦default: 3', 'case A | is: [1, 2]'),
    passes: route('inputs.n', ' | default: 2', 'case A | is: [1, 2]'),
  },
  {
    says: 'a value that no case takes is a warning [core.language.roles]',
    code: 'route.open',
    trips: route('inputs.level', '', 'case A | is: [major, minor]').replace('by:', '¦by:'),
    passes: route('inputs.level', '', 'case A | is: [major, minor]', 'case B | is: patch'),
    told: 'Nothing is said for patch',
    warning: true,
  },
  {
    says: 'a value that an earlier case takes is a warning [core.language.roles]',
    code: 'case.shadowed',
    trips: route('inputs.n', '', 'case A | is: 1', 'case B | ¦is: [1, 2]'),
    passes: route('inputs.n', '', 'case A | is: 1', 'case B | is: 2'),
    warning: true,
  },
]);
