import { describe, expect, it } from 'vitest';
import { HEADER, READ, after, string } from './pages.ts';
import { problemsOf, checkTable, type Row } from './table.ts';

/** What a container around step A makes of it for what comes later. */
const scope = (says: string, code: string, nodes: string, trips: string, passes: string, told?: string): Row => ({
  says: `${says} [core.language.scope]`,
  code,
  trips: after(nodes, trips),
  passes: after(nodes, passes),
  ...(told === undefined ? {} : { told }),
});

checkTable('scope', [
  scope(
    'an id that is nowhere is told with the nearest',
    'id.unknown',
    `step Build | ${READ}`,
    '¦steps.biuld.output.text',
    'steps.build.output.text',
    'Did you mean build?',
  ),
  {
    says: 'an id is not known before it is set [core.language.scope]',
    code: 'id.not_set',
    trips: after(`step A | ${READ} | with: { name: "\${{ ¦steps.use.output.text }}" }`, 'inputs.a'),
    passes: after(`step A | ${READ}`, 'steps.a.output.text'),
    told: 'it comes later',
  },
  {
    says: 'a node does not know itself [core.language.scope]',
    code: 'id.not_set',
    trips: after('', '¦steps.use.status'),
    passes: after('', 'inputs.a'),
  },
  {
    says: 'parallel parts never see each other, in either order [core.language.scope]',
    code: 'id.not_set',
    trips: after(
      `parallel P
  step A | ${READ} | with: { name: "\${{ ¦steps.b.output.text }}" }
  step B | ${READ} | with: { name: "\${{ ¦steps.a.output.text }}" }`,
      'steps.a.output.text + steps.b.output.text',
    ),
    passes: after(`parallel P\n  step A | ${READ}\n  step B | ${READ}`, 'steps.p.output.a.text + steps.b.output.text'),
  },
  {
    says: 'the parts of a route never see each other [core.language.scope]',
    code: 'id.not_set',
    trips: after(
      `route R | by: inputs.n
  case C | is: 1
    step A | ${READ}
  case D | is: 2
    step B | ${READ} | with: { name: "\${{ ¦steps.a.status }}" }`,
      'inputs.a',
    ),
    passes: after(`route R | by: inputs.n\n  case C | is: 1\n    step A | ${READ}`, 'steps.a.status'),
  },
  {
    says: 'a later node sees the parts of a sequence, retry, timeout, breaker and saga [core.language.scope]',
    code: 'id.unknown',
    trips: after(`sequence Q\n  step A | ${READ}`, '¦steps.aa.output.text'),
    passes: after(
      `sequence Q
  step A | ${READ}
retry R | attempts: 2
  step B | ${READ}
timeout T | after: 5m
  step C | ${READ}
breaker K | name: k | failures: 1 | recovery: 1m
  step D | ${READ}
saga G
  step E | ${READ}`,
      'steps.a.output.text + steps.b.output.text + steps.c.output.text + steps.d.output.text + steps.e.output.text',
    ),
  },
  ...[
    `foreach E | in: inputs.list | as: item\n  step A | ${READ}`,
    `repeat E | every: 5s | times: 2\n  step A | ${READ}`,
  ].map((nodes) =>
    scope(
      `no later node sees the parts of a ${nodes.split(' ')[0]}`,
      'id.not_set',
      nodes,
      '¦steps.a.status',
      string('size(steps.e.output)'),
      'runs several times',
    ),
  ),
  ...[
    `when E | if: inputs.flag\n  step A | ${READ}`,
    `route E | by: inputs.n\n  case C | is: 1\n    step A | ${READ}`,
    `fallback E\n  step A | ${READ}\n  step B | ${READ}`,
    `parallel E | on-failure: continue\n  step A | ${READ}`,
    `cache E | key: k | ttl: 1h\n  step A | ${READ}`,
    `gate E\n  sign-off Ok\n  otherwise\n    step A | ${READ}`,
  ].map((nodes) =>
    scope(
      `an output of a ${nodes.split(' ')[0]} may not exist, and is asked for`,
      'output.maybe',
      nodes,
      '¦steps.a.output.text',
      "has(steps.a.output) ? steps.a.output.text : 'none'",
      'Ask first: has(steps.a.output)',
    ),
  ),
  scope(
    'a question that the page goes on without may have no answer',
    'output.maybe',
    'ask A | question: Well? | options: [yes, no] | timeout: 1h | on-timeout: continue',
    "¦steps.a.output == 'yes' ? 'yes' : 'no'",
    "has(steps.a.output) && steps.a.output == 'yes' ? 'yes' : 'no'",
    '“a” may have no output here. Ask first: has(steps.a.output)',
  ),
  {
    says: 'the answer to a question that must be answered is there [core.language.scope]',
    code: 'output.maybe',
    trips: after('ask A | question: Well? | timeout: 1h | on-timeout: continue', '¦steps.a.output'),
    passes: after('ask A | question: Well? | timeout: 1h', 'steps.a.output'),
  },
  {
    says: 'a stage that may be skipped may have no output [core.language.scope]',
    code: 'output.maybe',
    trips: `${HEADER}
stage S1 | persona: tester | when: inputs.flag
  step A | ${READ}
stage S2 | persona: tester
  step B | ${READ} | with: { name: "\${{ ¦steps.a.output.text }}", count: "\${{ ¦steps.s1.output.count }}" }`,
    passes: `${HEADER}
stage S1 | persona: tester | when: inputs.flag
  step A | ${READ}
stage S2 | persona: tester | when: has(steps.s1.output) && has(steps.a.output)
  step B | ${READ} | with: { name: "\${{ steps.a.output.text }}", count: "\${{ steps.s1.output.count }}" }`,
  },
  {
    says: 'what a condition asked for is there inside of it, and not in its otherwise [core.language.scope]',
    code: 'output.maybe',
    trips: after(
      `when X | if: inputs.flag
  step A | ${READ}
when Y | if: has(steps.a.output)
  step B | ${READ}
  otherwise
    step C | ${READ} | with: { name: "\${{ ¦steps.a.output.text }}" }`,
      'inputs.a',
    ),
    passes: after(
      `when X | if: inputs.flag
  step A | ${READ}
when Y | if: '!has(steps.a.output)'
  step B | ${READ}
  otherwise
    step C | ${READ} | with: { name: "\${{ steps.a.output.text }}" }`,
      'inputs.a',
    ),
  },
  {
    says: 'otherwise does not see what it runs in place of [core.language.scope]',
    code: 'id.not_set',
    trips: after(
      `when X | if: inputs.flag\n  step A | ${READ}\n  otherwise\n    step B | ${READ} | with: { name: "\${{ ¦steps.a.status }}" }`,
      'inputs.a',
    ),
    passes: after(
      `when X | if: inputs.flag\n  step A | ${READ}\n  step B | ${READ} | with: { name: "\${{ steps.a.status }}" }`,
      'inputs.a',
    ),
  },
  {
    says: 'the next of a fallback sees the one before as failed [core.language.scope]',
    code: 'output.maybe',
    trips: after(
      `fallback F\n  step A | ${READ}\n  step B | ${READ} | with: { name: "\${{ ¦steps.a.output.text }}" }`,
      'inputs.a',
    ),
    passes: after(
      `fallback F\n  step A | ${READ}\n  step B | ${READ} | with: { name: "\${{ steps.a.status }}" }`,
      'inputs.a',
    ),
  },
  {
    says: 'an undo sees the output of its own step [core.language.scope]',
    code: 'field.unknown',
    trips: after(
      `saga G\n  step A | ${READ}\n    undo\n      step B | ${READ} | with: { name: "\${{ ¦steps.a.output.txt }}" }`,
      'inputs.a',
    ),
    passes: after(
      `saga G\n  step A | ${READ}\n    undo\n      step B | ${READ} | with: { name: "\${{ steps.a.output.text }}" }`,
      'inputs.a',
    ),
  },
  {
    says: "a foreach's item is known inside, with its type [core.language.scope]",
    code: 'field.unknown',
    trips: after(
      `step A | ${READ}\nforeach E | in: steps.a.output.items | as: item\n  step B | ${READ} | with: { name: "\${{ ¦item.pth }}" }`,
      'inputs.a',
    ),
    passes: after(
      `step A | ${READ}\nforeach E | in: steps.a.output.items | as: item\n  step B | ${READ} | with: { name: "\${{ item.path }}", count: "\${{ item.size }}" }`,
      'inputs.a',
    ),
    told: '“item” has no “pth”. Did you mean path?',
  },
  {
    says: "a foreach's item is not known outside [core.language.scope]",
    code: 'name.unknown',
    trips: after(`foreach E | in: inputs.list | as: item\n  step B | ${READ}`, '¦item'),
    passes: after(`foreach E | in: inputs.list | as: item\n  step B | ${READ}`, 'inputs.a'),
  },
  {
    says: 'output is known in remember and in the until of a repeat [core.language.scope]',
    code: 'name.unknown',
    trips: after(`step A | ${READ} | with: { name: "\${{ ¦output.text }}" }`, 'inputs.a'),
    passes: after(
      `step A | ${READ} | remember: { t: "\${{ output.text }}" }\nrepeat R | every: 5s | until: output.ok\n  step B | ${READ}`,
      'memory.t',
    ),
  },
  {
    says: 'fields that an output does not have are told with the nearest [core.language.scope]',
    code: 'field.unknown',
    trips: after(
      `step A | ${READ} | remember: { t: "\${{ ¦output.txt }}" }`,
      '¦steps.a.output.itms + ¦steps.a.outputs',
    ),
    passes: after(`step A | ${READ}`, 'steps.a.output.open.anything + steps.a.output.maybe'),
  },
  scope(
    'a field of an item is looked at too',
    'field.unknown',
    `step A | ${READ}`,
    'steps.a.output.items.map(i, ¦i.pth)[0] + ¦steps.a.output.items[0].pth',
    'steps.a.output.items.map(i, i.path)[0] + steps.a.output.items[0].path',
    'has no “pth”. Did you mean path?',
  ),
  scope(
    'a gate gives what it decided',
    'field.unknown',
    "gate G\n  check C | that: 'true'",
    string('¦steps.g.output.pased'),
    string('steps.g.output.passed'),
  ),
  scope(
    'what has no output is told',
    'output.none',
    "wait X | for: 5m\ngate G\n  check C | that: 'true'",
    string('¦steps.x.output'),
    'steps.x.status',
  ),
  scope('inputs are those that are declared', 'input.undeclared', '', '¦inputs.aa', 'inputs.a', 'Did you mean a?'),
  scope('run has its own fields', 'field.unknown', '', '¦run.titel', 'run.title', 'Did you mean title?'),
  scope('a text has no fields', 'field.unknown', '', '¦inputs.a.b', 'inputs.a', '“inputs.a” has no “b”'),
  scope(
    'other names are nobody’s',
    'name.unknown',
    '',
    '¦step.a',
    'inputs.a',
    'Nothing here is called “step”. Did you mean steps?',
  ),
  scope(
    'memory holds what the page remembers',
    'memory.unknown',
    `step A | ${READ} | remember: { t: 1 }`,
    string('¦memory.tt'),
    string('memory.t'),
  ),
  {
    says: 'memory holds nothing that is remembered only later [core.language.scope]',
    code: 'memory.not_set',
    trips: after(
      `step A | ${READ} | with: { name: "\${{ ¦memory.t }}" }\nstep B | ${READ} | remember: { t: 1 }`,
      'inputs.a',
    ),
    passes: after(
      `repeat R | every: 5s | times: 2
  sequence Q
    step A | ${READ} | with: { name: "\${{ string(memory.t) }}" }
    step B | ${READ} | remember: { t: 1 }`,
      'string(memory.t)',
    ),
  },
  {
    says: 'a memory that the header names may hold more [core.language.scope]',
    code: 'memory.unknown',
    trips: after('', string('¦memory.other')),
    passes: after('', string('memory.other')).replace(' | output:', ' | memory: shared | output:'),
  },
  scope('memory can be asked', 'memory.unknown', '', string('¦memory.tt'), string('has(memory.tt)')),
]);

