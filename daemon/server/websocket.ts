import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { PROTOCOL_LIMITS, SOCKET_PATH } from '../../shared/protocol/limits.ts';
import type { ServerFrame } from '../../shared/protocol/frames.ts';
import { Connection, type ConnectionOptions } from './connection.ts';
import { refuseUpgrade } from './http.ts';
import { mayConnect, type Door } from './origins.ts';

/** Connections at a time; of one origin, those that nobody knows (yet): no web page can keep Logseq or the panel out. */
const MOST = 256;
const MOST_STRANGERS = 32;

/** How long those that are connected may take to go when the daemon ends, in milliseconds. */
const CLOSING_MS = 500;

/** All connections of the daemon. */
export interface Sockets {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Those that were let in. */
  connections(): Connection[];
  send(frame: ServerFrame, to?: (connection: Connection) => boolean): void;
  /** Tells all that the daemon ends; resolves when they are gone. */
  close(): Promise<void>;
}

/** Opens WebSockets at their path, for origins that may come (security.md 1). */
export function createSockets(door: Door, options: Omit<ConnectionOptions, 'origin'>): Sockets {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    // Answered by the connection itself: a flood of pings is one of calls, and answers to it are not kept without bound.
    autoPong: false,
    // Somewhat more than a frame may have, so that one that is too large is refused in the protocol's own words.
    maxPayload: 3 * PROTOCOL_LIMITS.frameBytes,
  });
  const all = new Set<Connection>();
  const connections = (): Connection[] => [...all].filter(({ peer }) => peer !== undefined);
  let open = true;
  return {
    upgrade(request, socket, head) {
      if ((request.url ?? '').split('?', 1)[0] !== SOCKET_PATH) return refuseUpgrade(socket, 404);
      if (!mayConnect(request, door)) return refuseUpgrade(socket, 403, 'origin');
      const { origin } = request.headers;
      const strangers = [...all].filter((other) => other.origin === origin && other.peer === undefined).length;
      if (!open || all.size >= MOST || strangers >= MOST_STRANGERS) return refuseUpgrade(socket, 503);
      server.handleUpgrade(request, socket, head, (webSocket) => {
        const connection = new Connection(webSocket, { ...options, origin });
        all.add(connection);
        webSocket.once('close', () => all.delete(connection));
      });
    },
    connections,
    send(frame, to = () => true) {
      for (const connection of connections().filter(to)) connection.send(frame);
    },
    async close() {
      open = false;
      for (const connection of all) connection.refuse('closing', 'The daemon ends. Every run stays resumable.');
      const patience = AbortSignal.timeout(CLOSING_MS);
      const patient = new Promise<void>((resolve) =>
        patience.addEventListener('abort', () => resolve(), { once: true }),
      );
      const gone = Promise.all([...all].map((connection) => connection.gone));
      await Promise.race([gone, patient]);
      for (const connection of all) connection.terminate();
      await gone;
    },
  };
}
