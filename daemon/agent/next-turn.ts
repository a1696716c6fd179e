import type { ModelMessage, ToolSet } from 'ai';
import type { Json } from '../../shared/json.ts';
import type { AgentTurn } from '../../shared/run/event.ts';
import type { ActionContext } from '../actions/action.ts';
import { modelFailure } from './failure.ts';
import type { ChosenModel } from './models.ts';
import { priceOf } from './spending.ts';
import { changes, type AgentTool } from './toolbox.ts';

/** The most that a model may say in one turn, in tokens. */
const LONGEST_TURN = 16_000;

/** How a turn ended that called only tools which do not exist: the library has answered those. */
export const BAD_CALLS = 'bad-calls';

/** What a model is asked with. */
export interface Asked {
  chosen: ChosenModel;
  instructions: string;
  messages: ModelMessage[];
  tools: ReadonlyMap<string, AgentTool>;
  /** Whether it is offered only what changes nothing. */
  onlyLooks: boolean;
  /** How many tokens it may still use. */
  left: number;
  redact<T>(value: T): T;
}

/** Asks a model for its next turn, and tells the step's output of it. Throws `agent.*`. */
export async function nextTurn(
  number: number,
  { chosen, instructions, messages, tools, onlyLooks, left, redact }: Asked,
  context: ActionContext,
  signal: AbortSignal,
): Promise<AgentTurn> {
  const { generateText, jsonSchema, tool } = await libraryOf();
  const set: ToolSet = {};
  for (const [name, { description, schema, ...own }] of tools) {
    if (onlyLooks && changes(own)) continue;
    set[name] = tool({ description, inputSchema: jsonSchema(schema) });
  }
  const result = await generateText({
    model: chosen.model,
    instructions,
    messages,
    tools: set,
    maxRetries: 0,
    maxOutputTokens: Math.min(LONGEST_TURN, left),
    abortSignal: signal,
  }).catch((error: unknown) => {
    throw modelFailure(error, chosen);
  });
  const { usage } = result;
  const tokens = { input: usage.inputTokens ?? 0, output: usage.outputTokens ?? 0 };
  const turn: AgentTurn = redact({
    conversation: context.key,
    turn: number,
    model: chosen.name,
    text: result.text,
    calls: result.toolCalls
      .filter((call) => call.invalid !== true)
      .map((call) => ({ id: call.toolCallId, name: call.toolName, input: (call.input ?? {}) as Json })),
    messages: JSON.parse(JSON.stringify(result.responseMessages)) as Json[],
    finish: result.finishReason,
    tokens,
    ...(chosen.price ? { cost: priceOf(chosen.price, tokens) } : {}),
  });
  if (turn.calls.length === 0 && result.toolCalls.length > 0) turn.finish = BAD_CALLS;
  return turn;
}

async function libraryOf() {
  // It would write its own warnings among the daemon's output.
  (globalThis as { AI_SDK_LOG_WARNINGS?: boolean }).AI_SDK_LOG_WARNINGS = false;
  return import('ai');
}
