import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { StagebookError } from '../../shared/failure.ts';
import type { Clock } from '../clock.ts';
import type { Agent, Agents } from '../people/agents.ts';
import { end, type Route } from '../server/http.ts';
import { ownOrigin, type Door } from '../server/origins.ts';
import type { Gateway } from './gateway.ts';
import type { Session } from './session.ts';

/** Where agents connect over HTTP. */
export const MCP_PATH = '/mcp';

/** The largest request, in bytes. */
const LARGEST_BODY = 4 * 2 ** 20;
/** After so long without a request or an open stream a session is over, in milliseconds. */
const IDLE_MS = 60 * 60_000;
/** When a client may come back after its stream was closed, in milliseconds. */
const RETRY_MS = 500;

interface Live {
  agent: Agent;
  transport: StreamableHTTPServerTransport;
  session?: Pick<Session, 'heard' | 'close'>;
  /** Requests and streams that are open. */
  open: number;
  takeBack(): void;
}

/** The gateway over Streamable HTTP. */
export interface McpHttp {
  route: Route;
  close(): Promise<void>;
}

/** Serves agents over HTTP: Host and Origin are checked, then a token, always (security.md 1). */
export function mcpOverHttp(door: Door, gateway: Gateway, agents: Agents, clock: Clock): McpHttp {
  const sessions = new Map<string, Live>();

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    response.setHeader('Cache-Control', 'no-store');
    const { origin } = request.headers;
    if (origin !== undefined && origin !== ownOrigin(door.port) && !door.origins.includes(origin))
      return end(response, 403);
    if (!['GET', 'POST', 'DELETE'].includes(request.method ?? '')) {
      response.setHeader('Allow', 'GET, POST, DELETE');
      return end(response, 405);
    }
    const agent = agents.ofToken(/^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '');
    if (!agent) {
      response.setHeader('WWW-Authenticate', 'Bearer realm="stagebook"');
      return end(response, 401);
    }
    const id = request.headers['mcp-session-id'];
    const known = typeof id === 'string' ? sessions.get(id) : undefined;
    // Another agent's session is none for this one.
    if (known && known.agent.agent === agent.agent) return pass(known, request, response);
    if (id !== undefined) return refuse(response, 404, 'This session is over. Begin a new one with initialize.');
    if (request.method !== 'POST') return refuse(response, 400, 'A session begins with initialize.');
    await begin(agent, request, response);
  };

  const begin = async (agent: Agent, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const asked = new URL(request.url ?? '', ownOrigin(door.port)).searchParams;
    const wanted = asked.get('run') ?? undefined;
    if (agent.run !== undefined && wanted !== undefined && wanted !== agent.run) {
      return refuse(response, 403, `This token is for the run ${agent.run} only.`);
    }
    const run = agent.run ?? wanted;
    const attachment = { ...(run === undefined ? {} : { run }), stage: asked.get('stage') ?? undefined };
    const [{ StreamableHTTPServerTransport }, { StreamMemory }] = await Promise.all([
      import('@modelcontextprotocol/sdk/server/streamableHttp.js'),
      import('./stream-memory.ts'),
    ]);
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      eventStore: new StreamMemory(),
      retryInterval: RETRY_MS,
      maxRequestBodySize: LARGEST_BODY,
      onsessioninitialized: (id) => void sessions.set(id, live),
      onsessionclosed: (id) => forget(id),
    });
    const live: Live = { agent, transport, open: 0, takeBack: () => undefined };
    Object.assign(transport, {
      onclose: () => {
        if (transport.sessionId !== undefined) forget(transport.sessionId);
      },
    });
    try {
      live.session = await gateway.open(transport, attachment, agent.name);
    } catch (error) {
      if (!(error instanceof StagebookError)) throw error;
      return refuse(response, error.code === 'run.not_found' ? 404 : 503, error.message);
    }
    await pass(live, request, response);
    // Whatever it was, it was no initialize: nothing is kept for it.
    if (transport.sessionId === undefined) await live.session.close();
  };

  const pass = async (live: Live, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    live.takeBack();
    live.open += 1;
    response.once('close', () => {
      live.open -= 1;
      if (live.open === 0) live.takeBack = clock.at(clock.now() + IDLE_MS, () => void live.transport.close());
    });
    if (request.method === 'GET') onHead(response, () => live.session?.heard());
    await live.transport.handleRequest(request, response);
  };

  const forget = (id: string): void => {
    sessions.get(id)?.takeBack();
    sessions.delete(id);
  };

  agents.onRevoked(() => {
    for (const { agent, transport } of sessions.values()) if (!agents.has(agent.agent)) void transport.close();
  });

  return {
    route: { path: MCP_PATH, answer },
    async close() {
      for (const live of sessions.values()) live.takeBack();
      await Promise.all([...sessions.values()].map(({ transport }) => transport.close()));
    },
  };
}

/** Calls when the head of a response is on its way: from then on its stream takes messages. */
function onHead(response: ServerResponse, then: () => void): void {
  const writeHead = response.writeHead.bind(response) as (...all: unknown[]) => ServerResponse;
  Object.assign(response, {
    writeHead(...all: unknown[]) {
      setImmediate(then);
      return writeHead(...all);
    },
  });
}

/** A refusal as MCP clients read it. */
function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify({ jsonrpc: '2.0', error: { code: -32000, message }, id: null }));
}
