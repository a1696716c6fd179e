import { checkTable } from './table.ts';

const retry = (inside: string): string => `stage S1 | persona: tester
  retry R | attempts: 3
    sequence Q
      ${inside}`;

checkTable('retries', [
  {
    says: 'do not repeat something irreversible that nobody can be asked about [core.language.roles]',
    code: 'retry.irreversible',
    trips: retry('step A | ¦uses: act.irreversible'),
    passes: retry('step A | uses: act.published'),
  },
  {
    says: 'tell that a script which ends with another exit code is not tried again [core.language.roles]',
    code: 'retry.script',
    trips: 'stage S1 | persona: tester\n  retry R | ¦attempts: 3\n    step A | uses: shell.run',
    passes: 'stage S1 | persona: tester\n  retry R | attempts: 3 | on: [shell.failed]\n    step A | uses: shell.run',
    told: 'on: [shell.failed]',
    warning: true,
  },
  {
    says: 'nor a page that does so [core.language.roles]',
    code: 'retry.irreversible',
    trips: retry('call A | ¦page: Danger'),
    passes: retry('call A | page: Gated'),
    told: 'which “Danger” uses',
  },
  {
    says: 'are what counts: once is no matter [core.language.roles]',
    code: 'retry.irreversible',
    trips: retry('timeout T | after: 5m\n        step A | ¦uses: act.irreversible'),
    passes: 'stage S1 | persona: tester\n  timeout T | after: 5m\n    step A | uses: act.irreversible',
  },
]);
