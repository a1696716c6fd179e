import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** One address for several workers, as a load balancer is in a data centre: connections go round those that answer. */
export interface Balancer {
  url: string;
  close(): Promise<void>;
}

export async function balance(ports: readonly number[]): Promise<Balancer> {
  const open = new Set<Socket>();
  let turn = 0;
  const keep = (socket: Socket): void => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  };
  const join = (client: Socket, left: number): void => {
    const port = ports[turn++ % ports.length]!;
    const worker = connect({ host: '127.0.0.1', port });
    let connected = false;
    worker.once('connect', () => {
      connected = true;
      client.pipe(worker);
      worker.pipe(client);
    });
    worker.once('error', () => {
      // A worker that is not there now: the next one.
      if (!connected && left > 1 && !client.destroyed) join(client, left - 1);
      else client.destroy();
    });
    worker.once('close', () => {
      if (connected) client.destroy();
    });
    client.once('close', () => worker.destroy());
    keep(worker);
  };
  const server = createServer((client) => {
    keep(client);
    client.on('error', () => client.destroy());
    join(client, ports.length);
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}
