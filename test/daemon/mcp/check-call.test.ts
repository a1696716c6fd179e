import { expect, it } from 'vitest';
import { checkCall } from '../../../daemon/mcp/check-call.ts';
import { mcpCall, noTools } from '../../../daemon/actions/mcp-call.ts';
import type { Action } from '../../../daemon/actions/action.ts';
import { catalogueOf } from '../../../daemon/engine/compile.ts';
import { primitives } from '../../../daemon/primitives/index.ts';
import { checkDefinition } from '../../../shared/workflow/check.ts';
import type { JsonObject } from '../../../shared/json.ts';
import { step, workflowOf } from '../../fakes/outline.ts';

const inputSchema: JsonObject = {
  type: 'object',
  properties: {
    owner: { type: 'string' },
    count: { type: 'integer', minimum: 1 },
    labels: { type: 'array', items: { type: 'string', enum: ['bug', 'docs'] } },
    state: { anyOf: [{ type: 'string', enum: ['open', 'closed'] }, { type: 'integer' }] },
  },
  required: ['owner'],
  additionalProperties: false,
};
const manifest = { server: 'github', launch: {}, tools: [{ name: 'list_issues', inputSchema }] };
const toolTrouble = checkCall({ pinned: (server) => (server === 'github' ? manifest : undefined) });
const persona = { id: 'tester', actions: [], secrets: [], tools: { github: ['*'], other: ['*'] } };
const catalogue = {
  ...catalogueOf(
    { primitives, actions: new Map([['mcp.call', mcpCall(noTools) as Action]]) },
    new Map([['tester', persona]]),
  ),
  toolTrouble,
};
const problemsOf = (server: string, tool: string, args: JsonObject) =>
  checkDefinition(workflowOf(step('call', 'mcp.call', { with: { server, tool, arguments: args } })), catalogue)
    .filter(({ code }) => code.startsWith('mcp.'))
    .map(({ code, severity, message }) => ({ code, severity, message }));

it.each<[string, JsonObject, RegExp]>([
  ['one of another type', { owner: 1 }, /owner: .*string/],
  ['one that is missing', { count: 1 }, /owner/],
  ['one that there is not', { owner: 'a', ownr: 'b' }, /ownr/],
  ['one that there is not, as a template', { owner: 'a', ownr: '${{ inputs.a }}' }, /ownr/],
  ['one beside a template', { owner: '${{ inputs.a }}', count: 0 }, /count/],
  ['one that is missing beside a template', { count: '${{ inputs.a }}' }, /owner/],
  ['one deep inside beside a template', { owner: 'a', labels: ['${{ inputs.a }}', 'wish'] }, /labels\.1/],
])('finds an argument that the trusted schema does not allow: %s [personas.mcp.checked]', (_, args, message) => {
  expect(problemsOf('github', 'list_issues', args)).toEqual([
    { code: 'mcp.arguments', severity: 'error', message: expect.stringMatching(message) as string },
  ]);
});

it('has nothing against what fits, nor against what a template may stand for [personas.mcp.checked]', () => {
  const fine: JsonObject[] = [
    { owner: 'a', count: 2, labels: ['bug'], state: 'open' },
    { owner: '${{ inputs.a }}', count: '${{ inputs.n }}', labels: '${{ inputs.all }}', state: '${{ inputs.s }}' },
    { owner: 'a', labels: ['${{ inputs.l }}'] },
  ];
  for (const args of fine) expect(problemsOf('github', 'list_issues', args)).toEqual([]);
});

it('names a tool that the server has not, and says where nothing is known [personas.mcp.checked]', () => {
  expect(problemsOf('github', 'list_issue', {})).toEqual([
    {
      code: 'mcp.unknown_tool',
      severity: 'error',
      message: expect.stringContaining('Did you mean list_issues?') as string,
    },
  ]);
  expect(problemsOf('other', 'anything', {})).toEqual([
    { code: 'mcp.unchecked', severity: 'warning', message: expect.stringContaining('unchecked') as string },
  ]);
  expect(problemsOf('${{ inputs.server }}', 'anything', {})).toEqual([]);
});
