import fc from 'fast-check';
import type { Json, JsonObject } from '../../../shared/json.ts';
import { ROLES, type Definition, type Node, type Role } from '../../../shared/workflow/definition.ts';
import { macroIn } from '../../../shared/workflow/macro.ts';
import { defaultId } from '../../../shared/workflow/node.ts';

/** Texts that are hostile to YAML, to Markdown, to Logseq and to expressions, among ordinary ones. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.string({ unit: 'binary-ascii', maxLength: 20 }),
  fc.constantFrom(
    'yes',
    'null',
    '~',
    '1.10',
    '0x1F',
    '- a',
    '# a',
    'a: b',
    'a #b',
    "it's",
    '"',
    '\\',
    '```',
    '~~~',
    '${{ inputs.a }}',
    '{{renderer :other, x}}',
    '\u2028',
    '\u0085',
    '\uFEFFa',
    'tab\tb',
    'a\nb',
    ' a ',
    '&a',
    '*a',
    '!a',
    '%a',
    '@a',
    '|',
    '>',
    '[a]',
    '{a}',
    'a, b',
    ':LOGBOOK:',
    'id:: x',
    '😀',
    'é',
    'constructor',
  ),
);

const number = fc.oneof(
  fc.integer(),
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .map((value) => (Number.isSafeInteger(value) || !Number.isInteger(value) ? value + 0 : 0.5)),
);

const name = text.filter((key) => key !== '' && key !== '__proto__');

const value: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    text,
    number.map((each) => (Object.is(each, -0) ? 0 : each)),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(name, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

const EXPRESSIONS = ['that', 'if', 'when', 'by', 'until', 'in'];
const settings: fc.Arbitrary<JsonObject> = fc
  .tuple(
    fc.dictionary(name, value, { maxKeys: 5, noNullPrototype: true }),
    fc.option(fc.tuple(fc.constantFrom(...EXPRESSIONS), text)),
  )
  .map(([given, expression]) => {
    const { id: _, ...all } = given;
    return expression ? { ...all, [expression[0]]: expression[1] } : all;
  });

const title = text.map((given) => given.replace(/\p{Cc}/gu, ' ').trim()).filter((given) => macroIn(given) === -1);
const id = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/).map((given) => `${given}_1`);
const source = fc.record({
  language: fc.constantFrom('python', 'bash', 'c++', ''),
  text: fc
    .array(
      text.map((line) => line.replace(/[\r\0]/g, '')),
      { maxLength: 5 },
    )
    .map((lines) => lines.join('\n')),
});

/** Roles that are part of a program; what they may hold does not matter for how they are written. */
const roles = fc.constantFrom(...ROLES.filter((role) => role !== 'claim' && role !== 'workflow'));

function nodeOf(role: fc.Arbitrary<Role>, children: fc.Arbitrary<Node[]>): fc.Arbitrary<Node> {
  return fc
    .record({ role, title, settings, source: fc.option(source), children, own: id, named: fc.boolean() })
    .map((given) => {
      const derived = defaultId(given.role, given.title);
      const named = given.named || derived === undefined;
      return {
        role: given.role,
        id: named ? given.own : derived,
        title: given.title,
        settings: named ? { id: given.own, ...given.settings } : given.settings,
        ...(given.source && given.role === 'step' ? { source: given.source } : {}),
        children: given.children,
      };
    });
}

const node: fc.Arbitrary<Node> = fc.letrec<{ node: Node }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    nodeOf(roles, fc.constant([])),
    nodeOf(roles, fc.array(tie('node'), { maxLength: 3 })),
  ),
})).node;

/** Any definition that a page can give: sensible or not, its settings and titles as hostile as they come. */
export const definitions: fc.Arbitrary<Definition> = fc
  .record({ header: nodeOf(fc.constant('workflow'), fc.constant([])), body: fc.array(node, { maxLength: 4 }) })
  .map(({ header, body }) => ({ language: 1, header, body }));

/** Any settings. */
export { settings as settingsOfAnyKind };
