import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { StagebookError } from '../../shared/failure.ts';
import type { Clock } from '../clock.ts';
import type { Agent, Agents } from '../people/agents.ts';
import { end, type Route } from '../server/http.ts';
import { ownOrigin, type Door } from '../server/origins.ts';
import type { Gateway } from './gateway.ts';
import { answerWith, HttpSessions, type HttpSession } from './http-sessions.ts';
import type { Attachment } from './means.ts';

/** Where agents connect over HTTP. */
export const MCP_PATH = '/mcp';

/** The largest request, in bytes. */
const LARGEST_BODY = 4 * 2 ** 20;
/** When a client may come back after its stream was closed, in milliseconds. */
const RETRY_MS = 500;

/** The gateway over Streamable HTTP. */
export interface McpHttp {
  route: Route;
  close(): Promise<void>;
}

/** Serves agents over HTTP: Host and Origin are checked, then a token, always (security.md 1). */
export function mcpOverHttp(door: Door, gateway: Gateway, agents: Agents, clock: Clock): McpHttp {
  const sessions = new HttpSessions(clock);
  agents.onRevoked(() => void sessions.end(({ agent }) => agents.has(agent)));
  return {
    route: {
      path: MCP_PATH,
      async answer(request, response) {
        const agent = letIn(door, agents, request, response);
        if (agent) await answer(agent, sessions, gateway, request, response);
      },
    },
    close: () => sessions.end(),
  };
}

/** The agent whose token a request has; undefined for one that was refused. */
function letIn(door: Door, agents: Agents, request: IncomingMessage, response: ServerResponse): Agent | undefined {
  response.setHeader('Cache-Control', 'no-store');
  const { origin } = request.headers;
  if (origin !== undefined && origin !== ownOrigin(door.port) && !door.origins.includes(origin)) {
    end(response, 403);
    return undefined;
  }
  if (!['GET', 'POST', 'DELETE'].includes(request.method ?? '')) {
    response.setHeader('Allow', 'GET, POST, DELETE');
    end(response, 405);
    return undefined;
  }
  const agent = agents.ofToken(/^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '');
  if (agent) return agent;
  response.setHeader('WWW-Authenticate', 'Bearer realm="stagebook"');
  end(response, 401);
  return undefined;
}

/** In the session that the request names, or in a new one. */
async function answer(
  agent: Agent,
  sessions: HttpSessions,
  gateway: Gateway,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const id = request.headers['mcp-session-id'];
  const known = typeof id === 'string' ? sessions.of(agent, id) : undefined;
  if (known) {
    sessions.busy(id as string, response);
    return answerWith(known, request, response);
  }
  if (id !== undefined) return refuse(response, 404, 'This session is over. Begin a new one with initialize.');
  if (request.method !== 'POST') return refuse(response, 400, 'A session begins with initialize.');
  const attachment = attachmentOf(agent, request.url ?? '');
  if (attachment) return begin(agent, attachment, sessions, gateway, request, response);
  refuse(response, 403, `This token is for the run ${agent.run} only.`);
}

/** Where a session shall be attached, by the address and the token; undefined for a run that is not the token's. */
function attachmentOf(agent: Agent, url: string): Attachment | undefined {
  const asked = new URL(url, 'http://localhost').searchParams;
  const run = asked.get('run') ?? agent.run;
  if (agent.run !== undefined && run !== agent.run) return undefined;
  return { ...(run === undefined ? {} : { run }), stage: asked.get('stage') ?? undefined };
}

async function begin(
  agent: Agent,
  attachment: Attachment,
  sessions: HttpSessions,
  gateway: Gateway,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [{ StreamableHTTPServerTransport }, { StreamMemory }] = await Promise.all([
    import('@modelcontextprotocol/sdk/server/streamableHttp.js'),
    import('./stream-memory.ts'),
  ]);
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    eventStore: new StreamMemory(),
    retryInterval: RETRY_MS,
    maxRequestBodySize: LARGEST_BODY,
    onsessioninitialized: (id) => sessions.keep(id, live, response),
    onsessionclosed: (id) => sessions.forget(id),
  });
  const live: HttpSession = { agent, transport };
  Object.assign(transport, {
    onclose: () => {
      if (transport.sessionId !== undefined) sessions.forget(transport.sessionId);
    },
  });
  try {
    live.session = await gateway.open(transport, attachment, agent.name);
  } catch (error) {
    if (!(error instanceof StagebookError)) throw error;
    return refuse(response, error.code === 'run.not_found' ? 404 : 503, error.message);
  }
  try {
    await answerWith(live, request, response);
  } finally {
    // Whatever it was, it was no initialize: nothing is kept for it.
    if (transport.sessionId === undefined) await live.session.close();
  }
}

/** A refusal as MCP clients read it. */
function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify({ jsonrpc: '2.0', error: { code: -32000, message }, id: null }));
}
