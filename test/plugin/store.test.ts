import { describe, expect, it } from 'vitest';
import { STILL } from '../../plugin/blocks/ticking.ts';
import { doDeed } from '../../plugin/deeds.ts';
import type { Connection, ConnectionEvents, Status } from '../../plugin/connection.ts';
import type { Host, HostGraph } from '../../plugin/host.ts';
import type { ShownBlocks } from '../../plugin/blocks/style.ts';
import { makeStore } from '../../plugin/store.ts';
import { fail } from '../../shared/failure.ts';
import type { PageBlock, PageReading } from '../../shared/protocol/calls/pages.ts';
import type { RunEvent } from '../../shared/run/event.ts';
import { completed, eventsOf, failed, node, readingOf, START, started } from './blocks/scenes.ts';
import { settled, Timers } from './timers.ts';
import type { RunSummary } from '../../shared/run/summary.ts';

const macro = (role: string, title: string) => `{{renderer :stagebook, ${role}}} ${title}`;

/** A page of one stage with two steps, as a host and a daemon have it. Uuids are paths. */
const BLOCKS: PageBlock[] = [
  { uuid: 'header', content: macro('workflow', 'A page'), children: [] },
  {
    uuid: 'stage',
    content: macro('stage', 'Work'),
    children: [
      { uuid: 'stage/a', content: `${macro('step', 'A')}\n\`\`\`yaml\nuses: x.y\n\`\`\``, children: [] },
      { uuid: 'stage/b', content: macro('step', 'B'), children: [] },
    ],
  },
];
const NODES = [node('stage', 'stage'), node('step', 'stage/a'), node('step', 'stage/b')];

function run(id: string, status: RunSummary['status'], startedAt: number): RunSummary {
  return { run: id, number: 1, title: 'A page', status, startedAt, definition: 'hash', dryRun: false };
}

function setUp(reading: Partial<PageReading> = {}) {
  const timers = new Timers();
  const drawn: { key: string; frame: boolean; html: string }[] = [];
  const messages: string[] = [];
  const styles = new Map<string, string>();
  let graph: HostGraph = { id: '/notes', name: 'notes', kind: 'file' };
  let blocks = BLOCKS;
  const notHere = () => {
    throw new Error('no part of this test');
  };
  /** What host or daemon leave unanswered, as when they are busy. */
  const silent = new Set<string>();
  const answered = <T>(name: string, answer: T): Promise<T> =>
    silent.has(name) ? Promise.reject(new Error(`${name} was not answered in time`)) : Promise.resolve(answer);
  const host = {
    ui: {
      draw: (where, html) => void drawn.push({ key: where.key, frame: 'slot' in where, html }),
      clear: () => {},
      style: (key, css) => void styles.set(key, css),
      slotLives: () => Promise.resolve(true),
      elementId: (key) => key,
      message: (text) => void messages.push(text),
    },
    graph: () => answered('graph', graph),
    pageOf: () => answered('pageOf', 'Page'),
    tree: () => answered('tree', blocks),
    call: notHere,
  } as Partial<Host> as Host;

  const listeners = new Set<Partial<ConnectionEvents>>();
  const calls: { name: string; with: unknown }[] = [];
  const events: RunEvent[] = [];
  let status: Status = { is: 'connecting' };
  let page: PageReading = readingOf(NODES, reading);
  const answers: Record<string, () => unknown> = {
    'page.read': () => page,
    'page.run': () => null,
    'runs.list': () => page.runs,
    attempts: () => [],
    'run.events': () => ({ events: [...events], done: true }),
    'run.definition': () => ({ definition: { language: 1, header: {}, body: [] }, hash: 'hash' }),
    propose: () => ({ proposal: 'p', panel: 'http://127.0.0.1:7717/panel/#/proposal/p' }),
  };
  const connection: Connection = {
    get status() {
      return status;
    },
    connect: notHere,
    close: notHere,
    call: (name, parameters) => {
      calls.push({ name, with: parameters });
      return answered(name, (answers[name]?.() ?? null) as never);
    },
    subscribe: (runs) => void calls.push({ name: 'subscribe', with: runs }),
    on: (heard) => {
      listeners.add(heard);
      return () => listeners.delete(heard);
    },
  };
  const tell = <E extends keyof ConnectionEvents>(event: E, ...given: Parameters<ConnectionEvents[E]>) => {
    for (const listener of listeners) (listener[event] as ((...args: unknown[]) => void) | undefined)?.(...given);
  };
  const become = (next: Status) => {
    status = next;
    tell('status', next);
  };
  const folded: (readonly string[])[] = [];
  const folds = (shown: ShownBlocks) => void folded.push(shown.folded);
  const store = makeStore({ host, connection, frames: timers, now: () => START + timers.now(), folds });
  const go = async (milliseconds = 50) => {
    for (let n = 0; n < 10; n += 1) {
      await settled();
      timers.advance(milliseconds / 10);
    }
    await settled();
  };
  return {
    store,
    connection,
    timers,
    drawn,
    messages,
    styles,
    folded,
    calls,
    events,
    tell,
    become,
    go,
    online: () =>
      become({
        is: 'online',
        welcome: { protocol: 1, version: '1', right: 'propose', pos: 0, panel: 'http://127.0.0.1:7717/panel/' },
      }),
    /** What was drawn since this was last asked, by block. */
    news() {
      const one = drawn.splice(0);
      return one.map(({ key, frame }) => `${key.replace(/^sb-(.*)-\d+(-l)?$/, '$1')}${frame ? ' frame' : ''}`);
    },
    textOf: (uuid: string) => drawn.findLast(({ key }) => key.startsWith(`sb-${uuid}-0`))?.html ?? '',
    silent,
    setGraph: (next: HostGraph) => (graph = next),
    setBlocks: (next: PageBlock[]) => (blocks = next),
    setPage: (next: Partial<PageReading>) => (page = { ...page, ...next }),
    async render(...uuids: string[]) {
      const role = (uuid: string) => [...NODES, node('workflow', '')].find((one) => one.uuid === uuid)?.role ?? 'step';
      for (const uuid of uuids) store.rendered({ slot: `slot-${uuid.replace('/', '_')}`, role: role(uuid), uuid });
      await go();
    },
  };
}

