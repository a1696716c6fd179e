import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  LoggingMessageNotificationSchema,
  ResourceUpdatedNotificationSchema,
  ToolListChangedNotificationSchema,
  type CallToolResult,
} from '@modelcontextprotocol/sdk/types.js';
import { createGateway, type Gateway } from '../../daemon/gateway/gateway.ts';
import { mcpOverHttp } from '../../daemon/gateway/http-route.ts';
import type { GatewayMeans } from '../../daemon/gateway/means.ts';
import { prompts } from '../../daemon/gateway/prompts/index.ts';
import type { GatewayRegistry } from '../../daemon/gateway/registry.ts';
import { resources } from '../../daemon/gateway/resources/index.ts';
import { tools } from '../../daemon/gateway/tools/index.ts';
import type { Graph } from '../../daemon/graph/graph.ts';
import type { ServersConfig } from '../../daemon/mcp/server-config.ts';
import { Agents } from '../../daemon/people/agents.ts';
import { openToolCalls } from '../../daemon/personas/open-tool-calls.ts';
import type { ToolCalls } from '../../daemon/personas/tool-calls.ts';
import { createRedactor, type Redactor } from '../../daemon/secrets/redact.ts';
import type { JsonObject } from '../../shared/json.ts';
import type { PersonaShape } from '../../shared/workflow/role.ts';
import { createTestServer, type TestServer } from './server.ts';
import { testServers, type TestServers } from './mcp/servers.ts';

/** The real gateway on the real server and engine of a test, with servers of tools that are real processes. */
export interface TestGateway extends TestServer {
  gateway: Gateway;
  agents: Agents;
  servers: TestServers;
  toolCalls: ToolCalls;
  /** The personas that hold now; a test changes them. */
  personas: Map<string, PersonaShape>;
  redactor: Redactor;
  /** What agents wrote to pages. */
  written: { page: string; content: string }[];
  /** A new token, for a run where one is given. */
  token(name?: string, run?: string): string;
  /** A real client over HTTP, attached as its query says. */
  agent(query?: string, token?: string): Promise<TestAgent>;
}

/** A real MCP client, and what it was told. */
export interface TestAgent {
  client: Client;
  /** Since it connected. */
  told: { toolsChanged: number; lines: string[]; resources: string[] };
  names(): Promise<string[]>;
  call(name: string, args?: JsonObject): Promise<CallToolResult>;
  /** The text of what a tool answers. */
  text(name: string, args?: JsonObject): Promise<string>;
  close(): Promise<void>;
}

export interface GatewayOptions {
  personas: readonly PersonaShape[];
  servers?: ServersConfig;
  registry?: GatewayRegistry;
  graph?: Graph;
  engine?: Parameters<typeof createTestServer>[0];
}

export async function createTestGateway(options: GatewayOptions): Promise<TestGateway> {
  const personas = new Map(options.personas.map((persona) => [persona.id, persona]));
  const redactor = createRedactor();
  const written: TestGateway['written'] = [];
  const servers = testServers(options.servers ?? {});
  const known: { gateway?: Gateway; agents?: Agents; toolCalls?: ToolCalls; close?(): Promise<void> } = {};
  const server = await createTestServer(
    { ...options.engine, options: { personas: () => personas, ...options.engine?.options } },
    {},
    ({ port }, { engine, journal, database, clock }) => {
      const toolCalls = openToolCalls(journal, () => engine, {
        personas: () => personas,
        servers: servers.servers,
        redact: (value) => redactor.redact(value),
      });
      const means: GatewayMeans = {
        engine,
        journal,
        toolCalls,
        personas: () => personas,
        subscribe: (events) => engine.subscribe({ events }),
        pages: () => ({
          write: () => Promise.reject(new Error('no kinds here')),
          append: (page, content) => Promise.resolve(void written.push({ page, content })).then(() => ({ page })),
          read: () => Promise.resolve(null),
          section: () => Promise.resolve(null),
        }),
        graph: () => Promise.resolve(options.graph),
        redact: (value) => redactor.redact(value),
        version: '0.0.0-test',
      };
      const gateway = createGateway(means, options.registry ?? { tools, resources, prompts });
      const agents = new Agents(database, clock);
      const http = mcpOverHttp({ port, origins: [] }, gateway, agents, clock);
      Object.assign(known, {
        gateway,
        agents,
        toolCalls,
        close: async () => {
          await http.close();
          await gateway.close();
        },
      });
      return { agents, routes: [http.route] };
    },
  );
  const clients = new Set<TestAgent>();
  const token = (name = 'Claude', run?: string): string => known.agents!.add(name, run).token;
  return {
    ...server,
    gateway: known.gateway!,
    agents: known.agents!,
    toolCalls: known.toolCalls!,
    servers,
    personas,
    redactor,
    written,
    token,
    async agent(query = '', bearer = token()) {
      const client = await connectAgent(`${server.origin}/mcp${query}`, bearer);
      clients.add(client);
      return client;
    },
    async remove() {
      await Promise.all([...clients].map((client) => client.close()));
      await known.close!();
      await servers.servers.close();
      await server.remove();
    },
  };
}

/** Connects a real client over Streamable HTTP. */
export async function connectAgent(url: string, token: string): Promise<TestAgent> {
  const transport = new StreamableHTTPClientTransport(new URL(url), {
    requestInit: { headers: { Authorization: `Bearer ${token}` } },
  });
  return agentOver((client) => client.connect(transport));
}

/** A client over whatever transport it is connected by. */
export async function agentOver(connect: (client: Client) => Promise<void>): Promise<TestAgent> {
  const client = new Client({ name: 'test-agent', version: '1.0.0' });
  const told: TestAgent['told'] = { toolsChanged: 0, lines: [], resources: [] };
  client.setNotificationHandler(ToolListChangedNotificationSchema, () => void (told.toolsChanged += 1));
  client.setNotificationHandler(
    LoggingMessageNotificationSchema,
    ({ params }) => void told.lines.push(String(params.data)),
  );
  client.setNotificationHandler(
    ResourceUpdatedNotificationSchema,
    ({ params }) => void told.resources.push(params.uri),
  );
  await connect(client);
  const call = async (name: string, args: JsonObject = {}): Promise<CallToolResult> =>
    (await client.callTool({ name, arguments: args })) as CallToolResult;
  return {
    client,
    told,
    names: async () => (await client.listTools()).tools.map((tool) => tool.name),
    call,
    async text(name, args) {
      const { content } = await call(name, args);
      return content.map((part) => (part.type === 'text' ? part.text : `[${part.type}]`)).join('\n');
    },
    close: () => client.close(),
  };
}
