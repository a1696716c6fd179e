import { createServer, type AddressInfo } from 'node:net';

/** So many that were given are remembered. */
const REMEMBERED = 200;

/** Ports that were handed out a moment ago and may not be listened on yet: nobody else gets the same. */
const given = new Set<number>();

/** A port of 127.0.0.1 that is free now, and another one each time. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = await anyPort();
    if (given.has(port)) continue;
    given.add(port);
    if (given.size > REMEMBERED) given.delete([...given][0]!);
    return port;
  }
}

/** So many of them, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) ports.push(await freePort());
  return ports;
}

function anyPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
