import { randomUUID } from 'node:crypto';
import { json } from 'node:stream/consumers';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { toolServer } from './tools.ts';

export interface HttpToolServer {
  url: string;
  notes: string[];
  /** What each request had among its headers. */
  authorizations: (string | undefined)[];
  close(): Promise<void>;
}

/** A real MCP server over Streamable HTTP on a free port of loopback: a session each, answers as event streams. */
export async function httpToolServer(): Promise<HttpToolServer> {
  const sessions = new Map<string, StreamableHTTPServerTransport>();
  const notes: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const wire = { raw: () => undefined, die: () => undefined };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    authorizations.push(request.headers.authorization);
    const body = request.method === 'POST' ? ((await json(request)) as Call) : undefined;
    if (body?.method === 'tools/call' && misbehave(body, response)) return;
    const known = sessions.get(String(request.headers['mcp-session-id']));
    if (known) return known.handleRequest(request, response, body);
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (id) => void sessions.set(id, transport),
    });
    await toolServer(wire, notes).connect(transport);
    return transport.handleRequest(request, response, body);
  };
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    notes,
    authorizations,
    async close() {
      for (const transport of sessions.values()) await transport.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Call {
  id: number;
  method: string;
  params?: { name?: string };
}

/** What no SDK would send: bytes into the event stream of the call. */
function misbehave({ id, params }: Call, response: ServerResponse): boolean {
  const name = params?.name ?? '';
  if (name === 'crash') response.destroy();
  if (name === 'malformed' || name === 'huge') {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`event: message\ndata: {"jsonrpc":"2.0","id":${id},"result":{"content":[{"type":"text","text":"`);
    const megabyte = 'x'.repeat(2 ** 20);
    for (let piece = 0; name === 'huge' && piece < 100; piece += 1) response.write(megabyte);
    response.end(name === 'huge' ? '"}]}}\n\n' : '{]\n\n');
  }
  return ['crash', 'malformed', 'huge'].includes(name);
}
