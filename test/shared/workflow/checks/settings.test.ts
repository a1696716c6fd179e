import { checkTable, type Row } from './table.ts';

const STAGE = 'stage S1 | persona: tester';
const step = (...settings: string[]): string =>
  `${STAGE}\n  step A | uses: act.read${settings.map((each) => ` | ${each}`).join('')}`;
const retry = (settings: string): string => `${STAGE}\n  retry R | ${settings}\n    step A | uses: act.read`;
const row = (says: string, code: string, trips: string, passes: string, told?: string): Row => ({
  says: `${says} [core.language.roles]`,
  code,
  trips,
  passes,
  ...(told === undefined ? {} : { told }),
});

checkTable('settings', [
  row(
    'an unknown one is told with the nearest known',
    'setting.unknown',
    step('¦tiemout: 5m'),
    step('timeout: 5m'),
    'Did you mean timeout?',
  ),
  row(
    'a header has no time limit of its own: stages and steps have',
    'setting.unknown',
    `workflow W | ¦timeout: 1h\n${STAGE}\n  step A | uses: act.read`,
    `workflow W\n${STAGE} | timeout: 1h\n  step A | uses: act.read`,
  ),
  row(
    'also inside of another',
    'setting.unknown',
    retry('attempts: 2 | backoff: { kind: linear, ¦intial: 2s }'),
    retry('attempts: 2 | backoff: { kind: linear, initial: 2s }'),
    'no setting “backoff.intial”. Did you mean initial?',
  ),
  row(
    'a missing one is told at its node',
    'setting.missing',
    '¦stage S1',
    STAGE,
    'A stage needs the setting “persona”.',
  ),
  row(
    'a role is told with the article that it has',
    'setting.missing',
    `${STAGE}\n  ¦ask Q`,
    `${STAGE}\n  ask Q | question: Well?`,
    'An ask needs the setting “question”.',
  ),
  row(
    'a missing part is told at what it is a part of',
    'setting.missing',
    retry('attempts: 2 | ¦backoff: { initial: 2s }'),
    retry('attempts: 2 | backoff: { kind: constant }'),
    '“backoff.kind”',
  ),
  row(
    'one of another type says which',
    'setting.type',
    retry('¦attempts: many'),
    retry('attempts: 2'),
    'attempts must be a number.',
  ),
  row(
    'a number below the least says the least',
    'setting.invalid',
    retry('¦attempts: 0'),
    retry('attempts: 1'),
    'at least 1',
  ),
  row(
    'a duration that is none says how one is written',
    'setting.invalid',
    step('¦timeout: soon'),
    step('timeout: 30s'),
    'timeout must be a duration such as 500ms, 30s',
  ),
  row(
    'one of several words says which',
    'setting.invalid',
    step('¦on-unknown: retri'),
    step('on-unknown: retry'),
    'must be one of ask, retry, fail (did you mean retry?)',
  ),
  row(
    'settings that exclude each other are told at their node',
    'setting.invalid',
    `${STAGE}\n  ¦wait X | for: 5m | until: run.started_at\n  ¦wait Y`,
    `${STAGE}\n  wait X | for: 5m\n  wait Y | until: run.started_at`,
    'give either for or until',
  ),
  row(
    'of a union the form that was meant is told',
    'setting.unknown',
    `¦workflow W | triggers: [{ cron: 0 3 * * *, ¦zoen: Europe/Berlin }]`.replace('¦workflow', 'workflow'),
    'workflow W | triggers: [{ cron: 0 3 * * *, zone: Europe/Berlin }]',
  ),
  row(
    'a bare expression is a text',
    'setting.type',
    `${STAGE}\n  when X | ¦if: true\n    step A | uses: act.read`,
    `${STAGE}\n  when X | if: 'true'\n    step A | uses: act.read`,
    "if: 'true'",
  ),
  row(
    'a bare expression holds no template',
    'setting.template',
    `${STAGE}\n  when X | ¦if: '\${{ true }}'\n    step A | uses: act.read`,
    `${STAGE}\n  when X | if: 'true'\n    step A | uses: act.read`,
  ),
  row(
    'what is literal holds no template [core.language.literals]',
    'setting.literal',
    `workflow W | inputs: { a: {} }\n${STAGE}\n  step A | ¦uses: "act.\${{ inputs.a }}"\n  call B | ¦page: "\${{ inputs.a }}"`,
    `workflow W | inputs: { a: {} }\n${STAGE}\n  step A | uses: act.read | with: { name: "\${{ inputs.a }}" }`,
  ),
  row(
    'a template may stand for any other value',
    'setting.type',
    `workflow W | inputs: { n: { type: number } }\n${STAGE}\n  retry R | ¦attempts: "2" \n    step A | uses: act.read | with: { count: "\${{ inputs.n }}" }`,
    `workflow W | inputs: { n: { type: number } }\n${STAGE}\n  retry R | attempts: "\${{ inputs.n }}"\n    step A | uses: act.read`,
  ),
  row(
    'of a claim are looked at too, wherever it stands',
    'setting.unknown',
    `${STAGE}\n  claim Up | url: https://example.org | ¦evry: 7d`,
    `${STAGE}\n  claim Up | url: https://example.org | every: 7d`,
  ),
]);

checkTable('claims', [
  {
    says: 'hold an expression that is one [core.language.expressions]',
    code: 'expression.syntax',
    trips: "- Facts\n  claim Up | that: '¦1 +'",
    passes: "- Facts\n  claim Up | that: '1 == 1'",
  },
]);
