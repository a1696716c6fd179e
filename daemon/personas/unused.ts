import { receiptsOf } from '../../shared/run/receipts.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { ToolCost } from './budget.ts';

/** So many runs of a persona are looked at before a tool is said to be of no use to it. */
export const RUNS_LOOKED_AT = 10;

/** What the last runs of a persona say about its tools. */
export interface Unused {
  /** How many of its runs there are, ten at most. */
  runs: number;
  /** Tools that it may use and used in none of the ten, the dearest first; empty before there were ten. */
  tools: ToolCost[];
}

/** The tools of a persona that it has not used in its last ten runs (personas.md). `states` are runs, the newest first. */
export function unusedTools(persona: string, tools: readonly ToolCost[], states: Iterable<RunState>): Unused {
  const used = new Set<string>();
  let runs = 0;
  for (const state of states) {
    const mine = receiptsOf(state).filter((receipt) => receipt.persona === persona);
    if (state.dryRun || mine.length === 0) continue;
    runs += 1;
    for (const receipt of mine) for (const name of Object.keys(receipt.used)) used.add(name);
    if (runs === RUNS_LOOKED_AT) break;
  }
  if (runs < RUNS_LOOKED_AT) return { runs, tools: [] };
  return { runs, tools: tools.filter(({ server, tool }) => !used.has(`${server}/${tool}`)) };
}
