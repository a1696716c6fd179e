import { checkTable } from './table.ts';

const call = (settings: string): string => `stage S1 | persona: tester\n  call C | ${settings}`;

checkTable('calls', [
  {
    says: 'name a page that there is [core.language.calls]',
    code: 'call.page',
    trips: call('¦page: Nowhere'),
    passes: call('page: Other | with: { a: x }'),
  },
  {
    says: 'never lead back to a page that is being called [core.refuse.cycle] [core.language.calls]',
    code: 'call.cyclic',
    trips: call('¦page: Round'),
    passes: call('page: Danger'),
    told: 'W → Round → Trip → Round',
  },
  {
    says: 'never lead back to their own page [core.refuse.cycle] [core.language.calls]',
    code: 'call.cyclic',
    trips: call('¦page: Home'),
    passes: call('page: Gated'),
    told: 'W → Home',
  },
  {
    says: 'may have the title of the page that calls them [core.language.calls]',
    code: 'call.cyclic',
    trips: call('¦page: Home'),
    passes: call('page: Twin'),
  },
  {
    says: 'give the inputs that the page needs [core.language.inputs]',
    code: 'call.input',
    trips: call('page: Other | ¦with: { n: 2 }')
      .replace('stage', 'stage')
      .concat('\n  call D | page: Other | with: { ¦n: two, a: x }'),
    passes: call('page: Other | with: { a: x, n: 2 }'),
  },
  {
    says: 'give no others [core.language.inputs]',
    code: 'call.input',
    trips: call('page: Other | with: { a: x, ¦nn: 2 }'),
    passes: call('page: Other | with: { a: x }'),
    told: 'takes no input “nn”. Did you mean n?',
  },
  {
    says: 'are used by what the page gives [core.language.scope]',
    code: 'field.unknown',
    trips: `${call('page: Other | with: { a: x }')}\n  step A | uses: act.read | with: { name: "\${{ ¦steps.c.output.y }}" }`,
    passes: `${call('page: Other | with: { a: x }')}\n  step A | uses: act.read | with: { name: "\${{ steps.c.output.x }}" }`,
  },
]);
