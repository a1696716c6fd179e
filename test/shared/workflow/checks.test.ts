import { describe, expect, it } from 'vitest';
import { inStage, problemsOf } from './sketch.ts';

const READ = 'step Read | uses: do.read';

/** A page, and where on it what is found. */
type Case = [code: string, sketch: string];

const STRUCTURE: Case[] = [
  ['node.outside_stage', `workflow Test\n§${READ}`],
  ['stage.nested', inStage(`sequence Inside\n  §stage Deep | persona: tester\n    ${READ}`)],
  ['header.second', `workflow Test\nstage Work | persona: tester\n  ${READ}\n§workflow Other`],
  ['node.misplaced', inStage('sequence Inside\n  §check Right | that: "true"')],
  ['node.misplaced', inStage('§persona Somebody')],
  ['node.children', inStage(`§wait Long | for: 1s\n  ${READ}`)],
  ['node.children', inStage(`§gate Good\n  step Other | uses: do.read\n  check Right | that: "true"`)],
  ['node.count', inStage(`§retry Again | attempts: 3\n  ${READ}\n  step More | uses: do.read`)],
  ['node.count', inStage(`§fallback Either\n  ${READ}`)],
  ['node.order', inStage(`§when Maybe | if: "true"\n  otherwise\n    ${READ}\n  step More | uses: do.read`)],
  ['undo.outside_saga', inStage(`${READ}\n  §undo\n    step Back | uses: do.write`)],
  ['node.waits_inside', inStage('breaker Guard | name: a; failures: 1; recovery: 1s\n  §wait Long | for: 1s')],
  [
    'node.waits_inside',
    inStage('cache Kept | key: a; ttl: 1h\n  sequence Inside\n    §ask Tell | question: Why?; options: [a]'),
  ],
  ['cache.effect', inStage('cache Kept | key: a; ttl: 1h\n  step Write | §uses: do.write')],
  ['id.duplicate', inStage(`${READ}\n§step Read! | uses: do.read`)],
  ['id.duplicate', inStage(`${READ}\nstep Other | uses: do.read; §id: read`)],
  [
    'case.unreachable',
    inStage(
      `route Which | by: run.title\n  case One | is: [a, b]\n    ${READ}\n  case Two | §is: b\n    step More | uses: do.read`,
    ),
  ],
  [
    'case.shadowed',
    inStage(
      `route Which | by: run.title\n  case One | is: [a, b]\n    ${READ}\n  case Two | §is: [b, c]\n    step More | uses: do.read`,
    ),
  ],
  ['route.default', inStage(`route Which | by: run.title; §default: b\n  case One | is: a\n    ${READ}`)],
  ['retry.irreversible', inStage('retry Again | attempts: 3\n  sequence Inside\n    step Once | §uses: do.once')],
  [
    'breaker.conflict',
    inStage(
      `breaker One | name: a; failures: 1; recovery: 1s\n  ${READ}\nbreaker Two | §name: a; failures: 2; recovery: 1s\n  step More | uses: do.read`,
    ),
  ],
];

const SETTINGS: Case[] = [
  ['setting.unknown', inStage(`retry Again | attempts: 3; §backof: { kind: constant, initial: 1s }\n  ${READ}`)],
  ['setting.missing', inStage(`§retry Again\n  ${READ}`)],
  ['setting.type', inStage(`retry Again | §attempts: many\n  ${READ}`)],
  ['setting.invalid', inStage(`timeout Soon | §after: 5 minutes\n  ${READ}`)],
  ['setting.literal', inStage('step Read | §uses: "${{ run.title }}"')],
  ['setting.template', inStage(`when Maybe | §if: "\${{ true }}"\n  ${READ}`)],
  ['input.name', inStage(`when Maybe | if: inputs.Name == "a"\n  ${READ}`, 'inputs: { §Name: { default: a } }')],
  [
    'input.enum',
    inStage(`when Maybe | if: inputs.level == "a"\n  ${READ}`, 'inputs: { §level: { type: enum, default: a } }'),
  ],
  [
    'input.default',
    inStage(`when Maybe | if: inputs.count > 1.0\n  ${READ}`, 'inputs: { count: { type: number, §default: many } }'),
  ],
  ['input.unused', inStage(READ, 'inputs: { §level: { default: a } }')],
  ['action.unknown', inStage('step Read | §uses: do.raed')],
  ['input.unknown', inStage('step Read | uses: do.read; with: { §txt: a }')],
  ['input.missing', inStage('step Read | uses: do.need; §with: { list: [] }')],
  ['input.type', inStage('step Read | uses: do.read; with: { §count: many }')],
  ['input.type', inStage('step Read | uses: do.need; with: { name: a, list: [b, §3] }')],
  ['persona.unknown', `workflow Test\nstage Work | §persona: testr\n  ${READ}`],
  ['persona.action', inStage('step Read | §uses: other.read')],
  ['persona.secret', inStage('step Read | uses: do.read; with: { §token: "${{ secret(\'OTHER\') }}" }')],
  ['call.page', inStage('call Other | §page: nowhere')],
  ['call.cyclic', inStage('call Other | §page: circular')],
  ['call.input', inStage('call Other | page: called; §with: { least: 2 }')],
  ['call.input', inStage('call Other | page: called; with: { place: here, §leest: 2 }')],
  ['trigger.cron', inStage(READ, 'triggers: [{ §cron: "0 25 * *" }]')],
  [
    'trigger.input',
    inStage(
      `when Maybe | if: inputs.a == "b"\n  ${READ}`,
      'inputs: { a: { type: string } }; triggers: [§{ cron: "0 1 * * *" }]',
    ),
  ],
  ['trigger.input', inStage(READ, 'triggers: [{ cron: "0 1 * * *", inputs: { §b: 1 } }]')],
  ['memory.key', inStage('step Read | uses: do.read; remember: { §Some Key: a }')],
];

