import { describe, expect, it } from 'vitest';
import type { NewEvent } from '../../../shared/run/event.ts';
import { completed, decided, failed, node, sceneOf, seen, START, started, timer } from './scenes.ts';

describe('primitives', () => {
  it('route: which case was taken, and that the others were not [ui.blocks.primitives]', () => {
    const nodes = [
      node('route', 'r'),
      node('case', 'r/npm', { title: 'npm credentials' }),
      node('case', 'r/pypi'),
      node('otherwise', 'r/otherwise'),
    ];
    const scene = sceneOf(nodes, {
      events: [started('r', 'route'), decided('r', 'case', 'npm'), started('r/npm', 'case')],
    });
    expect(seen(scene, 'r').facts[0]).toBe('→ npm credentials');
    expect(seen(scene, 'r/npm').facts[0]).toBe('taken');
    expect(seen(scene, 'r/pypi')).toMatchObject({ tone: 'skip', word: 'not taken' });
    expect(seen(scene, 'r/otherwise')).toMatchObject({ tone: 'skip', word: 'not needed' });
  });

  it('what stands on a way that was not taken is not still to come, while the other way goes on [ui.blocks.primitives]', () => {
    const routed = [node('route', 'r'), node('case', 'r/npm'), node('case', 'r/pypi'), node('step', 'r/pypi/who')];
    const chosen = [started('r', 'route'), decided('r', 'case', 'npm'), started('r/npm', 'case')];
    expect(seen(sceneOf(routed, { events: chosen }), 'r/pypi/who').tone).toBe('skip');
    const nodes = [
      node('when', 'w'),
      node('step', 'w/yes'),
      node('otherwise', 'w/otherwise'),
      node('step', 'w/otherwise/no'),
    ];
    const way = (held: boolean) => sceneOf(nodes, { events: [started('w', 'when'), decided('w', 'if', held)] });
    expect(['w/yes', 'w/otherwise/no'].map((path) => seen(way(true), path).tone)).toEqual(['idle', 'skip']);
    expect(['w/yes', 'w/otherwise/no'].map((path) => seen(way(false), path).tone)).toEqual(['skip', 'idle']);
  });

  it('an undo may still be needed until its saga has ended well [ui.blocks.primitives]', () => {
    const nodes = [
      node('saga', 's'),
      node('step', 's/make'),
      node('undo', 's/make/undo'),
      node('step', 's/make/undo/remove'),
    ];
    const events = [started('s', 'saga'), started('s/make'), completed('s/make')];
    const tones = (scene: Parameters<typeof seen>[0]) =>
      ['s/make/undo', 's/make/undo/remove'].map((path) => seen(scene, path).tone);
    expect(tones(sceneOf(nodes, { events }))).toEqual(['idle', 'idle']);
    expect(tones(sceneOf(nodes, { events: [...events, completed('s')] }))).toEqual(['skip', 'skip']);
  });

  it('retry: which attempt of how many, and when the next begins [ui.blocks.primitives]', () => {
    const events = [started('r', 'retry'), started('r#1/s'), failed('r#1/s'), timer('r', 'attempt-2', START + 15_000)];
    const scene = sceneOf([node('retry', 'r'), node('step', 'r/s')], {
      events,
      settings: { r: { attempts: 3 } },
      after: 7_000,
    });
    expect(seen(scene, 'r').facts).toEqual(['attempt 1 of 3', 'next in 8s', '0:06']);
    const second = sceneOf([node('retry', 'r'), node('step', 'r/s')], {
      events: [...events, started('r#2/s')],
      settings: { r: { attempts: 3 } },
    });
    expect(seen(second, 'r').facts[0]).toBe('attempt 2 of 3');
    expect(seen(second, 'r/s').tone).toBe('run');
  });

  it('parallel: a lane for each branch, side by side [ui.blocks.primitives]', () => {
    const nodes = [
      node('parallel', 'p'),
      node('step', 'p/a', { title: 'unit' }),
      node('step', 'p/b', { title: 'lint' }),
    ];
    const scene = sceneOf(nodes, {
      events: [started('p', 'parallel'), started('p/a'), completed('p/a'), started('p/b')],
    });
    const { look, facts } = seen(scene, 'p');
    expect(look.facts[0]!.html).toContain(
      '<i data-s="ok" title="unit: done"></i><i data-s="run" title="lint: running"></i>',
    );
    expect(facts[0]).toBe('1 of 2');
  });

  it('foreach, repeat: how many, how many in a row, and when next [ui.blocks.primitives]', () => {
    const list = [node('foreach', 'f'), node('step', 'f/s')];
    const each = [
      started('f', 'foreach'),
      decided('f', 'list', ['a', 'b', 'c']),
      started('f[0]/s'),
      completed('f[0]/s'),
      started('f[1]/s'),
    ];
    expect(seen(sceneOf(list, { events: each }), 'f').facts[0]).toBe('1 of 3');
    const again = [
      started('f', 'repeat'),
      started('f[0]/s'),
      completed('f[0]/s'),
      decided('f', 'until-0', true),
      timer('f', 'next-1', START + 40_000),
    ];
    const scene = sceneOf([node('repeat', 'f'), node('step', 'f/s')], {
      events: again,
      settings: { f: { 'in-a-row': 3 } },
    });
    expect(seen(scene, 'f').facts.slice(0, 3)).toEqual(['held 1 of 3 in a row', '1×', 'next in 30s']);
  });

  it('timeout, wait: until when, and how much is left [ui.blocks.primitives]', () => {
    const events = [started('t', 'timeout'), timer('t', 'timeout', START + 310_000)];
    const scene = sceneOf([node('timeout', 't')], { events, settings: { t: { after: '300s' } } });
    expect(seen(scene, 't').facts).toEqual(['5m left', 'of 5m', '0:09']);
    const wait = sceneOf([node('wait', 'w')], { events: [started('w', 'wait'), timer('w', 'wait', START + 70_000)] });
    expect(seen(wait, 'w')).toMatchObject({ tone: 'wait', word: 'waiting for a time' });
    expect(seen(wait, 'w').facts[1]).toBe('1m left');
  });

  it('breaker, cache, fallback, saga, call: what they did [ui.blocks.primitives]', () => {
    const one = (role: 'breaker' | 'cache', events: NewEvent[], settings = {}) =>
      seen(sceneOf([node(role, 'x')], { events: [started('x', role), ...events], settings: { x: settings } }), 'x')
        .facts[0];
    expect(one('breaker', [decided('x', 'admitted', false), failed('x')], { name: 'npm' })).toBe(
      'npm · open, not called',
    );
    expect(one('breaker', [decided('x', 'admitted', true), decided('x', 'succeeded', true)], { name: 'npm' })).toBe(
      'npm · closed',
    );
    expect(one('cache', [decided('x', 'looked', { hit: true, output: 1 })])).toBe('from cache');
    expect(
      one('cache', [decided('x', 'looked', { hit: false, output: null }), decided('x', 'kept', true)], { ttl: '1h' }),
    ).toBe('kept for 1h');

    const ways = [node('fallback', 'f'), node('step', 'f/a'), node('step', 'f/b', { title: 'The mirror' })];
    const tried = sceneOf(ways, { events: [started('f', 'fallback'), started('f/a'), failed('f/a'), started('f/b')] });
    expect(seen(tried, 'f').facts[0]).toBe('2nd of 2: The mirror');

    const back = [node('saga', 's'), node('step', 's/a'), node('undo', 's/a/undo')];
    const undone = [
      started('s', 'saga'),
      started('s/a'),
      completed('s/a'),
      started('s/a/undo', 'undo'),
      completed('s/a/undo'),
      failed('s'),
    ];
    expect(seen(sceneOf(back, { events: undone }), 's').facts[0]).toBe('taken back: 1');

    const called = sceneOf([node('call', 'c')], { events: [started('c', 'call'), decided('c', 'child', 'run-2')] });
    expect(seen(called, 'c').look.quiet!.at(-1)!.does).toEqual({ kind: 'open', at: '#/run/run-2' });
  });
});
