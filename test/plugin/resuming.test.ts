import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeRuns } from '../../plugin/runs.ts';
import type { Json } from '../../shared/json.ts';
import type { NewEvent, RunEvent } from '../../shared/run/event.ts';
import { fold } from '../../shared/run/fold/fold.ts';
import { completed, eventsOf, started } from './blocks/scenes.ts';
import { setUp, welcome, type Far } from './far-end.ts';
import { settled } from './timers.ts';

describe('resuming', () => {
  it('goes on at the last position, and begins anew with an older journal [ui.connection.resume]', () => {
    const { connection, online, timers, last } = setUp();
    let resets = 0;
    connection.on({ reset: () => (resets += 1) });
    const subscription = () => last().sent.find((frame) => 'call' in frame && frame.call === 'subscribe');
    const far = online(7);
    connection.subscribe(['run-1']);
    expect(subscription()).toMatchObject({ with: { runs: ['run-1'], after: 7 } });
    far.say({ events: [], upTo: 12 });
    far.hangUp();
    timers.advance(1_000);
    last().say({ welcome: welcome(20) });
    expect(subscription()).toMatchObject({ with: { runs: ['run-1'], after: 12 } });
    last().hangUp();
    timers.advance(2_000);
    last().say({ welcome: welcome(3) });
    expect(subscription()).toMatchObject({ with: { after: 3 } });
    expect(resets).toBe(1);
  });

  /** A daemon that commits, sends in its own time, and is lost at any moment. */
  it('shows every event once, whatever is lost, doubled or cut off in between [ui.connection.resume]', async () => {
    const news: NewEvent[] = Array.from({ length: 12 }, (_, n) => [started(`n${n}`), completed(`n${n}`, n)]).flat();
    const all = eventsOf(news);
    const act = fc.constantFrom('commit', 'send', 'send', 'answer', 'answer', 'hang up', 'wait', 'double', 'follow');
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 10, maxLength: 120 }), async (acts) => {
        const { connection, timers, last, sockets } = setUp();
        const journal: RunEvent[] = all.slice(0, 3);
        const runs = makeRuns(connection, () => {});
        let read = 0;
        let subscribed: { after: number; far: Far } | undefined;
        const answers: (() => void)[] = [];
        const greeted = new Set<Far>();

        /** Reads what came from the other end, as the daemon does. */
        const listen = () => {
          const far = last();
          if (!far.open) return;
          if (far !== subscribed?.far) read = greeted.has(far) ? read : 0;
          for (; read < far.sent.length; read += 1) {
            const frame = far.sent[read]!;
            if ('hello' in frame) {
              greeted.add(far);
              read += 1;
              far.say({ welcome: welcome(journal.length) });
              return listen();
            }
            if (!('call' in frame)) continue;
            const { id, call } = frame;
            const given = frame.with as { after?: number };
            if (call === 'subscribe') {
              subscribed = { after: given.after!, far };
              far.say({ id, ok: { pos: journal.length } });
            } else if (call === 'run.events') {
              const events = journal.filter(({ seq }) => seq > given.after!).slice(0, 4);
              answers.push(
                () =>
                  void (
                    far.open &&
                    far.say({ id, ok: { events: events as unknown as Json, done: given.after! + 4 >= journal.length } })
                  ),
              );
            } else if (call === 'run.definition') {
              const header = { role: 'workflow', id: '', title: '', settings: {}, children: [] };
              answers.push(
                () =>
                  void (far.open && far.say({ id, ok: { definition: { language: 1, header, body: [] }, hash: 'h' } })),
              );
            }
          }
        };
        const send = (from: number) => {
          if (!subscribed?.far.open || subscribed.far !== last()) return;
          const events = journal.filter(({ pos }) => pos > from).slice(0, 3);
          if (events.length === 0) return;
          const upTo = events.at(-1)!.pos;
          subscribed.after = Math.max(subscribed.after, upTo);
          subscribed.far.say({ events, upTo });
        };
        const turn = async () => {
          await settled();
          listen();
          await settled();
        };
        const answer = () => answers.shift()?.();

        connection.connect();
        timers.advance(1);
        await turn();
        runs.follow(new Set(['run-1']));
        for (const one of acts) {
          if (one === 'commit' && journal.length < all.length) journal.push(all[journal.length]!);
          else if (one === 'send') send(subscribed?.after ?? 0);
          else if (one === 'double') send(Math.max(0, (subscribed?.after ?? 0) - 3));
          else if (one === 'answer') answer();
          else if (one === 'hang up' && last().open) last().hangUp();
          else if (one === 'wait') timers.advance(800);
          else if (one === 'follow') runs.follow(new Set(['run-1', `other-${sockets.length % 2}`]));
          await turn();
        }
        // In the end everything is there: the daemon is up, and sends what it has.
        for (let n = 0; n < 60; n += 1) {
          timers.advance(1_000);
          await turn();
          answer();
          send(subscribed?.after ?? 0);
          await turn();
        }
        expect(runs.get('run-1')?.state).toEqual(fold(journal));
      }),
      { numRuns: 150 },
    );
  });
});
