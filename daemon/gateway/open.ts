import type { Route } from '../server/http.ts';
import type { Door } from '../server/origins.ts';
import type { OpenToAgents } from '../server/agent-channel.ts';
import type { Clock } from '../clock.ts';
import type { Agents } from '../people/agents.ts';
import { createGateway, type Gateway } from './gateway.ts';
import { mcpOverHttp } from './http-route.ts';
import type { GatewayMeans } from './means.ts';
import { prompts } from './prompts/index.ts';
import { resources } from './resources/index.ts';
import { tools } from './tools/index.ts';

/** The gateway of a daemon, with every way in. */
export interface OpenGateway {
  gateway: Gateway;
  /** For agents on the local socket. */
  local: OpenToAgents;
  /** For agents over HTTP. */
  http(door: Door): Route;
  close(): Promise<void>;
}

/** Opens the gateway with all that Stagebook offers itself. */
export function openGateway(means: GatewayMeans, agents: Agents, clock: Clock): OpenGateway {
  const gateway = createGateway(means, { tools, resources, prompts });
  const closing: (() => Promise<void>)[] = [];
  return {
    gateway,
    async local(channel, { name, ...attachment }) {
      gateway.check(attachment);
      const { channelTransport } = await import('./channel-transport.ts');
      await gateway.open(channelTransport(channel), attachment, name);
    },
    http(door) {
      const http = mcpOverHttp(door, gateway, agents, clock);
      closing.push(() => http.close());
      return http.route;
    },
    async close() {
      await Promise.all(closing.map((close) => close()));
      await gateway.close();
    },
  };
}
