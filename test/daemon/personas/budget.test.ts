import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import type { ToolDefinition } from '../../../daemon/mcp/manifest.ts';
import { loadPersonas } from '../../../daemon/personas/load.ts';
import { budgetTable, costsOf, measure, overBudget, type ToolCost } from '../../../daemon/personas/budget.ts';
import { tokenCounter, TOKENIZER } from '../../../daemon/personas/tokens.ts';
import { coversTool, limitsIn } from '../../../shared/workflow/persona-limits.ts';

const TOOLS = 'test/fixtures/mcp-tools';
const personas = [...loadPersonas('workflows/personas').values()];
const listed = Object.fromEntries(
  readdirSync(TOOLS).map((file) => [
    basename(file, '.json'),
    JSON.parse(readFileSync(`${TOOLS}/${file}`, 'utf8')) as ToolDefinition[],
  ]),
);
let count: (tool: ToolDefinition) => number;
let costs: ToolCost[];
beforeAll(async () => {
  count = await tokenCounter();
  costs = costsOf(listed, count);
});

it('counts as the tokenizer does [personas.budget.measured]', () => {
  expect(count({ name: '', inputSchema: {} })).toBe(8);
  expect(costs.find(({ tool }) => tool === 'browser_close')?.tokens).toBe(45);
});

it('saves at least 85 % for each persona and 90 % on the median [personas.budget.reduction]', () => {
  const budgets = personas.map((persona) => measure(persona, costs));
  const reductions = budgets.map(({ reduction }) => reduction).toSorted((one, other) => one - other);
  expect(personas.map(({ id }) => id)).toHaveLength(6);
  expect(reductions[0]).toBeGreaterThanOrEqual(85);
  expect(reductions[2]).toBeGreaterThanOrEqual(90);
  for (const budget of budgets) {
    expect([budget.persona, budget.missing, overBudget(budget)]).toEqual([budget.persona, [], undefined]);
    expect(budget.budget! - budget.tokens).toBeLessThan(100);
  }
});

it('names the dearest tools of a persona over its budget, and tools that nobody lists [personas.budget.measured]', () => {
  const budget = measure(
    {
      id: 'greedy',
      actions: [],
      secrets: [],
      tokenBudget: 100,
      tools: { grafana: ['query_*', 'gone'], nowhere: ['*'] },
    },
    costs,
  );
  expect(budget.missing).toEqual(['grafana/gone', 'nowhere/*']);
  expect(overBudget(budget)).toMatch(
    /“greedy” are \d+ tokens, its budget is 100\. The dearest are grafana\/query_loki_logs \(775\)/,
  );
});

it('stands in the README as the command prints it [personas.budget.readme]', () => {
  const table = budgetTable(
    personas.map((persona) => measure(persona, costs)),
    costs,
    TOKENIZER,
  );
  const plain = (text: string): string => text.replace(/ +/g, ' ').replace(/-+/g, '-');
  expect(plain(readFileSync('README.md', 'utf8'))).toContain(plain(table));
});

it('reads a persona of Hypertool as it is [personas.budget.hypertool]', () => {
  const written = {
    tokenBudget: 1200,
    allowedServers: ['github', 'mcp-logseq', 'whole'],
    allowedTools: { github: ['github_get_file_contents'], 'mcp-logseq': ['create_page'], other: ['a'] },
    restrictedPaths: ['**/.env'],
    security: { blockList: ['AWS_*'], requireApprovalFor: ['file_delete'] },
  };
  const shape = { id: 'clerk', actions: [], secrets: [], ...limitsIn(written) };
  expect(shape).toMatchObject({ tokenBudget: 1200, blockList: ['AWS_*'], requireApprovalFor: ['file_delete'] });
  const may = (server: string, tool: string): boolean => coversTool(shape, server, tool);
  expect([may('github', 'get_file_contents'), may('github', 'github_get_file_contents')]).toEqual([true, true]);
  expect([may('whole', 'anything'), may('other', 'a'), may('github', 'create_page')]).toEqual([true, false, false]);
});
