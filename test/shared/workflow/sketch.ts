import { z } from 'zod';
import { primitives } from '../../../daemon/primitives/index.ts';
import type { JsonSchema } from '../../../shared/json.ts';
import type { Problem } from '../../../shared/problem.ts';
import { checkWorkflow } from '../../../shared/workflow/check.ts';
import { parseWorkflowText } from '../../../shared/workflow/parse.ts';
import type { ActionShape, Catalogue, Effect } from '../../../shared/workflow/role.ts';

/**
 * A page from a sketch: one node a line, indented by two spaces a level, `role Title | setting: value; setting: value`. A `§` marks where a problem
 * is expected; it is no part of the page.
 */
function pageOf(sketch: string): { text: string; marks: string[] } {
  const marked = sketch.trim().split('\n').flatMap(nodeOf);
  const marks = marked.flatMap((line, number) =>
    line.includes('§') ? [`${number + 1}:${line.indexOf('§') + 1}`] : [],
  );
  return { text: marked.join('\n').replaceAll('§', ''), marks };
}

function nodeOf(line: string): string[] {
  const [, indent, mark, role, title, yaml] = /^( *)(§?)([\w-]+) ?([^|]*)(?:\| (.*))?$/.exec(line)!;
  const tabs = '\t'.repeat(indent!.length / 2);
  const head = `${tabs}- ${mark}{{renderer :stagebook, ${role}}} ${title!.trim()}`;
  if (!yaml) return [head];
  return [head, `${tabs}  \`\`\`yaml`, ...yaml.split('; ').map((setting) => `${tabs}  ${setting}`), `${tabs}  \`\`\``];
}

/** The sketch of a page with one stage of the persona `tester` around the nodes. */
export const inStage = (nodes: string, header = ''): string =>
  `workflow Test${header === '' ? '' : ` | ${header}`}\nstage Work | persona: tester\n${nodes
    .trim()
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n')}`;

const schemaOf = (type: z.ZodType): JsonSchema => z.toJSONSchema(type) as JsonSchema;

const action = (name: string, effect: Effect, more: Partial<ActionShape> = {}): [string, ActionShape] => [
  name,
  {
    name,
    effect: () => effect,
    input: schemaOf(
      z.strictObject({ text: z.string().optional(), count: z.number().optional(), token: z.string().optional() }),
    ),
    output: schemaOf(z.object({ ok: z.boolean(), count: z.number(), text: z.string(), files: z.array(z.string()) })),
    verifiable: true,
    takesSource: false,
    ...more,
  },
];

const called = parseWorkflowText(
  pageOf('workflow Called | inputs: { place: { type: string }, least: { type: number, default: 1 } }').text,
);
const circular = parseWorkflowText(pageOf(inStage('call Back | page: circular').replace('Test', 'circular')).text);

/** What the sketches can name. `do.*` are steps that take and give a little of each type. */
const catalogue: Catalogue = {
  roles: primitives,
  actions: new Map([
    action('do.read', 'read'),
    action('do.write', 'write'),
    action('do.once', 'irreversible', { verifiable: false }),
    action('do.publish', 'irreversible'),
    action('do.code', 'repeatable', { takesSource: true }),
    action('do.need', 'read', {
      input: schemaOf(z.strictObject({ name: z.string(), list: z.array(z.string()).optional() })),
    }),
    action('other.read', 'read'),
  ]),
  personas: new Map([['tester', { id: 'tester', actions: ['do.*'], secrets: ['TOKEN'] }]]),
  page: (name) => {
    const definition = { called, circular }[name]?.definition;
    return definition ? { definition } : undefined;
  },
  cronTrouble: (cron) => (cron.split(' ').length === 5 ? undefined : `“${cron}” has no five fields.`),
};

/** What is wrong with a sketch, each as `code line:column`. */
export function problemsOf(sketch: string): { codes: string[]; marks: string[]; problems: Problem[] } {
  const { text, marks } = pageOf(sketch);
  const problems = checkWorkflow(parseWorkflowText(text), catalogue);
  return { codes: problems.map(({ code, place }) => `${code} ${place.line}:${place.column}`), marks, problems };
}
