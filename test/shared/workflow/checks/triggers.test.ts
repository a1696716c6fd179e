import { checkTable } from './table.ts';

const STAGE = '\nstage S1 | persona: tester\n  step A | uses: act.read | with: { name: "${{ inputs.a }}" }';

checkTable('triggers', [
  {
    says: 'have a time that exists [core.language.roles]',
    code: 'trigger.cron',
    trips: 'workflow W | triggers: [{ ¦cron: nightly }]',
    passes: 'workflow W | triggers: [{ cron: 0 3 * * * }]',
  },
  {
    says: 'give every input that has no default [core.language.inputs]',
    code: 'trigger.input',
    trips: `workflow W | inputs: { a: {} } | triggers: [¦{ webhook: push }]${STAGE}`,
    passes: `workflow W | inputs: { a: {} } | triggers: [{ webhook: push, inputs: { a: x } }]${STAGE}`,
    told: 'needs the input “a”',
  },
  {
    says: 'give inputs that there are, of their type [core.language.inputs]',
    code: 'trigger.input',
    trips: `workflow W | inputs: { a: { enum: [x], default: x } } | triggers: [{ webhook: push, inputs: { ¦a: y, ¦aa: x } }]${STAGE}`,
    passes: `workflow W | inputs: { a: { enum: [x], default: x } } | triggers: [{ webhook: push, inputs: { a: x } }]${STAGE}`,
  },
  {
    says: 'start on an alert by an expression that is yes or no [core.language.expressions]',
    code: 'expression.type',
    trips: "workflow W | triggers: [{ alert: '¦size(alert.labels)' }]",
    passes: 'workflow W | triggers: [{ alert: \'alert.labels.severity == "P0"\' }]',
  },
  {
    says: 'know the alert and nothing of a run [core.language.scope]',
    code: 'name.unknown',
    trips: `workflow W | inputs: { a: {} } | triggers: [{ alert: 'true', inputs: { a: "\${{ ¦run.title }}" } }]${STAGE}`,
    passes: `workflow W | inputs: { a: {} } | triggers: [{ alert: 'true', inputs: { a: "\${{ alert.title }}" } }]${STAGE}`,
  },
]);
