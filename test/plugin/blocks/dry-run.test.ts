import { expect, it } from 'vitest';
import { drawNode } from '../../../plugin/blocks/draw.ts';
import type { CheckResult, NewEvent } from '../../../shared/run/event.ts';
import type { Assumed } from '../../../shared/run/assumed.ts';
import { node, sceneOf, seen, START, started } from './scenes.ts';

const did = (key: string, assumed?: Assumed, effect: 'read' | 'irreversible' = 'irreversible'): NewEvent => ({
  type: 'node.completed',
  node: key,
  payload: {
    output: { path: '<path>' },
    startedAt: START,
    step: { action: 'npm.publish', effect, with: { tarball: '<path>', tag: 'latest' }, key: 'k' },
    ...(assumed ? { assumed } : {}),
  },
});

const page = [node('gate', 'g'), node('check', 'g/built'), node('check', 'g/clean'), node('sign-off', 'g/agreed')];
const checks = (clean: boolean): CheckResult[] => [
  { id: 'built', title: 'built', held: false, that: 'x', saw: {}, assumed: 'unknown' },
  { id: 'clean', title: 'clean', held: clean, that: 'y', saw: clean },
];
const gone = (clean: boolean): NewEvent[] => [
  started('g', 'gate'),
  {
    type: 'gate.opened',
    node: 'g',
    payload: {
      title: 'g',
      checks: checks(clean),
      signOffs: [{ id: 'agreed', title: 'agreed', people: 2, from: ['release'], notStarter: false }],
      digest: 'd',
      assumed: true,
    },
  },
  { type: 'gate.closed', node: 'g', payload: { passed: true, assumed: true, why: 'a dry run asks nobody' } },
  { type: 'node.completed', node: 'g', payload: { output: null, startedAt: START, assumed: 'placeholder' } },
];

it('a step that a dry run did not do says so by its shape, and with what it would be done [ui.blocks.dry-run]', () => {
  const scene = sceneOf([node('step', 's')], { events: [did('s', 'placeholder')] });
  const { tone, facts, look } = seen(scene, 's');
  expect(tone).toBe('shown');
  expect(facts).toEqual(['would use npm.publish · irreversible']);
  expect(look.line?.html).toContain('tarball &quot;&lt;path&gt;&quot;, tag &quot;latest&quot;');
  const drawn = drawNode(scene, scene.reading.nodes[1]!, undefined)!.live;
  expect(drawn).toContain('aria-label="shown, not done"');
  expect(seen(sceneOf([node('step', 's')], { events: [did('s', 'settings', 'read')] }), 's')).toMatchObject({
    tone: 'ok',
    facts: ['as it stands now'],
  });
  expect(seen(sceneOf([node('step', 's')], { events: [did('s', undefined, 'read')] }), 's').tone).toBe('ok');
});

it('a gate that nobody was asked at is not ticked, and neither is anything in it [ui.blocks.dry-run]', () => {
  const scene = sceneOf(page, { events: gone(true) });
  expect(seen(scene, 'g')).toMatchObject({ tone: 'shown', word: 'nobody was asked' });
  expect(seen(scene, 'g').facts).toEqual(['1 of 3']);
  expect(seen(scene, 'g/built')).toMatchObject({ tone: 'shown', facts: ['cannot be known in a dry run'] });
  expect(seen(scene, 'g/clean').tone).toBe('ok');
  expect(seen(scene, 'g/agreed')).toMatchObject({ tone: 'shown', facts: ['would ask 2 people of release'] });
  expect(seen(scene, 'g/agreed').look.actions).toEqual([]);
});

it('a gate that would be rejected says so, and that nobody would be asked [ui.blocks.dry-run]', () => {
  const scene = sceneOf(page, { events: gone(false) });
  expect(seen(scene, 'g')).toMatchObject({ tone: 'bad', word: 'would be rejected' });
  expect(seen(scene, 'g/clean').tone).toBe('bad');
  expect(seen(scene, 'g/agreed').tone).toBe('skip');
});

it('a check that looked at nothing says that it does not hold, and not what it saw [ui.blocks.dry-run]', () => {
  const [, clean] = checks(false);
  const opened = gone(false).map((event) =>
    event.type === 'gate.opened'
      ? { ...event, payload: { ...event.payload, checks: [{ ...clean!, saw: {} }] } }
      : event,
  );
  expect(seen(sceneOf(page, { events: opened }), 'g/clean').facts).toEqual(['does not hold']);
});
