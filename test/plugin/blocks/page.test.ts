import { describe, expect, it } from 'vitest';
import { drawNode, drawStranger, wantedOn } from '../../../plugin/blocks/draw.ts';
import { node, sceneOf, seen, START, started } from './scenes.ts';

describe('a page', () => {
  it('has one filled button: the signature, the answer, or what the header offers first [ui.blocks.one-primary]', () => {
    const nodes = [node('ask', 'a'), node('step', 's')];
    expect(wantedOn(sceneOf(nodes))).toEqual({ uuid: 'header', act: 'run' });
    const asked = sceneOf(nodes, {
      events: [started('a', 'ask'), { type: 'ask.opened', node: 'a', payload: { question: '?', from: 'person' } }],
    });
    expect(wantedOn(asked)).toEqual({ uuid: 'a', act: 'answer' });
    const frames = asked.reading.nodes.map((one) => drawNode(asked, one, wantedOn(asked))!.frameKey).join('');
    expect(frames.match(/ sb-p"/g)).toHaveLength(1);
    expect(wantedOn(sceneOf(nodes, { events: [started('s')] }))).toBeUndefined();
  });

  it('shows what the checker found on its block [ui.blocks.problems]', () => {
    const problem = {
      code: 'x.y',
      severity: 'error' as const,
      message: 'There is no action “git.pusch”.',
      place: { line: 1, column: 1, block: '0' },
      uuid: 's',
    };
    const scene = sceneOf([node('step', 's')], { reading: { problems: [problem] } });
    expect(drawNode(scene, scene.reading.nodes[1]!, undefined)!.live).toContain('There is no action “git.pusch”.');
    expect(seen(scene, 'header').facts[0]).toBe('1 problem');
  });

  it('says in its header what is wrong and where, and goes there [ui.blocks.problems]', () => {
    const problem = (uuid: string, message: string) => ({
      code: 'x.y',
      severity: 'error' as const,
      message,
      place: { line: 1, column: 1, block: '0' },
      uuid,
    });
    const nodes = [node('stage', 'w'), node('step', 'w/s', { title: 'Push' })];
    const broken = (...problems: ReturnType<typeof problem>[]) =>
      seen(sceneOf(nodes, { reading: { problems, definition: undefined } }), 'header');
    const below = broken(problem('w/s', 'There is no action “git.pusch”.'));
    expect(below.line).toBe('error Push: There is no action “git.pusch”.');
    expect(below.look.actions).toMatchObject([{ label: 'Go to it', does: { kind: 'show', uuid: 'w/s' } }]);
    const own = broken(problem('w/s', 'There is none.'), problem('header', 'An input has no type.'));
    expect(own.line).toBe('error An input has no type.');
    expect(own.look.actions).toEqual([]);
    // A block that is no node is on the page all the same.
    const outside = broken(problem('elsewhere', 'This stands outside.'));
    expect(outside.line).toBe('error This stands outside.');
    expect(outside.look.actions).toMatchObject([{ does: { kind: 'show', uuid: 'elsewhere' } }]);
  });

  it('offers to connect where Logseq and the daemon do not know each other [ui.blocks.connect]', () => {
    const header = { uuid: 'h', role: 'workflow', fenced: false, untitled: false, notice: 'Not connected yet.' };
    const { frameKey, live } = drawStranger({ ...header, connect: true });
    expect(frameKey).toMatch(/<button[^>]* sb-p"[^>]*data-a="connect"[^>]*>Connect…<\/button>/);
    expect(live).toContain('Not connected yet.');
    expect(drawStranger(header).frameKey).not.toContain('connect');
    expect(drawStranger({ ...header, role: 'step', connect: true }).frameKey).not.toContain('connect');
  });

  it('changes only its live part while a run goes on, and never with what is typed [ui.blocks.parts]', () => {
    const nodes = [node('step', 's', { skippable: true })];
    const at = (after: number) => sceneOf(nodes, { events: [started('s')], output: { s: `line ${after}` }, after });
    const [one, two] = [at(1_000), at(2_000)].map((scene) => drawNode(scene, scene.reading.nodes[1]!, undefined)!);
    expect(one!.frameKey).toBe(two!.frameKey);
    expect(one!.live).not.toBe(two!.live);
    // A second that goes by changes nothing of it: a style says what its times show.
    expect(one!.ticks).toEqual([`clock-${START + 100}`]);
    const later = drawNode(
      sceneOf(nodes, { events: [started('s')], output: { s: 'line 1000' }, after: 9_000 }),
      nodes[0]!,
      undefined,
    )!;
    expect(later.live).toBe(one!.live);
    const inputs = { name: {} };
    const [empty, full] = [{}, { name: 'clock' }].map((typed) => {
      const scene = sceneOf(nodes, { reading: { inputs }, typed });
      return drawNode(scene, scene.reading.nodes[0]!, undefined)!;
    });
    expect(empty!.frameKey).toBe(full!.frameKey);
    expect(full!.frame({ holder: 'h', first: 'f', open: false })).toContain('value="clock"');
  });
});
