import { describe, expect, it } from 'vitest';
import { Stretch } from '../../../../daemon/engine/restate/stretch.ts';
import { workOn, type Outcome } from '../../../../daemon/engine/restate/working.ts';
import type { WorkMeans } from '../../../../daemon/engine/restate/worker.ts';
import { SimulatedClock } from '../../../../daemon/scenarios/simulated-clock.ts';
import type { NewEvent } from '../../../../shared/run/event.ts';

/** A stretch of a run that waits for what `node` is sent, and its log, as far as it numbers events. */
function open(node: string) {
  const clock = new SimulatedClock();
  const stretch = new Stretch('the-run', clock, (own) =>
    workOn({
      stretch: own,
      means: {} as WorkMeans,
      clock,
      child: () => expect.fail('no run is called here'),
      async interpret(durable, signal): Promise<Outcome> {
        await durable.message(node, 0, undefined, signal);
        return { type: 'run.completed', node: '', payload: { output: null } };
      },
    }),
  );
  let seq = 0;
  const record = (own: boolean, ...events: NewEvent[]): void => {
    const place = { run: 'the-run', attempt: 1, epoch: 1, at: 0, prev: '' };
    stretch.record(
      events.map((event) => ({ ...place, pos: (seq += 1), seq, ...event })),
      own,
    );
  };
  const by = { kind: 'person', name: 'Ada' } as const;
  const answered = (to: string): NewEvent => ({ type: 'ask.answered', node: to, payload: { answer: 'yes', by } });
  record(false, {
    type: 'run.started',
    node: '',
    payload: { definition: 'd', title: 't', number: 1, inputs: {}, by, dryRun: false, memory: 'the-run', personas: {} },
  });
  return { stretch, came: (to: string) => record(false, answered(to)) };
}

describe('a stretch that has said that nothing works', () => {
  it('says what follows from a message that came then [scale.engine.woken]', async () => {
    const { stretch, came } = open('asked');
    expect(await stretch.next()).toMatchObject({ idle: true, events: [] });
    came('asked');
    expect(await stretch.next()).toMatchObject({ idle: false, ended: true, events: [{ type: 'run.completed' }] });
  });

  it('says it again after a message from which nothing follows [scale.engine.woken]', async () => {
    const { stretch, came } = open('asked');
    expect(await stretch.next()).toMatchObject({ idle: true });
    came('another');
    expect(await stretch.next()).toMatchObject({ idle: true, events: [] });
  });
});
