import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineAction, type Services } from '../../../../daemon/actions/action.ts';
import { systemClock, type Clock } from '../../../../daemon/clock.ts';
import { bodyOf, hashOf } from '../../../../daemon/engine/definitions.ts';
import { ingressAt } from '../../../../daemon/engine/restate/ingress.ts';
import { serviceNames } from '../../../../daemon/engine/restate/names.ts';
import { openRunWorker } from '../../../../daemon/engine/restate/run-worker.ts';
import { RunsHere } from '../../../../daemon/engine/restate/runs-here.ts';
import type { Worker } from '../../../../daemon/engine/restate/worker.ts';
import { primitives } from '../../../../daemon/primitives/index.ts';
import { SimulatedClock } from '../../../../daemon/scenarios/simulated-clock.ts';
import { step, workflowOf } from '../../../fakes/outline.ts';
import { newHub } from '../../../fakes/restate-house.ts';
import { useRestate } from '../../../fakes/restate.ts';
import { requireRestate } from '../../../programs.ts';
import { startOf } from '../../../fakes/restate-run.ts';

const TOKEN = 'a token that hub and workers share';
const SETTLE_MS = 60_000;
/** Where it has to pass by itself. */
const SHORT_MS = 5_000;
const WITHIN = { timeout: 30_000 };

/** An address in front of workers that can be cut while both sides live: the next connection goes where it is told. */
async function cuttable() {
  const open = new Set<Socket>();
  let port = 0;
  const server = createServer((client) => {
    const worker = connect({ host: '127.0.0.1', port });
    for (const socket of [client, worker]) {
      open.add(socket);
      socket.on('error', () => socket.destroy());
      socket.once('close', () => open.delete(socket));
    }
    client.once('close', () => worker.destroy());
    worker.once('close', () => client.destroy());
    client.pipe(worker).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const silence = (): void => {
    for (const socket of open) socket.unpipe();
    for (const socket of open) socket.resume();
  };
  const cut = (): void => {
    for (const socket of open) socket.destroy();
  };
  return {
    uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lead: (to: number) => void (port = to),
    cut,
    /** Nothing comes through any more, and nobody is told. */
    silence,
    close() {
      cut();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

describe.runIf(requireRestate())('an effect that was begun on a worker which is cut off from Restate', () => {
  const restate = useRestate();
  const release: (() => unknown)[] = [];
  afterEach(async () => {
    for (const give of release.splice(0).toReversed()) await give();
  });

  /** A run of one effect that takes until `land`, whoever tells it to end: a request that is on its way. */
  async function begun(settleMs = SETTLE_MS) {
    const hub = newHub();
    const node = restate();
    const address = await cuttable();
    release.push(() => address.close());
    const ledger: string[] = [];
    const called: string[] = [];
    const ended: string[] = [];
    let land = (): void => undefined;
    const landed = new Promise<void>((resolve) => (land = resolve));
    release.push(() => land());
    const open = async (name: string, clock: Clock): Promise<Worker> => {
      const post = defineAction({
        name: 'deploy.command',
        summary: 'Posts.',
        effect: 'write',
        input: z.object({}),
        output: z.null(),
        async run(_input, { key, signal }) {
          called.push(`${name} acts`);
          signal.addEventListener('abort', () => called.push(`${name} is told to end`), { once: true });
          await landed;
          ledger.push(key);
          return null;
        },
        verify(_input, { key }) {
          called.push(`${name} looks`);
          return Promise.resolve(ledger.includes(key) ? { is: 'done', result: null } : { is: 'not-done' });
        },
      });
      const worker = await openRunWorker({
        hub,
        token: TOKEN,
        restate: { ingress: [node.ingress], admin: [node.admin] },
        port: 0,
        clock,
        settleMs,
        primitives,
        actions: new Map([[post.name, post]]),
        personas: () => new Map([['tester', { id: 'tester', actions: ['deploy.command'], secrets: [] }]]),
        services: () => ({}) as Services,
        secrets: { read: (wanted) => Promise.reject(new Error(`no secret ${wanted}`)) },
        redact: (value) => value,
        here: new RunsHere(),
        report: ({ events }) => {
          ended.push(...events.map(({ type }) => type).filter((type) => type === 'run.completed'));
          return Promise.resolve();
        },
      });
      release.push(() => worker.close());
      return worker;
    };
    const portOf = (worker: Worker): number => Number(new URL(worker.uri).port);
    const first = await open('the first', systemClock);
    address.lead(portOf(first));
    await register(node.admin, address.uri);
    await begin(node.ingress, hub);
    await expect.poll(() => called, WITHIN).toEqual(['the first acts']);
    return { address, first, open, portOf, land: () => land(), ledger, called, ended };
  }

  it('is told to end when the network loses everything and closes nothing [scale.engine.settled]', async () => {
    const { address, called } = await begun(SHORT_MS);
    address.silence();
    await expect.poll(() => called, WITHIN).toContain('the first is told to end');
  });

  it('is looked for on the same one when the first try is over, and is done once [scale.engine.settled]', async () => {
    const { address, first, land, ledger, called, ended } = await begun();
    address.cut();
    const again = (): boolean => first.stretches().length === 1 && first.stretches()[0]!.isWaiting;
    await expect.poll(again, WITHIN).toBe(true);
    expect(called).toEqual(['the first acts', 'the first is told to end']);
    land();
    await expect.poll(() => ended, WITHIN).toEqual(['run.completed']);
    expect(called).toEqual(['the first acts', 'the first is told to end', 'the first looks']);
    expect(ledger).toHaveLength(1);
  });

  it('is looked for on another one when the first had its time to end, and is done once [scale.engine.settled]', async () => {
    const { address, open, portOf, land, ledger, called, ended } = await begun();
    const clock = new SimulatedClock(Date.now());
    const second = await open('the second', clock);
    address.lead(portOf(second));
    address.cut();
    await expect.poll(() => second.stretches().some(({ isWaiting }) => isWaiting), WITHIN).toBe(true);
    await expect.poll(() => called, WITHIN).toEqual(['the first acts', 'the first is told to end']);
    land();
    await expect.poll(() => ledger.length).toBe(1);
    clock.advanceTo(clock.now() + SETTLE_MS);
    await expect.poll(() => ended, WITHIN).toEqual(['run.completed']);
    expect(called).toEqual(['the first acts', 'the first is told to end', 'the second looks']);
    expect(ledger).toHaveLength(1);
  });
});

async function register(admin: string, uri: string): Promise<void> {
  const answer = await fetch(`${admin}/deployments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ uri, force: true }),
  });
  expect(answer.ok, await answer.text()).toBe(true);
}

async function begin(ingress: string, hub: string): Promise<void> {
  const definition = workflowOf(step('post', 'deploy.command', { with: {} }));
  const personas = { tester: { id: 'tester', actions: ['deploy.command'], secrets: [] } };
  const pinned = { definition, pages: {}, personas };
  const start = startOf(hub, 'the-run', Date.now(), hashOf(pinned), bodyOf(pinned));
  const control = new AbortController();
  await ingressAt([ingress], TOKEN, control.signal).call(
    { service: serviceNames(hub).inbox, key: start.run, method: 'start' },
    start,
  );
}
