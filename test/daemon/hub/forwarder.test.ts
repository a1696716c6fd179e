import { createServer, type IncomingMessage } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unseal } from '../../../daemon/engine/restate/sealed.ts';
import { Forwarder } from '../../../daemon/hub/forwarder.ts';
import { listenOnLoopback, type Listening } from '../../../daemon/demo/counterparts/loopback.ts';
import { systemClock } from '../../../daemon/clock.ts';
import { createTestHub, type TestHub } from '../../fakes/hub.ts';
import { step, workflowOf } from '../../fakes/outline.ts';

const BY = { kind: 'person', name: 'Ada' } as const;
const one = () => workflowOf(step('one', 'act.read', { with: { name: 'one' } }));

/** What an ingress of Restate was sent, in order. */
interface Taken {
  path: string;
  key: string;
  text: { run: string; events: { type: string }[] };
}

describe('what the hub tells a Restate', () => {
  let hub: TestHub;
  let ingress: Listening;
  let taken: Taken[];
  let answer: (n: number) => number;
  let asked: number;
  let forwarder: Forwarder | undefined;

  beforeEach(async () => {
    hub = await createTestHub();
    taken = [];
    asked = 0;
    answer = () => 202;
    ingress = await listenOnLoopback((request, response) => {
      void take(request).then((status) => response.writeHead(status).end('{}'));
    });
  });
  const take = async (request: IncomingMessage): Promise<number> => {
    const body = await bodyOf(request);
    const status = answer(++asked);
    if (status < 300) {
      const key = String(request.headers['idempotency-key']);
      taken.push({ path: request.url ?? '', key, text: unseal(JSON.parse(body) as never, hub.token) as Taken['text'] });
    }
    return status;
  };
  afterEach(async () => {
    await forwarder?.close();
    await ingress.close();
    await hub.close();
  });

  const open = (addresses: readonly string[], problems: string[] = []): Forwarder => {
    const { id, forwards, token } = hub;
    forwarder = new Forwarder({
      hub: id,
      ingress: addresses,
      token: () => Promise.resolve(token),
      forwards,
      clock: systemClock,
      onProblem: (problem) => problems.push(problem),
    });
    forwarder.wake();
    return forwarder;
  };

  it('arrives sealed and in the order of each run, once it is owed [scale.hub.forwards]', async () => {
    const runs = await Promise.all([1, 2, 3].map(() => hub.engine.start({ definition: one(), inputs: {}, by: BY })));
    void hub.engine.cancel(runs[0]!, BY);
    await expect.poll(() => hub.forwards.waiting()).toBe(4);
    open([ingress.url]);
    await expect.poll(() => hub.forwards.waiting()).toBe(0);
    expect(taken.map(({ path }) => path).sort()).toEqual(
      [
        ...runs.map((run) => `/Stagebook.hub1.Inbox/${run}/start/send`),
        `/Stagebook.hub1.Inbox/${runs[0]}/tell/send`,
      ].sort(),
    );
    const first = taken.filter(({ text }) => text.run === runs[0]).map(({ text }) => text.events[0]?.type);
    expect(first).toEqual(['run.started', 'run.cancelling']);
    expect(new Set(taken.map(({ key }) => key)).size).toBe(4);
  });

  it('is told again under the same key until it is taken, and to another node when one is away [scale.hub.forwards]', async () => {
    const run = await hub.engine.start({ definition: one(), inputs: {}, by: BY });
    const nobody = createServer();
    await new Promise<void>((resolve) => nobody.listen(0, '127.0.0.1', resolve));
    const { port } = nobody.address() as { port: number };
    await new Promise((resolve) => nobody.close(resolve));
    answer = (n) => (n < 3 ? 503 : 202);
    const problems: string[] = [];
    open([`http://127.0.0.1:${port}`, ingress.url], problems);
    await expect.poll(() => hub.forwards.waiting(), { timeout: 10_000 }).toBe(0);
    expect(taken.map(({ text }) => text.run)).toEqual([run]);
    expect(problems).toHaveLength(1);
  });

  it('waits on the disk while no Restate is there at all [scale.hub.forwards]', async () => {
    await hub.engine.start({ definition: one(), inputs: {}, by: BY });
    answer = () => 503;
    await open([ingress.url]).close();
    expect(hub.forwards.waiting()).toBe(1);
    answer = () => 202;
    open([ingress.url]);
    await expect.poll(() => hub.forwards.waiting()).toBe(0);
    expect(taken).toHaveLength(1);
  });
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}
