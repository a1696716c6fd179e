import { describe, expect, it } from 'vitest';
import { blockOf, blocks } from '../../../plugin/blocks/index.ts';
import { drawNode, drawStranger, wantedOn } from '../../../plugin/blocks/draw.ts';
import { TONES } from '../../../shared/run/tone.ts';
import type { NewEvent, Signature } from '../../../shared/run/event.ts';
import type { NodeStatus } from '../../../shared/run/state.ts';
import { ROLES } from '../../../shared/workflow/definition.ts';
import { completed, decided, failed, node, sceneOf, seen, START, started, timer } from './scenes.ts';

const STATUS: Readonly<Record<NodeStatus, readonly NewEvent[]>> = {
  pending: [],
  running: [started('it')],
  waiting: [started('it'), { type: 'ask.opened', node: 'it', payload: { question: 'Well?', from: 'person' } }],
  completed: [started('it'), completed('it')],
  failed: [started('it'), failed('it')],
  cancelled: [started('it'), { type: 'node.cancelled', node: 'it', payload: { startedAt: START } }],
  skipped: [{ type: 'node.skipped', node: 'it', payload: { reason: 'not now' } }],
  unknown: [
    started('it'),
    {
      type: 'node.unknown',
      node: 'it',
      payload: {
        failure: { code: 'a.b', message: 'no answer', retryable: true },
        step: { action: 'a.b', effect: 'write', with: {}, key: 'k' },
      },
    },
  ],
};

/** What a dry run came by and did not do. */
const SHOWN: readonly NewEvent[] = [
  { type: 'node.completed', node: 'it', payload: { output: null, startedAt: START, assumed: 'placeholder' } },
];

const signature = (person: string): Signature => ({
  person,
  device: 'd',
  publicKey: '',
  nonce: '',
  digest: '',
  signature: '',
  at: START,
});

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
      payload: { reason: 'done by hand', signature: signature('Ada') },
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
    payload: { signOff: 'boss', signature: signature('Ada') },
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
      payload: { signOff: 'boss', signature: signature('Bo'), reason: 'too soon' },
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
