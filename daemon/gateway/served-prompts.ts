import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import {
  CompleteRequestSchema,
  ErrorCode,
  GetPromptRequestSchema,
  ListPromptsRequestSchema,
  McpError,
} from '@modelcontextprotocol/sdk/types.js';
import type { Conversation, Extra } from './conversation.ts';
import type { GatewayPrompt } from './prompt.ts';
import { attempt } from './protocol-error.ts';

/** So many values complete an argument at once, by the protocol. */
const MOST_VALUES = 100;

/** Has a session answer for prompts: those that there are where it is attached now. */
export function servePrompts(
  server: Server,
  prompts: readonly GatewayPrompt[],
  conversationOf: (extra: Extra) => Conversation,
): void {
  const find = (wanted: string, conversation: Conversation): GatewayPrompt | undefined =>
    promptsIn(conversation, prompts).find(({ name }) => name === wanted);

  server.setRequestHandler(ListPromptsRequestSchema, (_, extra) => ({
    prompts: promptsIn(conversationOf(extra), prompts).map(({ name, description, arguments: args }) => ({
      name,
      description,
      arguments: args.map((argument) => ({ ...argument })),
    })),
  }));
  server.setRequestHandler(GetPromptRequestSchema, ({ params }, extra) =>
    attempt(() => {
      const conversation = conversationOf(extra);
      const prompt = find(params.name, conversation);
      if (!prompt) throw new McpError(ErrorCode.InvalidParams, `There is no prompt ${params.name} now.`);
      const args = params.arguments ?? {};
      const missing = prompt.arguments.find(({ name, required }) => required && args[name] === undefined);
      if (missing) throw new McpError(ErrorCode.InvalidParams, `${params.name} needs ${missing.name}.`);
      return prompt.get(args, conversation);
    }),
  );
  server.setRequestHandler(CompleteRequestSchema, ({ params: { ref, argument } }, extra) => {
    const conversation = conversationOf(extra);
    const prompt = ref.type === 'ref/prompt' ? find(ref.name, conversation) : undefined;
    const values = prompt?.complete?.(argument.name, argument.value, conversation) ?? [];
    return {
      completion: {
        values: values.slice(0, MOST_VALUES),
        total: values.length,
        hasMore: values.length > MOST_VALUES,
      },
    };
  });
}

function promptsIn({ place }: Conversation, prompts: readonly GatewayPrompt[]): GatewayPrompt[] {
  return prompts.filter(({ needs }) => needs === 'nothing' || place?.stage);
}
