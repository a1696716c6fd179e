import { fail } from '../../shared/failure.ts';
import type { AgentTurn } from '../../shared/run/event.ts';
import type { AgentTask } from '../actions/agent-run.ts';

/** Tokens, and what they cost, in the currency of the model's price. */
export interface Spent {
  input: number;
  output: number;
  cost: number;
}

/** Counts a turn in. */
export function spend(spent: Spent, { tokens, cost = 0 }: AgentTurn): void {
  spent.input += tokens.input;
  spent.output += tokens.output;
  spent.cost += cost;
}

/** Throws `agent.step_limit`, `agent.token_limit` or `agent.cost_limit` where another turn would be more than the step may have. */
export function requireLeft({ steps, tokens, cost }: AgentTask, spent: Spent, number: number): void {
  const remedy = 'Raise it on the page and start again, or give the step less to do.';
  if (number > steps) {
    throw fail('invalid', 'agent.step_limit', `The model was not done after ${steps} turns ("steps"). ${remedy}`);
  }
  const sum = spent.input + spent.output;
  if (sum >= tokens) {
    throw fail('invalid', 'agent.token_limit', `The model has used ${sum} tokens of ${tokens} ("tokens"). ${remedy}`);
  }
  if (cost !== undefined && spent.cost >= cost) {
    const now = roundCost(spent.cost);
    throw fail('invalid', 'agent.cost_limit', `The model has cost ${now} of ${cost} ("cost"). ${remedy}`);
  }
}

/** What so many tokens cost; the price is for a million. */
export function priceOf(price: { input: number; output: number }, tokens: { input: number; output: number }): number {
  return roundCost((price.input * tokens.input + price.output * tokens.output) / 1e6);
}

/** To a millionth. */
export function roundCost(cost: number): number {
  return Math.round(cost * 1e6) / 1e6;
}
