import { describe, expect, it } from 'vitest';
import { drawNode, wantedOn } from '../../../plugin/blocks/draw.ts';
import { blockOf, blocks } from '../../../plugin/blocks/index.ts';
import type { NewEvent } from '../../../shared/run/event.ts';
import { TONES } from '../../../shared/run/tone.ts';
import { ROLES } from '../../../shared/workflow/definition.ts';
import { completed, decided, failed, node, sceneOf, seen, signatureOf, START, started, STATUS } from './scenes.ts';

/** What a dry run came by and did not do. */
const SHOWN: readonly NewEvent[] = [
  { type: 'node.completed', node: 'it', payload: { output: null, startedAt: START, assumed: 'placeholder' } },
];

describe('every role', () => {
  it('has a block of its own [ui.blocks.roles]', () => {
    expect(blocks.map(({ role }) => role).toSorted()).toEqual([...ROLES].toSorted());
  });

  it.each(ROLES)('draws %s in every state, and says the state in words [ui.blocks.roles] [ui.blocks.words]', (role) => {
    for (const events of Object.values(STATUS)) {
      const path = role === 'workflow' ? '' : 'it';
      const nodes = role === 'workflow' ? [] : [node(role, 'it', { skippable: true })];
      for (const scene of [sceneOf(nodes), sceneOf(nodes, { events })]) {
        const own = scene.reading.nodes.find((one) => one.path === path)!;
        const drawing = drawNode(scene, own, undefined)!;
        const said = /role="img" aria-label="([^"]+)"/.exec(drawing.live)?.[1];
        expect(said?.length, drawing.live).toBeGreaterThan(3);
        expect(drawing.live).toContain('<svg');
      }
    }
  });

  it('has one shape for each state, so that colour is never alone [ui.blocks.words]', () => {
    const drawings = new Set<string>();
    for (const events of [...Object.values(STATUS), SHOWN]) {
      const scene = sceneOf([node('step', 'it')], { events });
      drawings.add(/<svg.*?<\/svg>/.exec(drawNode(scene, scene.reading.nodes[1]!, undefined)!.live)![0]);
    }
    expect(drawings.size).toBe(Object.keys(STATUS).length + 1);
    expect(Object.keys(TONES)).toHaveLength(drawings.size);
  });

  it('prints its role where it has no title [ui.blocks.roles]', () => {
    const scene = sceneOf([node('otherwise', 'it', { title: '' })]);
    const drawing = drawNode(scene, scene.reading.nodes[1]!, undefined)!;
    expect(drawing.frameKey).toContain('<span class="sb-name">otherwise</span>');
    expect(blockOf('nonsense')).toBeUndefined();
  });
});

