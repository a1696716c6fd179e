import type { PersonaShape } from '../../shared/workflow/role.ts';
import type { Clock } from '../clock.ts';
import type { McpServers } from '../mcp/servers.ts';
import { offerOf } from './offer.ts';
import { tokenCounts } from './tokens.ts';

/** Why a persona may not start: its tools cost more than its budget, however they are shortened. Names the dearest. */
export type BudgetLimit = (persona: PersonaShape) => Promise<string | undefined> | undefined;

/** What was found out holds so long, in milliseconds: trust in a server's tools changes seldom, steps come often. */
const HOLDS_MS = 1_000;

/** The limit over the tools of the servers that a person trusted. Loads the tokenizer only where there are any to count. */
export function budgetLimit(servers: Pick<McpServers, 'names' | 'pinned'>, clock: Clock): BudgetLimit {
  const known = new Map<string, { until: number; over: Promise<string | undefined> }>();
  const look = async (persona: PersonaShape): Promise<string | undefined> => {
    const named = servers.names().filter((name) => Object.hasOwn(persona.tools ?? {}, name));
    if (!named.some((name) => servers.pinned(name))) return undefined;
    const { tool } = await tokenCounts();
    return offerOf(persona, persona, servers, tool).over;
  };
  return (persona) => {
    if (persona.tokenBudget === undefined) return undefined;
    const key = JSON.stringify(persona);
    const now = clock.now();
    let entry = known.get(key);
    if (!entry || entry.until < now) {
      known.clear();
      entry = { until: now + HOLDS_MS, over: look(persona) };
      known.set(key, entry);
    }
    return entry.over;
  };
}
