import { checkTable } from './table.ts';

const two = (one: string, other: string): string => `stage S1 | persona: tester
  breaker A | ${one}
    step A1 | uses: act.read
  breaker B | ${other}
    step B1 | uses: act.read`;

checkTable('breakers', [
  {
    says: 'of one name have the same settings [core.language.roles]',
    code: 'breaker.conflict',
    trips: two('name: npm | failures: 3 | recovery: 1m', '¦name: npm | failures: 4 | recovery: 1m'),
    passes: two('name: npm | failures: 3 | recovery: 1m', 'name: pypi | failures: 4 | recovery: 1m'),
  },
  {
    says: 'may write the same in two ways [core.language.roles]',
    code: 'breaker.conflict',
    trips: two('name: npm | failures: 3 | recovery: 60s', '¦name: npm | failures: 3 | recovery: 2m'),
    passes: two('name: npm | failures: 3 | recovery: 60s', 'name: npm | failures: 3 | recovery: 1m'),
  },
]);
