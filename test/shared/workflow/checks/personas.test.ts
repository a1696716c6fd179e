import { checkTable } from './table.ts';

checkTable('personas', [
  {
    says: 'an unknown one is told with the nearest known [core.language.roles]',
    code: 'persona.unknown',
    trips: 'stage S1 | ¦persona: testr',
    passes: 'stage S1 | persona: tester',
    told: 'Did you mean tester?',
  },
  {
    says: 'one of somebody’s own is told to count once it is trusted [core.language.roles]',
    code: 'persona.unknown',
    trips: 'stage S1 | ¦persona: my_own_operator',
    passes: 'stage S1 | persona: tester',
    told: 'has a page, and counts once that is trusted',
  },
  {
    says: 'use the actions that they may [core.language.roles]',
    code: 'persona.action',
    trips: 'stage S1 | persona: reader\n  retry R | attempts: 2\n    step A | ¦uses: act.write',
    passes: 'stage S1 | persona: reader\n  retry R | attempts: 2\n    step A | uses: act.read',
    told: 'The persona “reader” may not use act.write.',
  },
  {
    says: 'use the secrets that they may [core.language.secrets]',
    code: 'persona.secret',
    trips: `stage S1 | persona: tester\n  step A | uses: act.read | with: { ¦token: "\${{ secret('OTHER') }}" }`,
    passes: `stage S1 | persona: tester\n  step A | uses: act.read | with: { token: "\${{ secret('TOKEN') }}" }`,
    told: 'the secret OTHER',
  },
]);
