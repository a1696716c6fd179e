import type { NodeKey } from '../workflow/definition.ts';
import { isShown } from './assumed.ts';
import { stageOf } from './stages.ts';
import type { RunState } from './state.ts';

/** What one persona did in one stage (personas.md): what models and agents were offered, and all that was used and refused. */
export interface StageReceipt {
  /** The stage; empty for what stands outside of any. */
  stage: NodeKey;
  title: string;
  persona: string;
  /** Who was given tools, and which. Empty where only the page's own steps worked. */
  offered: { to: string; tools: string[]; shortened: string[]; tokens: number; budget?: number }[];
  /** How often each action, and each tool as `server/tool`, was used. */
  used: Record<string, number>;
  refused: { at: number; wanted: string; why: string; by?: string }[];
  /** Tokens of the definitions that were offered, before anybody used any. */
  forecast: number;
  /** Tokens that went to and came from models, and of what agents called. */
  spent: number;
  /** By which they were counted, where any were. */
  tokenizer?: string;
}

/** The receipts of a run, in the order in which stages and personas came to work. */
export function receiptsOf(state: RunState): StageReceipt[] {
  const receipts = new Map<string, StageReceipt>();
  const at = (node: NodeKey, persona: string): StageReceipt => {
    const stage = stageOf(state, node);
    const key = `${stage?.key ?? ''}\n${persona}`;
    let receipt = receipts.get(key);
    if (!receipt) {
      const title = stage?.title ?? stage?.key ?? '';
      receipt = { stage: stage?.key ?? '', title, persona, offered: [], used: {}, refused: [], forecast: 0, spent: 0 };
      receipts.set(key, receipt);
    }
    return receipt;
  };
  for (const node of state.nodes.values()) {
    const { key, role, persona, step } = node;
    const who = step?.persona ?? (role === 'stage' ? persona : undefined);
    if (who === undefined) continue;
    const receipt = at(key, who);
    if (step && !isShown(node)) use(receipt, usedBy(step));
  }
  // A model pays for definitions and answers with each of its turns; whoever else works pays for them once.
  const withModel = new Set(state.agentTurns.map(({ node }) => node));
  for (const { node, persona, to, tools, shortened, tokens, own, budget, tokenizer } of state.offers) {
    const receipt = at(node, persona);
    receipt.offered.push({ to, tools, shortened, tokens, ...(budget === undefined ? {} : { budget }) });
    receipt.forecast += tokens + own;
    receipt.tokenizer = tokenizer;
    if (!withModel.has(node)) receipt.spent += tokens + own;
  }
  for (const { node, persona, server, tool, tokens = 0 } of state.toolCalls) {
    const receipt = at(node, persona);
    use(receipt, `${server}/${tool}`);
    if (!withModel.has(node)) receipt.spent += tokens;
  }
  for (const { node, tokens } of state.agentTurns) {
    const persona = state.nodes.get(node)?.step?.persona ?? stageOf(state, node)?.persona;
    if (persona !== undefined) at(node, persona).spent += tokens.input + tokens.output;
  }
  for (const { node, persona, at: when, wanted, why, by } of state.refusals) {
    at(node, persona).refused.push({ at: when, wanted, why, ...(by ? { by: by.name } : {}) });
  }
  return [...receipts.values()];
}

/** What a step used: its action, or the tool that it called. */
function usedBy({ action, with: settings }: { action: string; with: unknown }): string {
  if (action !== 'mcp.call' || typeof settings !== 'object' || settings === null) return action;
  const { server, tool } = settings as { server?: unknown; tool?: unknown };
  return `${String(server)}/${String(tool)}`;
}

function use({ used }: StageReceipt, name: string): void {
  used[name] = (used[name] ?? 0) + 1;
}
