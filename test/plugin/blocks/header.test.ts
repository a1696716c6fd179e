import { describe, expect, it } from 'vitest';
import { drawNode, wantedOn } from '../../../plugin/blocks/draw.ts';
import type { NewEvent } from '../../../shared/run/event.ts';
import { completed, decided, failed, node, sceneOf, seen, START, started } from './scenes.ts';

describe('the header', () => {
  const stages = [1, 2, 3].map((n) => node('stage', `s${n}`));

  it('says how far the run is and how long it usually takes [ui.blocks.header]', () => {
    const usual = { '': { median: 300_000, count: 4 } };
    const events = [started('s1', 'stage'), completed('s1'), started('s2', 'stage')];
    const scene = sceneOf(stages, { events, reading: { usual }, after: 192_000 });
    expect(seen(scene, 'header').line).toBe('stage 2 of 3 · 3m 12s · usually 5m');
    expect(seen(sceneOf(stages, { reading: { usual } }), 'header').line).toBe('3 stages · usually 5m');
  });

  it('offers what can be done now, and nothing while nobody answers [ui.blocks.header]', () => {
    const acts = (scene: Parameters<typeof seen>[0]) => seen(scene, 'header').look.actions!.map(({ act }) => act);
    expect(acts(sceneOf(stages))).toEqual(['run', 'dry-run']);
    expect(acts(sceneOf(stages, { reading: { trusted: false } }))).toEqual(['trust', 'dry-run']);
    expect(acts(sceneOf(stages, { events: [started('s1', 'stage')] }))).toEqual(['find', 'cancel', 'open']);
    const end: NewEvent = {
      type: 'run.failed',
      node: '',
      payload: { failure: { code: 'c', message: 'm', retryable: false } },
    };
    expect(acts(sceneOf(stages, { events: [end] }))).toEqual(['resume', 'run', 'dry-run', 'open']);
    expect(acts(sceneOf(stages, { notice: 'not running' }))).toEqual([]);
    expect(seen(sceneOf(stages, { notice: 'not running' }), 'header').line).toBe('not running');
  });

  it('has a field for each input, with what was typed, was given before, or is the default [ui.blocks.inputs]', () => {
    const inputs = {
      name: { title: 'Package name' },
      level: { enum: ['patch', 'minor'], default: 'minor' },
      really: { type: 'boolean' },
      tests: { type: 'list', default: ['npm', 'test'] },
    };
    const { fields } = seen(sceneOf(stages, { reading: { inputs }, typed: { name: 'clock' } }), 'header').look.form!;
    expect(fields.map(({ kind, value, label }) => [kind, value, label])).toEqual([
      ['text', 'clock', 'Package name'],
      ['choice', 'minor', 'level'],
      ['box', 'false', 'really'],
      ['text', 'npm, test', 'tests'],
    ]);
  });

  it('keeps room for a long title above its fields, which come before it [ui.blocks.inputs]', () => {
    const framed = (title: string, inputs: object) => {
      const scene = sceneOf(stages, { reading: { inputs: { ...inputs } } });
      const drawing = drawNode(scene, { ...scene.reading.nodes[0]!, title }, undefined)!;
      return /--wide:(\d+);--narrow:(\d+)"><\/span><span class="sb-form"/.exec(drawing.frameKey)?.slice(1).map(Number);
    };
    expect(framed('Short', { name: {} })).toBeUndefined();
    const long = 'Deploy the payments service to production, and tell everybody who waits for it';
    expect(framed(long, {})).toBeUndefined();
    expect(framed(long, { name: {} })).toEqual([2, 3]);
  });

  it('says where a run failed, and why, before anything else [ui.blocks.header]', () => {
    const end: NewEvent = {
      type: 'run.failed',
      node: '',
      payload: { failure: { code: 'c', message: 'it broke', retryable: false } },
    };
    const nodes = [node('stage', 's1'), node('step', 's1/push', { title: 'Push the branch' }), node('stage', 's2')];
    const events = [started('s1', 'stage'), started('s1/push'), failed('s1/push'), failed('s1'), end];
    const { line } = seen(sceneOf(nodes, { events }), 'header');
    expect(line).toMatch(/^Push the branch: it broke/);
    expect(line).toContain('failed after');
  });

  it('says for whose word a run waits, and goes there [ui.blocks.header]', () => {
    const nodes = [node('stage', 's1'), node('ask', 's1/which', { title: 'Which one is it' })];
    const question: NewEvent = {
      type: 'ask.opened',
      node: 's1/which',
      payload: { question: 'Which?', from: 'person' },
    };
    const events = [started('s1', 'stage'), started('s1/which', 'ask')];
    const asked = seen(sceneOf(nodes, { events: [...events, question] }), 'header');
    // First, for what does not fit is cut at the end.
    expect(asked.line).toBe('waits for an answer · stage 1 of 1 · 10s');
    expect(asked.look.actions).toMatchObject([{ act: 'show', does: { uuid: 's1/which' } }, { act: 'cancel' }, {}]);
    const agent: NewEvent = { ...question, payload: { question: 'Which?', from: 'agent' } };
    for (const more of [[], [agent]])
      expect(seen(sceneOf(nodes, { events: [...events, ...more] }), 'header').line).not.toContain('waits');
  });

  it('says what waits for somebody at a block that is not there since the page was edited, and leads to it [ui.blocks.astray]', () => {
    const question: NewEvent = {
      type: 'ask.opened',
      node: 's1/which',
      payload: { question: 'Which?', from: 'person' },
    };
    const events = [started('s1', 'stage'), started('s1/which', 'ask'), question];
    const renamed = [node('stage', 's1'), node('ask', 's1/which_one')];
    const scene = sceneOf(renamed, { events, reading: { definition: 'edited' } });
    const header = seen(scene, 'header');
    expect(header.line).toMatch(/^waits for an answer to what stood here before the edit · /);
    const wish = { kind: 'answer', run: 'run-1', node: 's1/which' };
    expect(header.look.actions![0]).toMatchObject({ label: 'Answer…', does: { kind: 'propose', wish } });
    expect(wantedOn(scene)).toEqual({ uuid: 'header', act: 'astray' });
    // Where its block is there it is offered at that.
    const whole = sceneOf([node('stage', 's1'), node('ask', 's1/which')], { events });
    expect(seen(whole, 'header').look.actions!.map(({ act }) => act)).not.toContain('astray');
  });

  it('leads to a signature whose block was renamed in the same way [ui.blocks.astray]', () => {
    const opened: NewEvent = {
      type: 'gate.opened',
      node: 's1/gate',
      payload: { title: 'Ready', checks: [], signOffs: [{ id: 'boss', title: 'The boss', people: 1 }], digest: '' },
    };
    const events = [started('s1', 'stage'), started('s1/gate', 'gate'), opened];
    const at = (id: string) =>
      sceneOf([node('stage', 's1'), node('gate', 's1/gate'), node('sign-off', `s1/gate/${id}`)], { events });
    const { line, look } = seen(at('chief'), 'header');
    expect(line).toMatch(/^waits for a signature on what stood here before the edit · /);
    const wish = { kind: 'sign-off', run: 'run-1', node: 's1/gate', signOff: 'boss' };
    expect(look.actions![0]).toMatchObject({ label: 'Review and sign…', does: { kind: 'propose', wish } });
    expect(seen(at('boss'), 'header').look.actions!.map(({ act }) => act)).not.toContain('astray');
  });

  it('counts what else waits for somebody [ui.blocks.header]', () => {
    const paths = ['s1/a', 's1/b', 's1/c'];
    const nodes = [node('stage', 's1'), ...paths.map((path) => node('ask', path))];
    const asked = paths.flatMap((path): NewEvent[] => [
      started(path, 'ask'),
      { type: 'ask.opened', node: path, payload: { question: 'Which?', from: 'person' } },
    ]);
    const { line } = seen(sceneOf(nodes, { events: [started('s1', 'stage'), ...asked] }), 'header');
    expect(line).toMatch(/^waits for an answer and 2 more · /);
  });

  it('names the step that a run is at, and goes there; where it failed, too [ui.blocks.header]', () => {
    const nodes = [node('stage', 's1'), node('step', 's1/a', { title: 'Push the branch' }), node('step', 's1/b')];
    const events = [started('s1', 'stage'), started('s1/a')];
    const at = (more: readonly NewEvent[]) => seen(sceneOf(nodes, { events: [...events, ...more] }), 'header');
    expect(at([]).line).toBe('stage 1 of 1 · Push the branch · 10s');
    expect(at([]).look.actions![0]).toMatchObject({ act: 'find', does: { kind: 'show', uuid: 's1/a' } });
    // Several at once have no one name.
    expect(at([started('s1/b')]).line).toBe('stage 1 of 1 · 10s');
    // Between two steps it is at their stage; the buttons stay as they are.
    expect(at([completed('s1/a')]).look.actions![0]).toMatchObject({ act: 'find', does: { uuid: 's1' } });
    const failure = { code: 'c', message: 'it broke', retryable: false };
    const end: NewEvent = { type: 'run.failed', node: '', payload: { failure } };
    const { actions } = at([failed('s1/a'), failed('s1'), end]).look;
    expect(actions!.map(({ act }) => act)).toEqual(['resume', 'find', 'run', 'dry-run', 'open']);
    expect(actions![1]).toMatchObject({ does: { uuid: 's1/a' } });
  });

  it('says that a run stands in line for a slot, and for whom it waits [ui.blocks.line]', () => {
    const inLine = 'waits for a slot of “release”, which #1 A page has';
    const run = { run: 'run-1', number: 2, title: 'A page', status: 'running', startedAt: START } as const;
    const runs = [{ ...run, definition: 'hash', dryRun: false, inLine }];
    const queued = [decided('', 'slot-key', 'release'), decided('', 'slot', 'queued')];
    const waits = seen(sceneOf(stages, { events: queued, reading: { runs } }), 'header');
    expect(waits).toMatchObject({ tone: 'wait', word: 'in line for a slot' });
    expect(waits.line).toBe(`${inLine} · 3 stages · 10s`);
    // What was read before it got its slot says nothing any more.
    expect(seen(sceneOf(stages, { events: queued }), 'header').line).toMatch(/^waits for a slot of “release” · /);
    const began = seen(sceneOf(stages, { events: [...queued, started('s1', 'stage')], reading: { runs } }), 'header');
    expect(began).toMatchObject({ tone: 'run', word: 'running' });
    expect(began.line).not.toContain('slot');
    const other = seen(
      sceneOf(stages, { events: [started('s1', 'stage')], reading: { runs: [{ ...runs[0]!, run: 'run-2' }] } }),
      'header',
    );
    expect(other.line).toBe('stage 1 of 3 · 10s · 1 more in line');
  });

  it('draws the last runs, with how they ended [ui.blocks.header]', () => {
    const run = (n: number, status: 'completed' | 'failed') => ({
      run: `r${n}`,
      number: n,
      title: '',
      status,
      startedAt: 0,
      endedAt: n * 1_000,
      definition: '',
      dryRun: false,
    });
    const scene = sceneOf(stages, { reading: { runs: [run(2, 'failed'), run(1, 'completed')] } });
    const drawn = seen(scene, 'header').look.facts.at(-1)!.html;
    expect(drawn).toContain('aria-label="1 of the last 2 runs completed"');
    expect(drawn).toContain('<i data-s="ok" style="--h:50%"></i><i data-s="bad" style="--h:100%"></i>');
  });
});