describe('has()', () => {
  const maybe = `when E | if: inputs.flag\n  step A | ${READ}`;
  it.each(
    [
      'has(steps.a.output) && steps.a.output.ok',
      'steps.a.output.ok && has(steps.a.output)',
      '!has(steps.a.output) || steps.a.output.ok',
      'has(steps.a.output) ? steps.a.output.ok : false',
      '!has(steps.a.output) ? false : steps.a.output.ok',
      'inputs.flag && (has(steps.a.output) && inputs.n > 1.0 && steps.a.output.ok)',
      'has(steps.a.output) && steps.a.output.items.exists(i, i.size > 1.0)',
      'has(steps.a.output) && has(steps.a.output.maybe)',
      'has(steps.a.output.maybe) && steps.a.output.ok || true',
    ].map((each) => [each]),
  )('makes this safe: %s [core.language.scope]', (expression) => {
    // That it may ask for a part of what may not exist is told apart.
    const expected = expression.startsWith('has(steps.a.output.maybe)') ? ['output.maybe'] : [];
    expect(problemsOf(after(maybe, string(expression))).map(({ code }) => code)).toEqual(expected);
  });

  it.each([
    'has(steps.a.output) || steps.a.output.ok',
    '!has(steps.a.output) && steps.a.output.ok',
    'has(steps.a.output) ? true : steps.a.output.ok',
    'has(steps.a.status) && steps.a.output.ok',
    '(has(steps.a.output) || inputs.flag) && steps.a.output.ok',
    'has(steps.a.output) == steps.a.output.ok',
    'has(steps.a.output.maybe)',
    'inputs.list.all(x, has(steps.a.output)) && steps.a.output.ok',
  ])('does not make this safe: %s [core.language.scope]', (expression) => {
    expect(problemsOf(after(maybe, string(expression))).map(({ code }) => code)).toEqual(['output.maybe']);
  });
});
