import { checkTable } from './table.ts';

const breaker = (inside: string): string => `stage S1 | persona: tester
  breaker B | name: b | failures: 3 | recovery: 1m
    sequence Q
      step A | uses: act.read
      ${inside}`;
const cache = (inside: string): string => `stage S1 | persona: tester
  cache C | key: k | ttl: 1h
    ${inside}`;

checkTable('waiting', [
  {
    says: 'nobody is waited for inside a breaker [core.language.roles]',
    code: 'node.waits_inside',
    trips: breaker('¦ask X | question: Well?\n      ¦wait Y | for: 5m\n      ¦gate G\n        sign-off Ok'),
    passes: breaker('step B2 | uses: act.read'),
  },
  {
    says: 'nor in a page that is called there [core.language.roles]',
    code: 'node.waits_inside',
    trips: breaker('¦call X | page: Gated'),
    passes: breaker('call X | page: Danger'),
    told: 'as in “Gated”',
  },
  {
    says: 'a cache holds what reads [core.language.roles]',
    code: 'cache.effect',
    trips: cache('step A | ¦uses: act.write'),
    passes: cache('step A | uses: act.read'),
  },
  {
    says: 'a cache holds no page that does more than read [core.language.roles]',
    code: 'cache.effect',
    trips: cache('call A | ¦page: Danger'),
    passes: cache('call A | page: Other | with: { a: x }'),
  },
]);
