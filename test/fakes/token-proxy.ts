import { createServer, request as ask } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Passes everything on to a port, with a bearer token: for a client that knows none. The host and origin of the proxy become
 * those of the port, every other stays as it is.
 */
export async function tokenProxy(port: number, token: string): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer((incoming, outgoing) => {
    const own = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const there = `127.0.0.1:${port}`;
    const { host, origin, ...headers } = incoming.headers;
    const passed = ask(
      {
        host: '127.0.0.1',
        port,
        method: incoming.method,
        path: incoming.url,
        headers: {
          ...headers,
          host: host === own ? there : (host ?? ''),
          ...(origin === undefined ? {} : { origin: origin === `http://${own}` ? `http://${there}` : origin }),
          authorization: `Bearer ${token}`,
        },
      },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    passed.on('error', () => outgoing.destroy());
    outgoing.on('close', () => passed.destroy());
    incoming.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
