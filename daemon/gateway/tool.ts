import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { fail } from '../../shared/failure.ts';
import type { Json, JsonObject } from '../../shared/json.ts';
import type { Effect } from '../../shared/workflow/role.ts';
import type { Conversation } from './conversation.ts';
import type { Said } from './means.ts';

/** One of Stagebook's own tools, as an agent gets it besides those of its persona. */
export interface GatewayTool {
  name: string;
  description: string;
  inputSchema: JsonObject;
  effect: Effect;
  /** `run`: only for a session that is attached to one. `stage`: only while a stage is in force. */
  needs: 'nothing' | 'run' | 'stage';
  /** The action that a call amounts to: the persona has to be allowed it. */
  action?: string;
  call(args: JsonObject, conversation: Conversation): Promise<CallToolResult>;
}

interface Spec<I> extends Pick<GatewayTool, 'name' | 'description' | 'effect' | 'needs' | 'action'> {
  input: z.ZodType<I>;
  run(input: I, conversation: Conversation): Promise<Said> | Said;
}

/** Defines a tool by what it takes. Arguments that do not fit are refused in words that say what to change. */
export function defineTool<I>({ input, run, ...own }: Spec<I>): GatewayTool {
  const { $schema: _, ...inputSchema } = z.toJSONSchema(input, { io: 'input' }) as JsonObject;
  return {
    ...own,
    inputSchema,
    async call(args, conversation) {
      const parsed = input.safeParse(args);
      if (!parsed.success) {
        const issue = parsed.error.issues[0]!;
        const where = issue.path.length > 0 ? `${issue.path.join('.')}: ` : '';
        throw fail('invalid', 'agent.arguments', `${own.name} cannot be called so: ${where}${issue.message}.`);
      }
      return answerOf(await run(parsed.data, conversation));
    },
  };
}

function answerOf(said: Said): CallToolResult {
  if (typeof said === 'string') return { content: [{ type: 'text', text: said }] };
  return { content: [{ type: 'text', text: JSON.stringify(said, null, 2) }], structuredContent: said };
}

/** Data as JSON, where it comes from the fold. */
export function asJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value ?? null)) as Json;
}
