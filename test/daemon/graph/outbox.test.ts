import { beforeEach, describe, expect, it } from 'vitest';
import { Outbox } from '../../../daemon/graph/outbox.ts';
import { createOutboxStore, type OutboxStore, type Owed } from '../../../daemon/graph/outbox-store.ts';
import { SimulatedClock } from '../../../daemon/scenarios/simulated-clock.ts';

describe('the outbox', () => {
  let clock: SimulatedClock;
  let store: OutboxStore;
  let delivered: string[];
  let problems: string[];
  /** Graphs that are away. */
  let away: Set<string>;
  let positions: Map<string, number>;
  let outbox: Outbox;

  const create = (): Outbox =>
    new Outbox({
      store,
      clock,
      deliver: async ({ graph, page, part, run }: Owed) => {
        await Promise.resolve();
        if (away.has(graph)) throw new Error(`${graph} is away`);
        if (run === 'pruned') return null;
        const pos = positions.get(run) ?? 0;
        delivered.push(`${graph}/${page}${part}@${pos}`);
        return pos;
      },
      onProblem: (problem) => problems.push(problem),
    });
  beforeEach(() => {
    clock = new SimulatedClock(0);
    store = createOutboxStore();
    delivered = [];
    problems = [];
    away = new Set();
    positions = new Map([['r', 5]]);
    outbox = create();
  });
  const put = (page: string, more: Partial<Owed> = {}) =>
    outbox.put({ graph: 'g', page, part: '', kind: 'run', run: 'r', data: null, pos: 5, ...more });
  const pass = async (ms: number): Promise<void> => {
    clock.advanceTo(clock.now() + ms);
    for (let i = 0; i < 10; i += 1) await new Promise((resolve) => setImmediate(resolve));
  };

  it('writes a page soon, as it is by then, however often its run went on before [core.graph.outbox]', async () => {
    put('P');
    for (let pos = 6; pos <= 50; pos += 1) {
      positions.set('r', pos);
      outbox.raise('r', pos);
    }
    expect(delivered).toEqual([]);
    await pass(300);
    expect(delivered).toEqual(['g/P@50']);
    await pass(3_600_000);
    expect(delivered).toEqual(['g/P@50']);
    positions.set('r', 51);
    outbox.raise('r', 51);
    await pass(300);
    expect(delivered).toEqual(['g/P@50', 'g/P@51']);
  });

  it('tries a graph that is away later and later, and at once when it is back [core.graph.outbox]', async () => {
    away.add('g');
    put('P');
    put('Q', { graph: 'other' });
    await pass(300);
    expect(delivered).toEqual(['other/Q@5']);
    const tries: number[] = [];
    for (let second = 0; second < 1_200; second += 1) {
      const before = problems.length;
      await pass(1_000);
      if (problems.length > before) tries.push(second);
    }
    const gaps = tries.slice(1).map((at, i) => at - tries[i]!);
    expect(gaps).toEqual(gaps.toSorted((a, b) => a - b));
    expect(gaps[0]).toBeLessThanOrEqual(2);
    expect(gaps.at(-1)).toBe(300);
    expect(store.problems()).toMatchObject([{ page: 'P', problem: 'g is away' }]);
    away.clear();
    outbox.wake('g');
    await pass(300);
    expect(delivered).toEqual(['other/Q@5', 'g/P@5']);
    expect(store.problems()).toEqual([]);
  });

  it('goes on after a restart with what was owed, and with nothing else [core.graph.outbox]', async () => {
    put('P');
    put('Q');
    put('A', { part: 'k', kind: 'addition', pos: 0 });
    await outbox.settle('g', 'Q');
    expect(delivered).toEqual(['g/Q@5']);
    await outbox.close();
    outbox = create();
    outbox.open();
    await pass(1);
    expect(delivered.toSorted()).toEqual(['g/Ak@5', 'g/P@5', 'g/Q@5']);
    await outbox.close();
    outbox = create();
    outbox.open();
    await pass(10_000);
    expect(delivered).toHaveLength(3);
  });

  it('writes at once what somebody wants to read, and says what prevents it', async () => {
    put('P');
    put('P', { part: 'k', kind: 'addition', pos: 0 });
    put('Q');
    await outbox.settle('g', 'P');
    expect(delivered).toEqual(['g/P@5', 'g/Pk@5']);
    away.add('g');
    await expect(outbox.settle('g', 'Q')).rejects.toThrow('g is away');
  });

  it('never writes two pages of one graph at a time', async () => {
    let busy = 0;
    let most = 0;
    const slow = new Outbox({
      store,
      clock,
      deliver: async () => {
        most = Math.max(most, (busy += 1));
        await new Promise((resolve) => setImmediate(resolve));
        busy -= 1;
        return 5;
      },
    });
    for (const name of ['P', 'Q', 'R']) put(name);
    await Promise.all([slow.flush(), slow.settle('g', 'P'), slow.flush()]);
    expect(most).toBe(1);
  });

  it('forgets a page whose run is no more', async () => {
    put('P', { run: 'pruned' });
    await outbox.flush();
    expect(store.due(0)).toEqual([]);
  });

  it('survives books that cannot be kept for a while, and says so', async () => {
    put('P');
    const due = store.due;
    store.due = () => {
      throw new Error('the disk is full');
    };
    await pass(300);
    expect(problems).toEqual(['the disk is full']);
    store.due = due;
    await pass(10 * 60_000);
    expect(delivered).toEqual(['g/P@5']);
  });
});
