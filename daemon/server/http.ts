import { createServer, STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { fail } from '../../shared/failure.ts';
import { isOwnHost, type Door } from './origins.ts';

/** More than this many sockets at a time are not ours. */
const MOST_SOCKETS = 256;

/** Something that is served under a path. */
export interface Route {
  path: string;
  /** Also everything that begins with the path. */
  under?: boolean;
  answer(request: IncomingMessage, response: ServerResponse, path: string): void | Promise<void>;
}

export interface Handlers {
  door: Door;
  routes: readonly Route[];
  /** A request to become a WebSocket, from a host that is ours. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** The daemon's port, bound to this machine only. */
export interface Http {
  port: number;
  /** From now on requests are answered; before, they are told to come back. */
  open(handlers: Handlers): void;
  close(): Promise<void>;
}

/** Binds 127.0.0.1 (security.md 1). Port 0 takes a free one. Throws `server.port_taken`, `server.port`. */
export async function listenHttp(port: number): Promise<Http> {
  let handlers: Handlers | undefined;
  const server = createServer((request, response) => {
    if (!handlers) return end(response, 503);
    answer(request, response, handlers).catch(() => end(response, 500));
  });
  server.maxConnections = MOST_SOCKETS;
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    if (!handlers) return refuseUpgrade(socket, 503);
    if (!isOwnHost(request, handlers.door)) return refuseUpgrade(socket, 403);
    handlers.upgrade(request, socket, head);
  });
  await listening(server, port);
  return {
    port: (server.address() as AddressInfo).port,
    open: (given) => void (handlers = given),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Answers a request to upgrade with a status and nothing else. */
export function refuseUpgrade(socket: Duplex, status: number, why = ''): void {
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: text/plain\r\n`;
  socket.end(`${head}Content-Length: ${Buffer.byteLength(why)}\r\n\r\n${why}`);
}

async function answer(request: IncomingMessage, response: ServerResponse, handlers: Handlers): Promise<void> {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  if (!isOwnHost(request, handlers.door)) return end(response, 403);
  const path = (request.url ?? '').split(/[?#]/, 1)[0]!;
  const route = handlers.routes.find((each) => each.path === path || (each.under && path.startsWith(each.path)));
  if (!route) return end(response, 404);
  await route.answer(request, response, path);
}

/** Ends a response with a status and its name as the text. */
export function end(response: ServerResponse, status: number): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' });
  response.end(`${STATUS_CODES[status]}\n`);
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    // Later ones are of connections that could not be accepted, for want of file handles: those come again.
    server.on('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      const message = taken
        ? `Something else on this machine listens on 127.0.0.1:${port}. End it, or give Stagebook another port in config.yaml: "port: ${port + 1}" (panels are then paired anew, because their keys belong to the port).`
        : `127.0.0.1:${port} could not be opened: ${error.message}. Give another port in config.yaml: "port: 7717".`;
      reject(fail('conflict', taken ? 'server.port_taken' : 'server.port', message, { cause: error }));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}
