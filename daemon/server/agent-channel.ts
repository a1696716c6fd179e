import { z } from 'zod';

/** Where an agent over the local socket is to be attached. */
export const agentAttachment = z.strictObject({
  run: z.string().optional(),
  stage: z.string().optional(),
  name: z.string().optional(),
});

/** A message to or from an agent, as a frame of the local socket. What is in it is MCP's own matter. */
export const agentMessage = z.strictObject({ message: z.unknown() });

/** Messages of one agent, both ways, over whatever connects it. */
export interface AgentChannel {
  send(message: unknown): void;
  close(): void;
  onmessage?(message: unknown): void;
  onclose?(): void;
}

/** Lets an agent in that came over a channel. Throws when it cannot be attached. */
export type OpenToAgents = (channel: AgentChannel, attachment: z.infer<typeof agentAttachment>) => Promise<void>;
