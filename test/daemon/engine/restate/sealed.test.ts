import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../../daemon/clock.ts';
import { startRestate } from '../../../../daemon/demo/counterparts/restate.ts';
import { ingressAt } from '../../../../daemon/engine/restate/ingress.ts';
import { serviceNames } from '../../../../daemon/engine/restate/names.ts';
import { seal, unseal } from '../../../../daemon/engine/restate/sealed.ts';
import { openWorker } from '../../../../daemon/engine/restate/worker.ts';
import { newHub } from '../../../fakes/restate-house.ts';
import { requireRestate } from '../../../programs.ts';

describe('a message to a run', () => {
  it('is taken as it was sealed [scale.engine.sealed]', () => {
    expect(unseal(seal({ run: 'a', events: [] }, 'token'), 'token')).toEqual({ run: 'a', events: [] });
  });

  it.each([
    ['with another token', seal({ run: 'a' }, 'another token')],
    ['with something else in it', { ...seal({ run: 'a' }, 'token'), sealed: '{"run":"b"}' }],
    ['with half a seal', { ...seal({ run: 'a' }, 'token'), mac: seal({ run: 'a' }, 'token').mac.slice(2) }],
    ['with none', { sealed: '{"run":"a"}' } as never],
    ['that is none', null as never],
  ])('%s is not taken [scale.engine.sealed]', (_how, message) => {
    expect(() => unseal(message, 'token')).toThrow(expect.objectContaining({ code: 'restate.unsealed' }) as Error);
  });
});

describe.runIf(requireRestate())('a worker whose token is not the hub’s', () => {
  it('takes nothing that the hub says, and tells of it [scale.engine.sealed]', async () => {
    const restate = await startRestate();
    const node = restate.nodes[0]!;
    const hub = newHub();
    let refused = 0;
    const worker = await openWorker({
      hub,
      token: 'of the worker',
      restate: { ingress: [node.ingress], admin: [node.admin] },
      port: 0,
      clock: systemClock,
      begin: () => expect.fail('no run begins here'),
      report: () => Promise.resolve(),
      refused: () => void (refused += 1),
    });
    try {
      await worker.register();
      const said = ingressAt([node.ingress], 'of the hub', new AbortController().signal);
      const inbox = { service: serviceNames(hub).inbox, key: 'the-run', method: 'tell' };
      await expect(said.call(inbox, { hub, run: 'the-run', events: [], at: 0 })).rejects.toMatchObject({
        code: 'restate.refused',
      });
      expect(refused).toBeGreaterThan(0);
    } finally {
      await worker.close();
      await restate.stop();
    }
  }, 60_000);
});

describe.runIf(requireRestate())('a worker that takes calls from another Restate only', () => {
  it('is not registered, and says which key to mend [scale.worker.waits]', async () => {
    const restate = await startRestate();
    const node = restate.nodes[0]!;
    const worker = await openWorker({
      hub: newHub(),
      token: 'of both',
      restate: {
        ingress: [node.ingress],
        admin: [node.admin],
        identity: ['publickeyv1_w7YHemBctH5Ck2nQRQ47iBBqhNHy4FV7t2Usbye2A6f'],
      },
      port: 0,
      clock: systemClock,
      begin: () => expect.fail('no run begins here'),
      report: () => Promise.resolve(),
    });
    try {
      const said = await new Promise<string>((resolve, reject) => {
        worker.register(resolve).catch(reject);
      });
      expect(said).toContain('another key than restate.identity says');
    } finally {
      await worker.close();
      await restate.stop();
    }
  }, 60_000);
});