const EXPRESSIONS: Case[] = [
  ['expression.syntax', inStage(`when Maybe | if: 'run.title ==§'\n  ${READ}`)],
  ['expression.type', inStage(`when Maybe | if: '§run.title'\n  ${READ}`)],
  ['expression.type', inStage(`${READ}\ngate Good\n  check Right | that: '§steps.read.output.count >= "a"'`)],
  ['expression.type', inStage('step Read | uses: do.read; with: { count: "${{ §run.title }}" }')],
  ['expression.unclosed', inStage('step Read | uses: do.read; with: { text: "a §${{ run.title" }')],
  ['id.unknown', inStage(`${READ}\ngate Good\n  check Right | that: '§steps.raed.output.ok'`)],
  ['id.not_set', inStage(`when Maybe | if: '§steps.read.output.ok'\n  ${READ}`)],
  [
    'id.not_set',
    inStage(`parallel Both\n  ${READ}\n  when Maybe | if: '§steps.read.output.ok'\n    step More | uses: do.read`),
  ],
  [
    'id.not_set',
    inStage(`foreach Each | in: '["a"]'; as: one\n  ${READ}\ngate Good\n  check Right | that: '§steps.read.output.ok'`),
  ],
  [
    'output.maybe',
    inStage(`when Maybe | if: run.dry_run\n  ${READ}\ngate Good\n  check Right | that: '§steps.read.output.ok'`),
  ],
  ['output.field', inStage(`${READ}\ngate Good\n  check Right | that: '§steps.read.output.okay'`)],
  ['output.none', inStage(`wait Long | for: 1s\ngate Good\n  check Right | that: '§steps.long.output == 1'`)],
  ['input.undeclared', inStage(`when Maybe | if: '§inputs.level == "a"'\n  ${READ}`)],
  ['memory.unknown', inStage(`when Maybe | if: '§memory.level == "a"'\n  ${READ}`)],
  ['name.unknown', inStage(`when Maybe | if: '§input.level == "a"'\n  ${READ}`)],
  ['name.unknown', inStage(`when Maybe | if: '§output.ok'\n  ${READ}`)],
  ['name.unknown', inStage(READ, `triggers: [{ alert: §run.id == "a" }]`)],
  ['name.taken', inStage(`foreach Each | in: '["a"]'; §as: inputs\n  ${READ}`)],
  ['secret.misplaced', inStage(`when Maybe | if: '§size([secret("TOKEN")]) > 0'\n  ${READ}`)],
  ['secret.misplaced', inStage('step Read | uses: do.read; remember: { kept: "${{ §secret(\'TOKEN\') }}" }')],
  [
    'secret.misplaced',
    inStage('cache Kept | key: a; ttl: 1h\n  step Read | uses: do.read; with: { token: "${{ §secret(\'TOKEN\') }}" }'),
  ],
  ['secret.interpolated', inStage('step Read | uses: do.read; with: { token: "Bearer ${{ §secret(\'TOKEN\') }}" }')],
];

