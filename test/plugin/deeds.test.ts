import { describe, expect, it } from 'vitest';
import type { Connection } from '../../plugin/connection.ts';
import { doDeed } from '../../plugin/deeds.ts';
import { fail } from '../../shared/failure.ts';
import { completed, eventsOf, START, started } from './blocks/scenes.ts';
import { ALL, run, setUp } from './store-world.ts';

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
