import { z } from 'zod';
import { primitives } from '../../../daemon/primitives/index.ts';
import type { JsonSchema } from '../../../shared/json.ts';
import { parseWorkflowText } from '../../../shared/workflow/parse.ts';
import type { ActionShape, Catalogue, Effect } from '../../../shared/workflow/role.ts';
import { page } from './page.ts';

const input = z.strictObject({
  name: z.string().optional(),
  count: z.number().optional(),
  level: z.enum(['major', 'minor']).optional(),
  flag: z.boolean().optional(),
  files: z.array(z.string()).optional(),
  options: z.strictObject({ deep: z.int().optional() }).optional(),
  either: z.union([z.string(), z.strictObject({ what: z.string() })]).optional(),
  argv: z.array(z.string()).optional(),
  token: z.string().optional(),
  script: z.string().optional(),
});
const output = z.object({
  text: z.string(),
  count: z.int(),
  ok: z.boolean(),
  level: z.enum(['major', 'minor']),
  maybe: z.string().nullable(),
  items: z.array(z.object({ path: z.string(), size: z.number() })),
  names: z.array(z.string()),
  sizes: z.array(z.number()),
  open: z.record(z.string(), z.json()),
});

function action(name: string, effect: Effect, more: Partial<ActionShape> = {}): [string, ActionShape] {
  const shape: ActionShape = {
    name,
    effect: () => effect,
    input: z.toJSONSchema(input, { io: 'input' }) as JsonSchema,
    output: z.toJSONSchema(output, { io: 'output' }) as JsonSchema,
    verifiable: true,
    takesSource: false,
    ...more,
  };
  return [name, shape];
}

const needs = z.toJSONSchema(z.object({ name: z.string() }), { io: 'input' }) as JsonSchema;

const calls = z.toJSONSchema(
  z.object({ server: z.string(), tool: z.string(), arguments: z.record(z.string(), z.json()).optional() }),
  { io: 'input' },
) as JsonSchema;

const PAGES: Record<string, string> = {
  Other: `
    workflow Other | inputs: { a: {}, n: { type: number, default: 1 } } | output: { x: 1 }
    stage S1 | persona: tester`,
  Round: `
    workflow Round
    stage S1 | persona: tester
      call Go on | page: Trip`,
  Trip: `
    workflow Trip
    stage S1 | persona: tester
      call Back | page: Round`,
  Home: `
    workflow Home
    stage S1 | persona: tester
      call Back | page: W`,
  Twin: `
    workflow W
    stage Elsewhere | persona: tester`,
  Gated: `
    workflow Gated
    stage S1 | persona: tester
      gate G
        sign-off Ok`,
  Danger: `
    workflow Danger
    stage S1 | persona: tester
      step X | uses: act.irreversible`,
};

/** The real roles, with actions, personas and pages that say what they are for. */
export const catalogue: Catalogue = {
  roles: primitives,
  actions: new Map([
    action('act.read', 'read'),
    action('act.write', 'write'),
    action('act.needs', 'read', { input: needs }),
    action('act.code', 'repeatable', { takesSource: true, literal: ['script'] }),
    action('act.published', 'irreversible'),
    action('act.irreversible', 'irreversible', { verifiable: false }),
    action('shell.run', 'write', { takesSource: true }),
    action('mcp.call', 'read', { input: calls }),
  ]),
  personas: new Map([
    [
      'tester',
      { id: 'tester', actions: ['act.*', 'shell.run'], secrets: ['TOKEN'], tools: { known: ['*'], new: ['*'] } },
    ],
    ['reader', { id: 'reader', actions: ['act.read'], secrets: [] }],
  ]),
  page(name) {
    const short = Object.hasOwn(PAGES, name) ? PAGES[name] : undefined;
    const definition = short === undefined ? undefined : parseWorkflowText(page(short).text).definition;
    return definition ? { definition } : undefined;
  },
  toolTrouble(server, tool, args) {
    if (server === 'new') return { is: 'unchecked', why: 'Its tools are not known.' };
    if (tool !== 'list') return { is: 'tool', why: 'There is no such tool.' };
    return typeof args.count === 'string' ? { is: 'arguments', why: 'count: is no number.' } : undefined;
  },
  cronTrouble: (cron) => (cron.split(' ').length === 5 ? undefined : `“${cron}” is no cron expression.`),
};
