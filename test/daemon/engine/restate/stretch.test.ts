import { describe, expect, it } from 'vitest';
import { Stretch, type Working } from '../../../../daemon/engine/restate/stretch.ts';
import { workOn, type Outcome } from '../../../../daemon/engine/restate/working.ts';
import type { WorkMeans } from '../../../../daemon/engine/restate/worker.ts';
import { SimulatedClock } from '../../../../daemon/scenarios/simulated-clock.ts';
import type { NewEvent } from '../../../../shared/run/event.ts';
import { runStarted } from '../../../fakes/run-started.ts';

/** A stretch of a run that waits for what `node` is sent, and its log, as far as it numbers events. */
function open(node: string) {
  const clock = new SimulatedClock();
  const begin = (own: Stretch): Working =>
    workOn({
      stretch: own,
      means: {} as WorkMeans,
      clock,
      child: () => expect.fail('no run is called here'),
      async interpret(durable, signal): Promise<Outcome> {
        await durable.message(node, 0, undefined, signal);
        return { type: 'run.completed', node: '', payload: { output: null } };
      },
    });
  const stretch = new Stretch({ run: 'the-run', clock, worker: 'this', settleMs: 0, earlier: [], begin });
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
  record(false, runStarted());
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

describe('a stretch of which nobody knows whether it still has its run', () => {
  /** A stretch whose group commits the test takes. */
  function lone(clock = new SimulatedClock()) {
    const nothing: Working = {
      deliver: () => undefined,
      look: () => undefined,
      letGo: () => undefined,
      release: () => undefined,
    };
    const stretch = new Stretch({
      run: 'the-run',
      clock,
      worker: 'this',
      settleMs: 20_000,
      earlier: [],
      begin: () => nothing,
    });
    let held = false;
    const holds = (): void => void stretch.holds().then(() => (held = true));
    const commit = async (): Promise<void> => {
      void stretch.append('the-run', []);
      expect(await stretch.next()).toMatchObject({ events: [] });
    };
    return { clock, stretch, holds, commit, isHeld: () => held };
  }
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  /** It does not count as held before its next commit is on record. */
  async function hasToCommitOnceMore({ stretch, isHeld }: Pick<ReturnType<typeof lone>, 'stretch' | 'isHeld'>) {
    expect(await stretch.next()).toMatchObject({ events: [] });
    await turn();
    expect(isHeld()).toBe(false);
    stretch.record([], true);
    await turn();
    expect(isHeld()).toBe(true);
  }

  it('holds it for certain right after a commit [scale.engine.fenced]', async () => {
    const { stretch, holds, commit, isHeld } = lone();
    await commit();
    stretch.record([], true);
    holds();
    await turn();
    expect(isHeld()).toBe(true);
  });

  it.each(['before it heard of its commit', 'after it'])(
    'has to commit once more when it was frozen %s [scale.engine.fenced]',
    async (when) => {
      const { clock, stretch, holds, commit, isHeld } = lone();
      await commit();
      if (when === 'after it') stretch.record([], true);
      clock.advanceTo(clock.now() + 60_000);
      if (when !== 'after it') stretch.record([], true);
      holds();
      await hasToCommitOnceMore({ stretch, isHeld });
    },
  );

  it('has to commit once more when its clock was set back meanwhile: nobody knows how long ago that was [scale.engine.fenced]', async () => {
    const clock = new SimulatedClock(Date.UTC(2026, 0, 5, 9));
    let back = 0;
    const set = Object.assign(Object.create(clock) as SimulatedClock, {
      now: () => clock.now() - back,
      at: (at: number, wake: () => void) => clock.at(at + back, wake),
    });
    const { stretch, holds, commit, isHeld } = lone(set);
    await commit();
    stretch.record([], true);
    back = 3 * 3_600_000;
    holds();
    await hasToCommitOnceMore({ stretch, isHeld });
  });
});
