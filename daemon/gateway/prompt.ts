import type { GetPromptResult } from '@modelcontextprotocol/sdk/types.js';
import type { Conversation } from './conversation.ts';

/** A prompt that an agent's person can choose. */
export interface GatewayPrompt {
  name: string;
  description: string;
  arguments: readonly { name: string; description: string; required?: boolean }[];
  /** Only while a stage is in force. */
  needs: 'nothing' | 'stage';
  get(args: Readonly<Record<string, string>>, conversation: Conversation): GetPromptResult | Promise<GetPromptResult>;
  /** What an argument may be, by its beginning. */
  complete?(argument: string, value: string, conversation: Conversation): string[];
}
