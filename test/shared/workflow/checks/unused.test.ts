import { checkTable } from './table.ts';

const STEP = 'step A | uses: act.read';

checkTable('what has no effect', [
  {
    says: 'an input that nothing uses is a warning',
    code: 'input.unused',
    trips: `workflow W | inputs: { ¦a: {}, b: {} }\nstage S1 | persona: tester | when: inputs.b == "x"\n  ${STEP}`,
    passes: `workflow W | inputs: { a: {}, b: {} } | output: { all: "\${{ inputs }}" }\nstage S1 | persona: tester\n  ${STEP}`,
    warning: true,
  },
  {
    says: 'a setting that needs another is a warning',
    code: 'setting.unused',
    trips: `stage S1 | persona: tester
  repeat R | every: 5s | times: 2 | ¦in-a-row: 2
    ${STEP}
  ask Q | question: Well? | ¦on-timeout: fail
  retry T | attempts: 2 | backoff: { kind: linear, ¦factor: 2 }
    step B | uses: act.read`,
    passes: `stage S1 | persona: tester
  repeat R | every: 5s | times: 2 | until: output.ok | in-a-row: 2
    ${STEP}
  ask Q | question: Well? | timeout: 5m | on-timeout: fail
  retry T | attempts: 2 | backoff: { kind: exponential, factor: 2 }
    step B | uses: act.read`,
    warning: true,
  },
]);
