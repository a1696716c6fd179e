import { coversTool } from '../../shared/workflow/persona-limits.ts';
import type { Effect, PersonaShape } from '../../shared/workflow/role.ts';
import { effectOf, type ToolDefinition } from '../mcp/manifest.ts';
import type { McpServers } from '../mcp/servers.ts';
import { overBudget } from './budget.ts';
import { fitTools } from './shorten.ts';
import { offeredName } from './tool-names.ts';

/** A tool as a model or an agent gets it. */
export interface OfferedTool {
  /** By which it is called: `github__create_branch`. */
  name: string;
  server: string;
  /** Its name at its server. */
  tool: string;
  effect: Effect;
  /** With our name, and with shorter descriptions where the budget asks for them. */
  definition: ToolDefinition;
  shortened: boolean;
}

/** Everything that one persona's agent is offered. */
export interface Offer {
  persona: string;
  tools: OfferedTool[];
  /** Of the definitions as they are offered. */
  tokens: number;
  budget?: number;
  /** Why nothing is offered: the tools cost more than the budget, however they are shortened. Names the dearest. */
  over?: string;
}

/**
 * The tools that both versions of a persona may call, of the servers that a person trusted, within its budget. No server is
 * started for it: the list is the one that was trusted.
 */
export function offerOf(
  before: PersonaShape,
  now: PersonaShape,
  servers: Pick<McpServers, 'names' | 'pinned'>,
  count: (tool: ToolDefinition) => number,
): Offer {
  const tools = servers.names().flatMap((server) =>
    (servers.pinned(server)?.tools ?? [])
      .filter(({ name }) => coversTool(before, server, name) && coversTool(now, server, name))
      .map((definition) => {
        const name = offeredName(server, definition.name);
        return {
          name,
          server,
          tool: definition.name,
          effect: effectOf(definition),
          definition: { ...definition, name },
        };
      }),
  );
  const budget = now.tokenBudget;
  const fitted = fitTools(tools, budget, count);
  const tokens = fitted.reduce((sum, each) => sum + each.tokens, 0);
  const costs = fitted
    .map(({ tool: { server, tool }, tokens: cost }) => ({ server, tool, tokens: cost }))
    .toSorted((one, other) => other.tokens - one.tokens);
  const over = overBudget({
    persona: now.id,
    tools: costs,
    tokens,
    reduction: 0,
    missing: [],
    ...(budget === undefined ? {} : { budget }),
  });
  return {
    persona: now.id,
    tools: over === undefined ? fitted.map(({ tool, shortened }) => ({ ...tool, shortened })) : [],
    tokens,
    ...(budget === undefined ? {} : { budget }),
    ...(over === undefined ? {} : { over }),
  };
}