/** Pages with which all is well, beside those above. */
const SOUND: [what: string, sketch: string][] = [
  [
    'stages in a route and a when of the top level',
    `workflow Test\nwhen Maybe | if: run.dry_run\n  stage Work | persona: tester\n    ${READ}`,
  ],
  ['an undo in a saga', inStage(`saga All\n  ${READ}\n    undo\n      step Back | uses: do.write`)],
  [
    'an otherwise that is last',
    inStage(`when Maybe | if: run.dry_run\n  ${READ}\n  otherwise\n    step More | uses: do.read`),
  ],
  [
    'a gate with all it may hold',
    inStage(
      `${READ}\ngate Good | on-reject: continue\n  check Right | that: steps.read.output.ok\n  sign-off Agreed | people: 2; timeout: 4h\n  otherwise Else\n    step More | uses: do.write`,
    ),
  ],
  ['a retry of what can be verified', inStage('retry Again | attempts: 3\n  step Once | uses: do.publish')],
  [
    'breakers of one name and one mind',
    inStage(
      `breaker One | name: a; failures: 1; recovery: 1s\n  ${READ}\nbreaker Two | name: a; failures: 1; recovery: 1s\n  step More | uses: do.read`,
    ),
  ],
  [
    'an output asked for before it is used',
    inStage(
      `when Maybe | if: run.dry_run\n  ${READ}\ngate Good\n  check Right | that: 'has(steps.read.output) && steps.read.output.ok'`,
    ),
  ],
  [
    'the last attempt of a retry',
    inStage(`retry Again | attempts: 2\n  ${READ}\ngate Good\n  check Right | that: steps.read.output.count >= 1`),
  ],
  [
    'what parallel parts gave',
    inStage(
      `parallel Both\n  ${READ}\n  step More | uses: do.read\ngate Good\n  check Right | that: steps.both.output.read.ok && steps.more.output.ok`,
    ),
  ],
  [
    'the item of a foreach',
    inStage(
      `${READ}\nforeach Each | in: steps.read.output.files; as: file\n  step Use | uses: do.read; with: { text: "\${{ file }}" }`,
    ),
  ],
  [
    'the output in until and remember',
    inStage(
      'repeat Poll | every: 1s; until: output.ok\n  step Read | uses: do.read; remember: { kept: "${{ output.text }}" }',
    ),
  ],
  [
    'whole numbers and doubles mixed',
    inStage(
      `${READ}\ngate Good\n  check Right | that: steps.read.output.count * 2 > 3 && steps.read.output.count + 0.5 <= 10`,
    ),
  ],
  [
    'durations in days, patterns and macros',
    inStage(
      `${READ}\ngate Good\n  check Right | that: 'duration("7d") > duration("24h") && steps.read.output.text.matches("^a+$") && steps.read.output.files.exists(f, f == "a")'`,
    ),
  ],
  ['a secret handed to an action', inStage('step Read | uses: do.read; with: { token: "${{ secret(\'TOKEN\') }}" }')],
  [
    'a text with expressions in it',
    inStage('step Read | uses: do.read; with: { text: "Run ${{ run.number }} of ${{ run.title }}" }'),
  ],
  [
    'triggers of every kind',
    inStage(
      `when Maybe | if: inputs.a == "b"\n  ${READ}`,
      'inputs: { a: { default: b } }; triggers: [{ cron: "0 1 * * *", zone: Europe/Berlin, missed: once }, { webhook: hook }, { alert: alert.labels.severity == "page", inputs: { a: "${{ alert.labels.team }}" } }, { page: tag }]',
    ),
  ],
  ['a call with its inputs', inStage('call Other | page: called; with: { place: here }')],
  [
    'an undo that uses what its step gave',
    inStage(
      `saga All\n  ${READ}\n    undo\n      step Back | uses: do.write; with: { text: "\${{ steps.read.output.text }}" }`,
    ),
  ],
];

describe.each<[string, readonly Case[]]>([
  ['structure', STRUCTURE],
  ['settings', SETTINGS],
  ['expressions', EXPRESSIONS],
])('the checks of %s', (_what, cases) => {
  it.each(cases.map(([code, sketch], number): [string, number, string] => [code, number, sketch]))(
    'find %s where it is (%i) [core.language.place]',
    (code, _number, sketch) => {
      const { codes, marks } = problemsOf(sketch);
      expect(codes).toEqual(marks.map((mark) => `${code} ${mark}`));
      expect(marks).toHaveLength(1);
    },
  );
});

describe('a page with which all is well', () => {
  it.each(SOUND)('has %s [core.language.roles] [core.language.scope] [core.language.expressions]', (_what, sketch) => {
    expect(problemsOf(sketch).problems.map(({ message }) => message)).toEqual([]);
  });
});
