import { describe, expect, it } from 'vitest';
import { STILL } from '../../plugin/blocks/ticking.ts';
import type { RunSummary } from '../../shared/run/summary.ts';
import { completed, eventsOf, failed, START, started } from './blocks/scenes.ts';
import { ALL, BLOCKS, run, setUp } from './store-world.ts';

describe('the store', () => {
  it('draws blocks at once, and with one line on how to start a daemon that is not there [ui.connection.offline]', async () => {
    const { become, render, textOf } = setUp();
    become({ is: 'offline' });
    await render(...ALL);
    expect(textOf('header')).toContain('stagebook up');
    expect(textOf('stage')).not.toContain('stagebook up');
    expect(textOf('stage/a')).toContain('sb-cfg');
  });

  it('attaches the graph and reads the page when the daemon is there, as often as it changed [ui.blocks.read]', async () => {
    const { online, render, calls, go, store, setBlocks } = setUp();
    online();
    await render(...ALL);
    const reads = () => calls.filter(({ name }) => name === 'page.read').length;
    expect(calls.find(({ name }) => name === 'graph.attach')).toEqual({
      name: 'graph.attach',
      with: { graph: { id: '/notes', name: 'notes', kind: 'file' } },
    });
    expect(calls.find(({ name }) => name === 'page.read')!.with).toEqual({
      graph: '/notes',
      page: 'Page',
      blocks: BLOCKS,
    });
    const first = reads();
    store.changed(['stage/a']);
    await go(1_000);
    expect(reads()).toBe(first);
    setBlocks([...BLOCKS, { uuid: 'new', content: 'prose', children: [] }]);
    for (let n = 0; n < 20; n += 1) store.changed([]);
    await go(1_000);
    expect(reads()).toBe(first + 1);
  });

  it.each(['pageOf', 'tree', 'page.read', 'graph', 'graph.attach'])(
    'goes on by itself after “%s” was left unanswered for a while [ui.connection.busy]',
    async (question) => {
      const { online, render, go, silent, textOf, calls } = setUp();
      silent.add(question);
      online();
      await render(...ALL);
      await go(5_000);
      if (question !== 'graph.attach') expect(textOf('header')).not.toContain('Run…');
      else expect(textOf('header')).toContain('Run…');
      silent.clear();
      calls.length = 0;
      await go(60_000);
      expect(textOf('header')).toContain('Run…');
      const asked = calls.length;
      if (question === 'graph.attach') expect(calls.map(({ name }) => name)).toContain('graph.attach');
      // And nothing is asked any more once it is known.
      await go(60_000);
      expect(calls.length).toBe(asked);
    },
  );

  it('costs no more after fifty restarts of the daemon than after one [ui.connection.busy]', async () => {
    const { become, online, render, events, go, calls, timers, drawn } = setUp({
      runs: [run('run-1', 'running', START)],
    });
    events.push(...eventsOf([started('stage', 'stage'), started('stage/a')]));
    online();
    await render(...ALL);
    const restart = async () => {
      become({ is: 'offline' });
      await go(1_000);
      calls.length = drawn.length = 0;
      online();
      await go(2_000);
      return { calls: calls.map(({ name }) => name).toSorted(), drawn: drawn.length, timers: timers.open };
    };
    const first = await restart();
    for (let n = 0; n < 50; n += 1) await restart();
    expect(await restart()).toEqual(first);
  });

  it('offers to connect on a page that nobody has read, and opens our window for it [ui.blocks.connect]', async () => {
    const { become, render, textOf, store } = setUp();
    become({ is: 'unpaired' });
    await render(...ALL);
    expect(textOf('header')).toContain('Connect…');
    expect(store.action('header', 'connect')).toMatchObject({ action: { does: { kind: 'connect' } } });
    expect(store.action('stage', 'connect')).toBeUndefined();
    become({ is: 'offline' });
    expect(store.action('header', 'connect')).toBeUndefined();
  });

  it('shows the active run of the page, else the last one, and a run page its own [ui.blocks.run]', async () => {
    const shownIn = async (runs: RunSummary[]) => {
      const { online, render, calls } = setUp({ runs });
      online();
      await render('header');
      return calls.findLast(({ name }) => name === 'subscribe')?.with;
    };
    expect(await shownIn([run('new', 'failed', 3), run('active', 'waiting', 2), run('old', 'completed', 1)])).toEqual([
      'active',
    ]);
    // One that stands in line behind it shows nothing yet.
    const queued = { ...run('queued', 'running', 3), inLine: 'waits for a slot' };
    expect(await shownIn([queued, run('active', 'waiting', 2)])).toEqual(['active']);
    expect(await shownIn([queued, run('old', 'completed', 1)])).toEqual(['queued']);
    expect(await shownIn([run('new', 'failed', 3), run('old', 'completed', 1)])).toEqual(['new']);
    expect(await shownIn([])).toBeUndefined();
  });

  it('redraws what an event concerns, and nothing else [ui.blocks.parts]', async () => {
    const { online, render, events, tell, go, news } = setUp({ runs: [run('run-1', 'running', START)] });
    const all = eventsOf([
      started('stage', 'stage'),
      started('stage/a'),
      completed('stage/a', 1),
      started('stage/b'),
      failed('stage/b'),
    ]);
    events.push(...all.slice(0, 3));
    online();
    await render(...ALL);
    await go(900);
    news();
    tell('events', [all[3]!]);
    await go(20);
    // A: its state; its actions, too. The header names no step any more. B, whose stage goes on, stays.
    expect(new Set(news())).toEqual(new Set(['header', 'stage/a frame']));
    tell('output', { run: 'run-1', node: 'stage/b', at: 1, text: 'line' });
    await go(20);
    expect(news()).toEqual([]);
  });

  it('tells by id what is folded, where a style cannot [ui.blocks.focus]', async () => {
    const { online, render, store, folded } = setUp();
    online();
    await render(...ALL);
    store.folded('stage/a');
    store.folded('stage/a');
    // First it is shown, then its page is read.
    expect(folded).toEqual([[], ['stage/a'], [], ['stage/a']]);
  });

  it('lets time go on where something runs, by a style and without drawing a block [ui.blocks.ticks]', async () => {
    const { online, render, events, go, news, store, styles } = setUp({ runs: [run('run-1', 'running', START)] });
    events.push(...eventsOf([started('stage', 'stage'), started('stage/a')]));
    online();
    await render(...ALL);
    await go(2_000);
    news();
    store.tick();
    await go(20);
    expect(news()).toEqual([]);
    const since = (at: number) =>
      styles.get('stagebook-times')!.match(`-${START + at}"\\]::before\\{content:"([^"]+)"`)![1];
    // The run, its stage and its step.
    const first = [since(0), since(100), since(200)];
    await go(60_000);
    store.tick();
    expect(news()).toEqual([]);
    expect([since(0), since(100), since(200)]).not.toEqual(first);
    expect(since(0)).toMatch(/^1m \d+s$/);
    expect(since(200)).toMatch(/^1:0\d$/);
  });

  it('lets nothing turn or go on while nobody says what goes on [ui.blocks.still]', async () => {
    const { become, online, render, events, go, store, styles } = setUp({ runs: [run('run-1', 'running', START)] });
    events.push(...eventsOf([started('stage', 'stage'), started('stage/a')]));
    online();
    await render(...ALL);
    await go(2_000);
    store.tick();
    const clocks = () => styles.get('stagebook-times')!.match(/"clock-.*/g);
    const before = clocks();
    expect(before).toHaveLength(2);
    expect(styles.get('stagebook-times')).not.toContain(STILL);
    become({ is: 'offline' });
    await go(60_000);
    store.tick();
    expect(clocks()).toEqual(before);
    expect(styles.get('stagebook-times')).toContain(STILL);
    online();
    await go(20);
    store.tick();
    expect(styles.get('stagebook-times')).not.toContain(STILL);
    expect(clocks()).not.toEqual(before);
  });

  it('sees in a while what changed where the host says nothing of it [ui.blocks.read]', async () => {
    const { online, render, go, store, setBlocks, calls } = setUp();
    online();
    await render(...ALL);
    // Deleting a block renders nothing and may be told to nobody.
    setBlocks(BLOCKS.slice(0, 1));
    const reads = () => calls.filter(({ name }) => name === 'page.read').length;
    const before = reads();
    for (let second = 0; second < 12; second += 1) {
      await go(1_000);
      store.tick();
    }
    await go(1_000);
    expect(reads()).toBe(before + 1);
  });

  it('sees a run that somebody starts, and one that ends [ui.blocks.run]', async () => {
    const { online, render, events, go, tell, setPage, textOf } = setUp();
    online();
    await render(...ALL);
    expect(textOf('header')).toContain('Run…');
    events.push(...eventsOf([started('stage', 'stage')]));
    setPage({ runs: [run('run-1', 'running', START)] });
    tell('changed', 'runs');
    await go(200);
    expect(textOf('stage')).toContain('aria-label="running"');
    expect(textOf('header')).toContain('Cancel…');
  });

  it('attaches another graph when a person opens it, and forgets the pages of the first [ui.connection.graphs]', async () => {
    const { online, render, calls, go, store, setGraph } = setUp();
    online();
    await render('header');
    setGraph({ id: '/other', name: 'other', kind: 'db' });
    store.regraphed();
    await go(2_000);
    expect(calls.findLast(({ name }) => name === 'graph.attach')!.with).toEqual({
      graph: { id: '/other', name: 'other', kind: 'db' },
    });
    const reads = calls.filter(({ name }) => name === 'page.read');
    expect(reads.every((one) => (one.with as { graph: string }).graph === '/notes')).toBe(true);
    await render('header');
    expect(calls.findLast(({ name }) => name === 'page.read')!.with).toMatchObject({ graph: '/other' });
  });
});
