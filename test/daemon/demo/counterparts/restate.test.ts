import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { startRestate, type Restate } from '../../../../daemon/demo/counterparts/restate.ts';
import { requireRestate } from '../../../programs.ts';

const hasRestate = requireRestate();

/** Whether anybody listens at this address. */
function listens(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2_000 });
    const end = (found: boolean) => {
      socket.destroy();
      resolve(found);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
}

describe.runIf(hasRestate)('a Restate to try things on', () => {
  let restate: Restate | undefined;
  afterEach(async () => {
    await restate?.stop();
    restate = undefined;
  });

  it('listens on loopback alone, comes back after a kill, and leaves nothing behind', async () => {
    restate = await startRestate();
    const [node] = restate.nodes;
    const first = node!.pid;
    const port = Number(new URL(node!.ingress).port);
    expect(await listens('127.0.0.1', port)).toBe(true);
    const elsewhere = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
    for (const { address, internal } of elsewhere) if (!internal) expect(await listens(address, port)).toBe(false);

    await node!.kill();
    expect(await listens('127.0.0.1', port)).toBe(false);
    await node!.start();
    expect(await listens('127.0.0.1', port)).toBe(true);
    expect(node!.pid).not.toBe(first);

    await restate.stop();
    expect(node!.pid).toBeUndefined();
    expect(existsSync(restate.folder)).toBe(false);
  });
});
