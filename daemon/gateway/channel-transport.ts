import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { JSONRPCMessageSchema } from '@modelcontextprotocol/sdk/types.js';
import type { AgentChannel } from '../server/agent-channel.ts';

/** The transport of an agent that came over a channel. What is no message of the protocol is left out. */
export function channelTransport(channel: AgentChannel): Transport {
  const transport: Transport = {
    start() {
      const onmessage = (message: unknown): void => {
        const parsed = JSONRPCMessageSchema.safeParse(message);
        if (parsed.success) transport.onmessage?.(parsed.data);
        else transport.onerror?.(new Error('This is no JSON-RPC message.'));
      };
      Object.assign(channel, { onmessage, onclose: () => transport.onclose?.() });
      return Promise.resolve();
    },
    send(message) {
      channel.send(message);
      return Promise.resolve();
    },
    close() {
      channel.close();
      transport.onclose?.();
      return Promise.resolve();
    },
  };
  return transport;
}
