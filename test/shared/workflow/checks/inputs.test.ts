import { checkTable } from './table.ts';

const use = (...names: string[]): string =>
  `\nstage S1 | persona: tester\n  step A | uses: act.read | with: { name: "${names.map((name) => `\${{ inputs.${name} }}`).join(' ')}" }`;

checkTable('inputs', [
  {
    says: 'have names that expressions can use [core.language.inputs]',
    code: 'input.name',
    trips: `workflow W | inputs: { ¦My-Input: {}, a: {} }${use('a')}`,
    passes: `workflow W | inputs: { my_input: {}, a: {} }${use('a', 'my_input')}`,
  },
  {
    says: 'that are a choice have options, and options make a choice [core.language.inputs]',
    code: 'input.enum',
    trips: `workflow W | inputs: { ¦a: { type: enum }, b: { ¦type: number, enum: [x] } }${use('a', 'b')}`,
    passes: `workflow W | inputs: { a: { type: enum, enum: [x] }, b: { enum: [x] } }${use('a', 'b')}`,
  },
  {
    says: 'have defaults of their own type [core.language.inputs]',
    code: 'input.default',
    trips: `workflow W | inputs: { a: { type: number, ¦default: much }, b: { enum: [x], ¦default: y }, c: { type: date, ¦default: 2026-02-31 } }${use('a', 'b', 'c')}`,
    passes: `workflow W | inputs: { a: { type: number, default: 1.5 }, b: { enum: [x], default: x }, c: { type: date, default: 2026-02-28 } }${use('a', 'b', 'c')}`,
  },
]);
