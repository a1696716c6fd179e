import { checkTable } from './table.ts';

const STAGE = 'stage S1 | persona: tester';
const STEP = 'step A | uses: act.read';

checkTable('where nodes stand', [
  {
    says: 'a step stands in a stage [core.language.roles]',
    code: 'node.outside_stage',
    trips: `¦${STEP}`,
    passes: `${STAGE}\n  ${STEP}`,
    told: 'A step must stand in a stage',
  },
  {
    says: 'a step in a top-level when needs a stage too [core.language.roles]',
    code: 'node.outside_stage',
    trips: `when T | if: 'true'\n  ¦${STEP}`,
    passes: `when T | if: 'true'\n  ${STAGE}\n    ${STEP}\n  otherwise\n    stage S2 | persona: tester\n      step B | uses: act.read`,
  },
  {
    says: 'steps in a container outside of a stage are told once, at the container [core.language.roles]',
    code: 'node.outside_stage',
    trips: `¦parallel P\n  sequence Q\n    ${STEP}\n    step B | uses: act.read`,
    passes: `parallel P\n  call X | page: Danger\n  gate G\n    sign-off Ok\n${STAGE}\n  parallel Q\n    ${STEP}`,
    told: 'The steps of this parallel must stand in a stage',
  },
  {
    says: 'a stage stands at the top level, or in a route or when there [core.language.roles]',
    code: 'stage.nested',
    trips: `${STAGE}\n  ¦stage S2 | persona: tester`,
    passes: `${STAGE}\nstage S2 | persona: tester`,
  },
  {
    says: 'a page has one header [core.language.roles]',
    code: 'header.second',
    trips: `workflow W\n¦workflow V`,
    passes: 'workflow W',
  },
  {
    says: 'the program stands after the header, not in it [core.language.roles]',
    code: 'node.children',
    trips: `¦workflow W\n  ${STAGE}`,
    passes: `workflow W\n${STAGE}`,
    told: 'not indented under it',
  },
  {
    says: 'a persona has a page of its own [core.language.roles]',
    code: 'node.misplaced',
    trips: '¦persona Tester',
    passes: '- Tester',
  },
  {
    says: 'parts stand in their container [core.language.roles]',
    code: 'node.misplaced',
    trips: `${STAGE}\n  ¦check C | that: 'true'\n  ¦case D | is: a\n  ¦sign-off E\n  ¦otherwise\n  ¦undo`.replace(
      '¦undo',
      '¦undo\n    step A | uses: act.read',
    ),
    passes: `${STAGE}\n  gate G\n    check C | that: 'true'\n    sign-off E\n    otherwise`,
  },
  {
    says: 'an undo is for a saga [core.language.roles]',
    code: 'undo.outside_saga',
    trips: `${STAGE}\n  ${STEP}\n    ¦undo\n      step B | uses: act.read`,
    passes: `${STAGE}\n  saga G\n    sequence Q\n      ${STEP}\n        undo\n          step B | uses: act.read`,
  },
  {
    says: 'a gate holds checks and sign-offs [core.language.roles]',
    code: 'node.children',
    trips: `${STAGE}\n  ¦gate G\n    check C | that: 'true'\n    step A | uses: act.read`,
    passes: `${STAGE}\n  gate G\n    check C | that: 'true'\n    otherwise\n      step A | uses: act.read`,
    told: 'A gate holds check and sign-off, not a step.',
  },
  {
    says: 'a step holds nothing but its undo [core.language.roles]',
    code: 'node.children',
    trips: `${STAGE}\n  ¦${STEP}\n    step B | uses: act.read`,
    passes: `${STAGE}\n  ${STEP}\n  step B | uses: act.read`,
  },
  {
    says: 'a check holds nothing [core.language.roles]',
    code: 'node.children',
    trips: `${STAGE}\n  gate G\n    ¦check C | that: 'true'\n      ${STEP}`,
    passes: `${STAGE}\n  gate G\n    check C | that: 'true'\n      - Why`,
  },
  {
    says: 'otherwise comes last, and once [core.language.roles]',
    code: 'node.order',
    trips: `${STAGE}\n  ¦when T | if: 'true'\n    otherwise\n    ${STEP}\n  ¦gate G\n    check C | that: 'true'\n    otherwise | id: one\n    otherwise | id: two`,
    passes: `${STAGE}\n  when T | if: 'true'\n    ${STEP}\n    otherwise`,
  },
  {
    says: 'a retry holds exactly one part [core.language.roles]',
    code: 'node.count',
    trips: `${STAGE}\n  ¦retry R | attempts: 2\n    ${STEP}\n    step B | uses: act.read\n  ¦timeout T | after: 5m`,
    passes: `${STAGE}\n  retry R | attempts: 2\n    ${STEP}\n  timeout T | after: 5m\n    step B | uses: act.read`,
    told: 'exactly 1 part',
  },
  {
    says: 'a fallback holds at least two parts [core.language.roles]',
    code: 'node.count',
    trips: `${STAGE}\n  ¦fallback F\n    ${STEP}`,
    passes: `${STAGE}\n  fallback F\n    ${STEP}\n    step B | uses: act.read`,
    told: 'at least 2 parts',
  },
]);
