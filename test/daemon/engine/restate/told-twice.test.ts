import { expect, it } from 'vitest';
import { systemClock } from '../../../../daemon/clock.ts';
import { startRestate } from '../../../../daemon/demo/counterparts/restate.ts';
import { ingressAt } from '../../../../daemon/engine/restate/ingress.ts';
import type { Tell } from '../../../../daemon/engine/restate/messages.ts';
import { serviceNames } from '../../../../daemon/engine/restate/names.ts';
import { openWorker } from '../../../../daemon/engine/restate/worker.ts';
import { newHub } from '../../../fakes/restate-house.ts';
import { requireRestate } from '../../../programs.ts';
import { startOf } from '../../../fakes/restate-run.ts';

const TOKEN = 'a token that hub and workers share';
const BY = { kind: 'person', name: 'Ada' } as const;

it.runIf(requireRestate())(
  'what a hub tells a run again, after days in which it was down, counts once [scale.hub.forwards]',
  async () => {
    const restate = await startRestate();
    const node = restate.nodes[0]!;
    const hub = newHub();
    const run = 'the-run';
    const notes: string[] = [];
    const nothing = (): void => undefined;
    const worker = await openWorker({
      hub,
      token: TOKEN,
      restate: { ingress: [node.ingress], admin: [node.admin] },
      port: 0,
      clock: systemClock,
      begin(_log, stretch) {
        stretch.idle();
        return { deliver: nothing, look: () => stretch.idle(), letGo: nothing, release: nothing };
      },
      report: ({ events }) => {
        for (const { type, payload } of events)
          if (type === 'note.added') notes.push((payload as { text: string }).text);
        return Promise.resolve();
      },
    });
    try {
      await worker.register();
      const ingress = ingressAt([node.ingress], TOKEN, new AbortController().signal);
      const inbox = (method: string) => ({ service: serviceNames(hub).inbox, key: run, method });
      await ingress.call(inbox('start'), startOf(hub, run, 0));
      // Without the key by which Restate itself knows repeats: it has forgotten that by then.
      const tell = (key: string, text: string): Promise<unknown> => {
        const told: Tell = {
          hub,
          run,
          key,
          at: 0,
          events: [{ type: 'note.added', node: '', payload: { text, by: BY } }],
        };
        return ingress.call(inbox('tell'), told);
      };
      await tell('a', 'first');
      await tell('a', 'first');
      await tell('b', 'second');
      await tell('a', 'first');
      await tell('c', 'last');
      await expect.poll(() => notes, { timeout: 20_000 }).toContain('last');
      expect(notes).toEqual(['first', 'second', 'last']);
    } finally {
      await worker.close();
      await restate.stop();
    }
  },
  60_000,
);
