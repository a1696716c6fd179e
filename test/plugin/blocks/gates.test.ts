import { describe, expect, it } from 'vitest';
import type { NewEvent } from '../../../shared/run/event.ts';
import { node, sceneOf, seen, signatureOf, START, started } from './scenes.ts';

describe('gates', () => {
  const nodes = [
    node('gate', 'g'),
    node('check', 'g/coverage'),
    node('sign-off', 'g/boss'),
    node('otherwise', 'g/otherwise'),
  ];
  const opened = (held: boolean): NewEvent => ({
    type: 'gate.opened',
    node: 'g',
    payload: {
      title: 'Good enough',
      digest: 'd',
      checks: [{ id: 'coverage', title: 'Coverage', held, that: 'x >= 80', saw: { x: held ? 83.4 : 71 } }],
      signOffs: [{ id: 'boss', title: 'Boss', people: 2, notStarter: false, deadline: START + 13_290_000 }],
    },
  });
  const signed: NewEvent = {
    type: 'gate.signed',
    node: 'g',
    payload: { signOff: 'boss', signature: signatureOf('Ada') },
  };

  it('tick automatic checks with the value they saw [ui.blocks.gates]', () => {
    const scene = sceneOf(nodes, { events: [started('g', 'gate'), opened(true)] });
    expect(seen(scene, 'g')).toMatchObject({ tone: 'wait', facts: ['1 of 2'] });
    expect(seen(scene, 'g/coverage')).toMatchObject({ tone: 'ok', facts: ['83.4'] });
    expect(seen(scene, 'g/boss')).toMatchObject({ tone: 'wait', facts: ['3h 41m left'] });
    expect(seen(scene, 'g/boss').look.shape).toBe('square');
  });

  it('give a long value that a check saw a line of its own [ui.blocks.gates]', () => {
    const event = opened(false) as NewEvent<'gate.opened'>;
    const saw = { 'run_the_tests.coverage': 71, 'inputs.coverage': 80, 'run_the_tests.failures': 0 };
    const checks = [{ ...event.payload.checks[0]!, saw }];
    const scene = sceneOf(nodes, {
      events: [started('g', 'gate'), { ...event, payload: { ...event.payload, checks } }],
    });
    expect(seen(scene, 'g/coverage')).toMatchObject({
      facts: [],
      line: 'saw run_the_tests.coverage 71, inputs.coverage 80, failures 0',
    });
  });

  it('show two commits that were compared on one line, each whole when pointed at [ui.blocks.gates]', () => {
    const event = opened(true) as NewEvent<'gate.opened'>;
    const [tested, released] = ['a1'.repeat(20), 'b2'.repeat(20)];
    const checks = [{ ...event.payload.checks[0]!, saw: { 'look.commit': tested, 'release.sha': released } }];
    const scene = sceneOf(nodes, {
      events: [started('g', 'gate'), { ...event, payload: { ...event.payload, checks } }],
    });
    const { line, look } = seen(scene, 'g/coverage');
    expect(line).toBe(`saw commit "${'a1'.repeat(6)}…", sha "${'b2'.repeat(6)}…"`);
    expect(look.line?.html).toContain(`title="commit &quot;${tested}&quot;, sha &quot;${released}&quot;"`);
  });

  it('ask nobody to sign where a check failed [ui.blocks.gates]', () => {
    const scene = sceneOf(nodes, { events: [started('g', 'gate'), opened(false)] });
    expect(seen(scene, 'g/coverage')).toMatchObject({ tone: 'bad', facts: ['saw 71'] });
    expect(seen(scene, 'g/boss')).toMatchObject({ tone: 'skip', facts: ['nobody was asked'] });
    expect(seen(scene, 'g/boss').look.actions).toEqual([]);
  });

  it('ask nobody to sign any more once they were cancelled with what stood beside them [ui.blocks.gates]', () => {
    const cancelled: NewEvent = { type: 'node.cancelled', node: 'g', payload: { startedAt: START } };
    const scene = sceneOf(nodes, { events: [started('g', 'gate'), opened(true), cancelled] });
    expect(seen(scene, 'g/boss')).toMatchObject({ tone: 'stop', word: 'unsigned' });
    expect(seen(scene, 'g/boss').look.actions).toEqual([]);
  });

  it('count persons, and show who signed, refused and why [ui.blocks.gates]', () => {
    const events = [
      started('g', 'gate'),
      opened(true),
      signed,
      { ...signed, payload: { ...signed.payload } } as NewEvent,
    ];
    expect(seen(sceneOf(nodes, { events }), 'g/boss').tone).toBe('wait');
    const refused: NewEvent = {
      type: 'gate.refused',
      node: 'g',
      payload: { signOff: 'boss', signature: signatureOf('Bo'), reason: 'too soon' },
    };
    const closed: NewEvent = {
      type: 'gate.closed',
      node: 'g',
      payload: { passed: false, why: 'Bo refused: too soon' },
    };
    const scene = sceneOf(nodes, { events: [...events, refused, closed] });
    expect(seen(scene, 'g/boss')).toMatchObject({ tone: 'bad', word: 'refused', line: 'too soon' });
    expect(seen(scene, 'g')).toMatchObject({ tone: 'bad', word: 'rejected', line: 'Bo refused: too soon' });
  });
});
