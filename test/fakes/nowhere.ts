import { listenOnLoopback } from '../../daemon/demo/counterparts/loopback.ts';

/** An address of this machine at which nobody listens. */
export async function addressOfNobody(): Promise<string> {
  const server = await listenOnLoopback(() => undefined);
  await server.close();
  return server.url;
}
