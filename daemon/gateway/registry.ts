import type { GatewayPrompt } from './prompt.ts';
import type { GatewayResource } from './resource.ts';
import type { GatewayTool } from './tool.ts';

/** What the gateway offers besides the tools of a persona. */
export interface GatewayRegistry {
  tools: readonly GatewayTool[];
  resources: readonly GatewayResource[];
  prompts: readonly GatewayPrompt[];
}
