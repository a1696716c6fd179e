import { coversTool } from '../../shared/workflow/persona-limits.ts';
import type { PersonaShape } from '../../shared/workflow/role.ts';
import type { ToolDefinition } from '../mcp/manifest.ts';

/** What one tool's definition costs. */
export interface ToolCost {
  server: string;
  tool: string;
  tokens: number;
}

/** What a persona's tools cost a model, measured over what the servers list. */
export interface Budget {
  persona: string;
  /** The dearest first. */
  tools: ToolCost[];
  tokens: number;
  /** As its page says; undefined without one. */
  budget?: number;
  /** Of the tokens of every tool of every server, how much is left out, in percent with one decimal. */
  reduction: number;
  /** Tools and servers that its page names and nobody lists. */
  missing: string[];
}

/** Tools by server, as the servers list them. */
export type Listed = Readonly<Record<string, readonly ToolDefinition[]>>;

/** What each tool costs, of all servers. */
export function costsOf(listed: Listed, count: (tool: ToolDefinition) => number): ToolCost[] {
  return Object.entries(listed).flatMap(([server, tools]) =>
    tools.map((tool) => ({ server, tool: tool.name, tokens: count(tool) })),
  );
}

/** Measures a persona. */
export function measure(persona: PersonaShape, costs: readonly ToolCost[]): Budget {
  const tools = costs
    .filter(({ server, tool }) => coversTool(persona, server, tool))
    .toSorted((one, other) => other.tokens - one.tokens);
  const tokens = sum(tools);
  const all = sum(costs);
  const missing = Object.entries(persona.tools ?? {}).flatMap(([server, names]) =>
    names
      .filter(
        (name) =>
          !costs.some(
            (cost) =>
              cost.server === server && coversTool({ ...persona, tools: { [server]: [name] } }, server, cost.tool),
          ),
      )
      .map((name) => `${server}/${name}`),
  );
  return {
    persona: persona.id,
    tools,
    tokens,
    ...(persona.tokenBudget === undefined ? {} : { budget: persona.tokenBudget }),
    reduction: all === 0 ? 0 : Math.round((1 - tokens / all) * 1000) / 10,
    missing,
  };
}

/** What stands against a persona whose tools cost more than its budget, naming those that cost most. */
export function overBudget({ persona, tokens, budget, tools }: Budget): string | undefined {
  if (budget === undefined || tokens <= budget) return undefined;
  const dearest = tools.slice(0, 3).map(({ server, tool, tokens: cost }) => `${server}/${tool} (${cost})`);
  return `The tools of the persona “${persona}” are ${tokens} tokens, its budget is ${budget}. The dearest are ${dearest.join(', ')}: leave one out, or raise the budget.`;
}

/** The budgets that the first drafts of these personas claimed, without having measured. */
const CLAIMED: Readonly<Record<string, string>> = {
  backend: '2000',
  frontend: '1800',
  testing: '1500',
  observability: '2000',
  devops: '1800',
  'data-science': '1700–2000',
};

/** Every persona's figures as a Markdown table, as the README has it. */
export function budgetTable(budgets: readonly Budget[], costs: readonly ToolCost[], tokenizer: string): string {
  const rows = budgets.map(
    ({ persona, tools, tokens, budget, reduction }) =>
      `| ${persona} | ${tools.length} | ${tokens} | ${budget ?? '–'} | ${CLAIMED[persona] ?? '–'} | ${reduction.toFixed(1)} % |`,
  );
  return [
    `All ${costs.length} tools: ${sum(costs)} tokens (${tokenizer}).`,
    '',
    '| persona | tools | tokens | budget | once claimed | reduction |',
    '| --- | --: | --: | --: | --: | --: |',
    ...rows,
  ].join('\n');
}

function sum(costs: readonly ToolCost[]): number {
  return costs.reduce((total, { tokens }) => total + tokens, 0);
}
