import { checkTable } from './table.ts';

const each = (...names: string[]): string =>
  `stage S1 | persona: tester\n  foreach E | in: '["a"]' | ${names.join(' | ')}\n    step A | uses: act.read`;

checkTable('names that a page gives', [
  {
    says: 'keys of memory can be used in expressions [core.language.ids]',
    code: 'memory.key',
    trips: 'stage S1 | persona: tester\n  step A | uses: act.read | remember: { ¦Big-Key: 1, ¦run: 2 }',
    passes: 'stage S1 | persona: tester\n  step A | uses: act.read | remember: { big_key: 1 }',
  },
  {
    says: "a foreach's item hides nothing [core.language.scope]",
    code: 'name.taken',
    trips: each('¦as: inputs'),
    passes: each('as: item'),
  },
  {
    says: "a foreach's item is no word of the language of expressions [core.language.scope]",
    code: 'name.taken',
    trips: `${each('¦as: for')}\n  foreach G | in: '[1]' | ¦as: string\n    step B | uses: act.read`,
    passes: each('as: file'),
  },
  {
    says: "a foreach's item is not the one of the foreach around it [core.language.scope]",
    code: 'name.taken',
    trips: `stage S1 | persona: tester
  foreach E | in: '["a"]' | as: item
    foreach F | in: '["a"]' | ¦as: item
      step A | uses: act.read`,
    passes: `stage S1 | persona: tester
  foreach E | in: '["a"]' | as: item
    foreach F | in: '["a"]' | as: other
      step A | uses: act.read`,
  },
]);
