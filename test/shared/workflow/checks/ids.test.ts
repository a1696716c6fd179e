import { checkTable } from './table.ts';

checkTable('ids', [
  {
    says: 'are unique on the page, and the later one is told [core.language.ids]',
    code: 'id.duplicate',
    trips: `stage S1 | persona: tester
  step A | uses: act.read
  ¦step A | uses: act.read
  step B | ¦id: a | uses: act.read`,
    passes: `stage S1 | persona: tester
  step A | uses: act.read
  step A | id: a2 | uses: act.read`,
  },
  {
    says: 'are unique also across branches and with the header [core.language.ids]',
    code: 'id.duplicate',
    trips: `stage S1 | persona: tester
  parallel P
    step A | uses: act.read
    sequence Q
      ¦step A | uses: act.read
  ¦step W | uses: act.read`,
    passes: `stage S1 | persona: tester
  parallel P
    step A | uses: act.read
    sequence Q
      step B | uses: act.read`,
  },
  {
    says: 'of undo and otherwise, when these have none of their own, count within their parent [core.language.ids]',
    code: 'id.duplicate',
    trips: `stage S1 | persona: tester
  when A | if: 'true'
    step B | uses: act.read
    otherwise Other
  when C | if: 'true'
    step D | uses: act.read
    ¦otherwise Other`,
    passes: `stage S1 | persona: tester
  when A | if: 'true'
    step B | uses: act.read
    otherwise
  when C | if: 'true'
    step D | uses: act.read
    otherwise`,
  },
]);
