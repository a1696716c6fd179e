import type { GatewayPrompt } from '../prompt.ts';
import { stageBrief } from './stage-brief.ts';

/** What an agent's person can choose as a prompt. */
export const prompts: readonly GatewayPrompt[] = [stageBrief];
