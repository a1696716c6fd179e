import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../../daemon/clock.ts';
import { freePorts } from '../../../../daemon/free-port.ts';
import { openWorker, type Worker } from '../../../../daemon/engine/restate/worker.ts';

describe('a worker that starts', () => {
  let worker: Worker;
  let admin: Server | undefined;
  let port: number;
  let asked: string[];
  beforeEach(async () => {
    asked = [];
    [port] = (await freePorts(1)) as [number];
    worker = await openWorker({
      hub: 'ours',
      token: 'shared',
      restate: { ingress: [], admin: [`http://127.0.0.1:${port}`] },
      port: 0,
      clock: systemClock,
      begin: () => expect.fail('nothing begins here'),
      report: () => expect.fail('nothing is told here'),
    });
  });
  afterEach(async () => {
    await worker.close();
    await new Promise((resolve) => (admin ? admin.close(resolve) : resolve(undefined)));
    admin = undefined;
  });
  /** An admin address that answers with one status after the other. */
  const listen = (...statuses: number[]): Promise<void> => {
    admin = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.writeHead(statuses.shift()!, { connection: 'close' }).end('{"message":"as it is"}');
    });
    return new Promise((resolve) => admin!.listen(port, '127.0.0.1', resolve));
  };

  it('waits for a Restate that is away or on its way back, and says so once [scale.worker.waits]', async () => {
    const said: string[] = [];
    let heard = (): void => undefined;
    const away = new Promise<void>((resolve) => (heard = resolve));
    const registering = worker.register((problem) => (said.push(problem), heard()));
    await away;
    await listen(500, 503, 201);
    await registering;
    expect(asked).toEqual(Array.from({ length: 3 }, () => 'POST /deployments'));
    expect(said).toEqual([expect.stringMatching(new RegExp(`^Nobody answers at http://127.0.0.1:${port}.*again`))]);
  });

  it('does not go on asking one that refuses it, nor after its end [scale.worker.waits]', async () => {
    await listen(400);
    await expect(worker.register()).rejects.toMatchObject({
      code: 'restate.refused',
      message: expect.stringContaining('as it is'),
    });
    expect(asked).toHaveLength(1);
    await new Promise((resolve) => admin!.close(resolve));
    admin = undefined;
    const [ended] = await Promise.allSettled([worker.register(), worker.close()]);
    expect(ended).toMatchObject({ status: 'rejected', reason: { message: 'the worker is closed' } });
  });
});