describe('work', () => {
  it('shows how long a step took, or runs, and its last line in reserved space [ui.blocks.facts]', () => {
    const step = [node('step', 'it')];
    expect(seen(sceneOf(step, { events: STATUS.completed }), 'it')).toMatchObject({ tone: 'ok', facts: ['0.2s'] });
    const running = sceneOf(step, { events: STATUS.running, output: { it: 'Resolving deltas: 62%' }, after: 42_100 });
    expect(seen(running, 'it')).toMatchObject({ tone: 'run', facts: ['0:42'], line: 'Resolving deltas: 62%' });
    const silent = seen(sceneOf(step, { events: STATUS.running }), 'it');
    expect(silent.look.line).toBeDefined();
  });

  it('shows a stage’s persona with its tools, and its time against what is usual [ui.blocks.facts]', () => {
    const stage = [node('stage', 'it', { persona: { id: 'backend', title: 'Backend', tools: 4 } })];
    const usual = { it: { median: 90_000, count: 3 } };
    expect(seen(sceneOf(stage, { reading: { usual } }), 'it').facts).toEqual(['Backend · 4 tools', 'usually 1m 30s']);
    const running = sceneOf(stage, { events: [started('it', 'stage')], reading: { usual }, after: 48_100 });
    expect(seen(running, 'it').facts).toEqual(['Backend · 4 tools', '0:48 of usually 1m 30s']);
  });

  it('shows the output of a step when asked, and a failure unasked, once [ui.blocks.facts]', () => {
    const nodes = [node('stage', 'stage'), node('step', 'stage/it')];
    const key = 'stage/it';
    const done = [started('stage', 'stage'), started(key), completed(key, { version: '1.2.3' })];
    expect(seen(sceneOf(nodes, { events: done }), key).line).toBe('');
    expect(seen(sceneOf(nodes, { events: done, peeks: [key] }), key).line).toBe('&#123;"version":"1.2.3"&#125;');
    const broken = sceneOf(nodes, { events: [started('stage', 'stage'), started(key), failed(key), failed('stage')] });
    expect(seen(broken, key).line).toBe('it broke');
    expect(seen(broken, 'stage').line).toBe('');
  });

  it('asks what became of a step whose outcome nobody knows, on its block [ui.blocks.asked]', () => {
    const question: NewEvent = {
      type: 'ask.opened',
      node: 'it',
      payload: { question: 'Did “it” happen?', options: ['it happened', 'it did not'], from: 'person' },
    };
    const scene = sceneOf([node('step', 'it')], { events: [...STATUS.unknown, question] });
    const { look, ...shown } = seen(scene, 'it');
    expect(shown).toMatchObject({ tone: 'unknown', line: 'Did “it” happen?' });
    const wish = { kind: 'answer', run: 'run-1', node: 'it' };
    expect(look.actions).toMatchObject([{ label: 'Answer…', does: { kind: 'propose', wish } }]);
    expect(wantedOn(scene)).toEqual({ uuid: 'it', act: 'answer' });
    // A step asks for other reasons, too: then it just waits.
    const agent = sceneOf([node('step', 'it')], { events: [started('it'), question] });
    expect(seen(agent, 'it')).toMatchObject({ tone: 'wait', word: 'waiting for an answer', line: 'Did “it” happen?' });
    const answered: NewEvent = {
      type: 'ask.answered',
      node: 'it',
      payload: { answer: 'it happened', by: { kind: 'person', name: 'Ada' } },
    };
    const done = sceneOf([node('step', 'it')], { events: [...STATUS.unknown, question, answered, completed('it')] });
    expect(seen(done, 'it').look.actions ?? []).toEqual([]);
  });

  it('says why a step asks a person at all, where the page does not say it [ui.blocks.asked]', () => {
    const because = 'No model is configured in config.yaml, so a person is asked.';
    const question: NewEvent = {
      type: 'ask.opened',
      node: 'it',
      payload: { question: 'Find the cause.', because, from: 'person' },
    };
    const { line } = seen(sceneOf([node('step', 'it')], { events: [started('it'), question] }), 'it');
    expect(line).toContain('Find the cause.');
    expect(line).toContain(because);
  });

  it('says why a step was left out, and who decided it [ui.blocks.facts]', () => {
    const skipped: NewEvent = {
      type: 'node.skipped',
      node: 'it',
      payload: { reason: 'done by hand', signature: signatureOf('Ada') },
    };
    const scene = sceneOf([node('step', 'it')], { events: [skipped] });
    expect(seen(scene, 'it')).toMatchObject({ tone: 'skip', line: 'Ada: done by hand' });
  });

  it('marks what was passed by as not needed, and what ended with its run as stopped [ui.blocks.facts]', () => {
    const nodes = [node('when', 'w'), node('otherwise', 'w/o'), node('step', 'later')];
    const events = [started('w', 'when'), decided('w', 'if', true), completed('w'), started('later')];
    expect(seen(sceneOf(nodes, { events }), 'w/o')).toMatchObject({ tone: 'skip', word: 'not needed' });
    const cancelled: NewEvent = {
      type: 'run.cancelled',
      node: '',
      payload: { failure: { code: 'c', message: 'm', retryable: false } },
    };
    expect(seen(sceneOf(nodes, { events: [...events, cancelled] }), 'later').tone).toBe('stop');
  });
});

describe('a persona', () => {
  it('counts its tools as people do [ui.blocks.words]', () => {
    const tools = (count: number) =>
      seen(sceneOf([node('persona', 'p', { persona: { id: 'p', title: 'P', tools: count } })]), 'p').facts;
    expect([tools(1), tools(2)]).toEqual([['persona · 1 tool'], ['persona · 2 tools']]);
  });
});