const ALL = ['header', 'stage', 'stage/a', 'stage/b'];

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

describe('an action', () => {
  const opened: string[] = [];
  const press = async (world: ReturnType<typeof setUp>, uuid: string, act: string) => {
    opened.length = 0;
    const found = world.store.action(uuid, act);
    if (found) {
      const options = {
        connection: world.connection,
        ui: { message: (text: string) => void world.messages.push(text) },
      };
      await doDeed(found.action.does, found.scene, {
        ...options,
        openPanel: (url) => opened.push(url),
        goTo: (page, block) => Promise.resolve(opened.push(`${page} ${block}`)),
        openWindow: () => opened.push('window'),
      });
    }
    return found !== undefined;
  };

  it('only proposes, with the inputs as they are filled in, and opens the panel there [ui.blocks.propose-only]', async () => {
    const world = setUp({
      inputs: { name: { title: 'Package name' }, really: { type: 'boolean' }, count: { type: 'number', default: 3 } },
    });
    world.online();
    await world.render(...ALL);
    expect(await press(world, 'header', 'run')).toBe(true);
    expect(world.messages).toEqual(['Fill in “Package name” first.']);
    world.store.typed('header', 'name', 'clock');
    world.store.ticked('header', 'really');
    await press(world, 'header', 'dry-run');
    const wish = {
      kind: 'start',
      definition: 'hash',
      inputs: { name: 'clock', really: true, count: 3 },
      dryRun: true,
      graph: '/notes',
      page: 'Page',
    };
    expect(world.calls.at(-1)).toEqual({ name: 'propose', with: { wish } });
    expect(opened).toEqual(['http://127.0.0.1:7717/panel/#/proposal/p']);
    const asked = new Set(world.calls.map(({ name }) => name));
    for (const name of ['start', 'sign', 'trust', 'cancel', 'resume', 'skip', 'answer'])
      expect(asked).not.toContain(name);
  });

  it('is there only where its block offers it, whoever calls [ui.blocks.propose-only]', async () => {
    const world = setUp();
    world.online();
    await world.render(...ALL);
    for (const [uuid, act] of [
      ['header', 'cancel'],
      ['stage/a', 'skip'],
      ['nowhere', 'run'],
      ['header', 'constructor'],
    ] as const) {
      expect(await press(world, uuid, act)).toBe(false);
    }
    expect(world.calls.some(({ name }) => name === 'propose')).toBe(false);
  });

  it('says on its block that an answer takes its time, and asks for nothing twice meanwhile [ui.blocks.slow]', async () => {
    const { store, online, render, textOf, go } = setUp();
    online();
    await render(...ALL);
    const answer = Promise.withResolvers<void>();
    let asked = 0;
    const ask = () =>
      store.during('header', () => {
        asked += 1;
        return answer.promise;
      });
    ask();
    await go(300);
    expect(textOf('header')).not.toContain('asking…');
    ask();
    await go(1_000);
    expect(asked).toBe(1);
    expect(textOf('header')).toContain('asking…');
    answer.reject(new Error('it could not be had'));
    await go();
    expect(textOf('header')).not.toContain('asking…');
    ask();
    expect(asked).toBe(2);
  });

  it('says in the header that its page is still to be read, where that takes its time [ui.blocks.slow]', async () => {
    const { become, online, render, textOf, silent, go } = setUp();
    silent.add('page.read');
    become({ is: 'connecting' });
    await render(...ALL);
    expect(textOf('header')).toContain('Waiting for Stagebook');
    expect(textOf('stage')).not.toContain('Waiting for Stagebook');
    online();
    await go();
    expect(textOf('header')).toContain('Waiting for Stagebook');
    silent.clear();
    await go(60_000);
    expect(textOf('header')).not.toContain('Waiting for Stagebook');
  });

  it('shows in every place of a header what is filled in at one of them [ui.blocks.inputs]', async () => {
    const world = setUp({ inputs: { name: { title: 'Name' }, sure: { type: 'boolean', title: 'Sure' } } });
    world.online();
    await world.render('header');
    world.store.rendered({ slot: 'beside', role: 'workflow', uuid: 'header' });
    await world.go();
    const there = () => world.drawn.findLast(({ key }) => key === 'sb-header-1')!.html;
    expect(there()).not.toContain(' checked');
    world.news();
    world.store.ticked('header', 'sure', 'live-slot-header');
    world.store.typed('header', 'name', 'clock', 'live-slot-header');
    await world.go();
    // Not where somebody is at it: that stands there already, and the focus is in it.
    expect(world.drawn.map(({ key }) => key)).toEqual(['sb-header-1']);
    expect(there()).toContain(' checked');
    expect(there()).toContain('value="clock"');
    // Unticked beside: it is the same box.
    world.store.ticked('header', 'sure', 'live-beside');
    await world.go();
    await press(world, 'header', 'run');
    expect(world.calls.at(-1)).toMatchObject({ with: { wish: { inputs: { name: 'clock', sure: false } } } });
  });

  it('shows and hides an output without building its button anew [ui.blocks.focus]', async () => {
    const { store, online, render, events, news, go, textOf } = setUp({ runs: [run('run-1', 'completed', START)] });
    events.push(...eventsOf([started('stage', 'stage'), started('stage/a'), completed('stage/a', 'it is 42')]));
    online();
    await render(...ALL);
    await go();
    news();
    store.peeked('stage/a');
    await go();
    expect(textOf('stage/a')).toContain('it is 42');
    expect(news()).toEqual(['stage/a']);
    store.peeked('stage/a');
    await go();
    expect(textOf('stage/a')).not.toContain('it is 42');
    expect(news()).toEqual(['stage/a']);
  });

  it('brings the block with the problem into view [ui.blocks.problems]', async () => {
    const place = { line: 1, column: 1, block: '0' };
    const problem = { code: 'x.y', severity: 'error' as const, message: 'There is none.', place, uuid: 'stage/b' };
    const world = setUp({ problems: [problem] });
    world.setPage({ definition: undefined });
    world.online();
    await world.render(...ALL);
    expect(await press(world, 'header', 'show')).toBe(true);
    expect(opened).toEqual(['Page stage/b']);
  });

  it('says what went wrong [ui.blocks.propose-only]', async () => {
    const world = setUp();
    world.online();
    await world.render(...ALL);
    const broken: Connection = { ...world.connection, call: () => Promise.reject(fail('denied', 'x.y', 'Not today.')) };
    const messages: string[] = [];
    const { action, scene } = world.store.action('header', 'run')!;
    await doDeed(action.does, scene, {
      connection: broken,
      ui: { message: (text) => void messages.push(text) },
      openPanel: () => {},
      goTo: () => Promise.resolve(),
      openWindow: () => {},
    });
    expect(messages).toEqual(['Not today.']);
  });
});
