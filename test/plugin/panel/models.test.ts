import { describe, expect, it } from 'vitest';
import { hashJson } from '../../../shared/canonical-json.ts';
import type { JsonObject } from '../../../shared/json.ts';
import type { NewEvent, RunEvent } from '../../../shared/run/event.ts';
import { fold } from '../../../shared/run/fold/fold.ts';
import { arm, ARMING_MS, UNSEEN, type Arming, type Seen } from '../../../plugin/panel/arming.ts';
import { makeLiveRun } from '../../../plugin/panel/live-run.ts';
import { cut } from '../../../plugin/panel/model/cut.ts';
import { diffLines, hunksOf } from '../../../plugin/panel/model/diff.ts';
import { answerFrom, inputFields, inputsFrom, schemaFields } from '../../../plugin/panel/model/form.ts';
import { ganttOf } from '../../../plugin/panel/model/gantt.ts';
import { brokenRow, outlineOf } from '../../../plugin/panel/model/outline.ts';
import { headingOf } from '../../../plugin/panel/model/question.ts';
import { signaturesOf } from '../../../plugin/panel/model/receipts.ts';
import { readShown, requireDigest } from '../../../plugin/panel/model/shown.ts';
import { statisticsOf } from '../../../plugin/panel/model/statistics.ts';
import { clock } from '../../../plugin/panel/model/time.ts';
import { hashOf, readRoute, type Route } from '../../../plugin/panel/route.ts';
import { node, step, workflowOf } from '../../fakes/outline.ts';
import { runStarted } from '../../fakes/run-started.ts';

const event = (seq: number, given: NewEvent, at = seq * 1_000): RunEvent => ({
  pos: seq,
  run: 'r',
  seq,
  attempt: 1,
  epoch: 0,
  at,
  prev: '',
  ...given,
});

const STARTED = runStarted();

describe('places [ui.panel.models]', () => {
  it.each<Route>([
    { at: 'runs' },
    { at: 'settings' },
    { at: 'run', run: 'r1' },
    { at: 'run', run: 'r1', node: 'work/push#2/send' },
    { at: 'approve', run: 'r1', node: 'a/b[0]', signOff: 'fine?' },
    { at: 'start', definition: 'd' },
    { at: 'start', definition: 'd', run: 'r1' },
    { at: 'trust', definition: 'd' },
    { at: 'proposal', proposal: 'p' },
    { at: 'skip', run: 'r1', node: '100%' },
  ])('are the same there and back: %o', (route) => {
    expect(readRoute(hashOf(route))).toEqual(route);
  });

  it('take any hash at all', () => {
    expect(readRoute('')).toEqual({ at: 'runs' });
    expect(readRoute('#/')).toEqual({ at: 'runs' });
    for (const hash of ['#/x', '#/run', '#/approve/a/b', '#/%', '#/runs/more', '#//']) {
      expect(['nowhere', 'runs']).toContain(readRoute(hash).at);
    }
  });
});

describe('arming [ui.panel.models]', () => {
  const seen: Seen = { whole: true, clear: true, foreground: true };
  const after = (...steps: [Partial<Seen>, number][]): Arming =>
    steps.reduce<Arming>((state, [part, now]) => arm(state, { ...seen, ...part }, now, false), UNSEEN);

  it('takes half a second of being seen without a break', () => {
    expect(after([{}, 0])).toEqual({ is: 'arming', since: 0 });
    expect(after([{}, 0], [{}, ARMING_MS - 1]).is).toBe('arming');
    expect(after([{}, 0], [{}, ARMING_MS]).is).toBe('armed');
    expect(after([{}, 0], [{ clear: false }, 400], [{}, 450], [{}, 900]).is).toBe('arming');
  });

  it.each([
    [{ whole: false }, 'partly'],
    [{ clear: false }, 'covered'],
    [{ foreground: false }, 'background'],
    [{ clear: undefined }, 'unsupported'],
  ] as const)('ends at once when it is seen as %o', (part, why) => {
    expect(after([{}, 0], [{}, 500], [part, 501])).toEqual({ is: 'off', why });
  });

  it('believes a browser that cannot tell only in a window of its own', () => {
    expect(arm(UNSEEN, { ...seen, clear: undefined }, 0, true)).toEqual({ is: 'arming', since: 0 });
  });
});

describe('what is shown before a signature [ui.panel.models]', () => {
  const shown: JsonObject = {
    kind: 'sign-off',
    title: 'W',
    gate: 'G',
    signOff: 'S',
    checks: [{ title: 'c', held: true, that: 't', saw: 1, odd: 2 }],
    effects: [],
    surprise: { a: 1 },
  };

  it('leaves nothing out that it has no drawing for', () => {
    const read = readShown(shown);
    expect(read).toMatchObject({
      subject: 'G',
      signOff: 'S',
      workflow: 'W',
      effects: [],
      more: { surprise: { a: 1 } },
    });
    expect(read.checks[0]).toMatchObject({ held: true, saw: 1, more: { odd: 2 } });
    expect(readShown({ ...shown, effects: 'all', inputs: 3 }).more).toMatchObject({ effects: 'all', inputs: 3 });
  });

  it('is refused under any other digest', () => {
    expect(() => requireDigest({ digest: hashJson(shown), shown })).not.toThrow();
    expect(() => requireDigest({ digest: hashJson(shown), shown: { ...shown, gate: 'H' } })).toThrow(
      'not that of what is shown',
    );
  });
});

describe('a difference [ui.panel.models]', () => {
  it('has every line of both texts once', () => {
    const lines = diffLines('a\nb\nc\nd', 'a\nx\nc\nd\ne');
    expect(lines.filter(({ is }) => is !== 'added').map(({ text }) => text)).toEqual(['a', 'b', 'c', 'd']);
    expect(lines.filter(({ is }) => is !== 'removed').map(({ text }) => text)).toEqual(['a', 'x', 'c', 'd', 'e']);
    expect(lines.filter(({ is }) => is === 'same')).toHaveLength(3);
  });

  it('shows what changed with some lines around, and says how many it leaves out', () => {
    const before = Array.from({ length: 50 }, (_, index) => `line ${index}`);
    const hunks = hunksOf(diffLines(before.join('\n'), before.with(25, 'other').join('\n')), 2);
    expect(hunks.map(({ skipped, lines }) => [skipped, lines.length])).toEqual([
      [23, 6],
      [22, 0],
    ]);
    expect(hunksOf(diffLines('same', 'same'))).toEqual([]);
  });
});

describe('forms [ui.panel.models]', () => {
  it('fill inputs from what was given, else from defaults, and leave out what is empty', () => {
    const inputs = {
      version: {},
      level: { enum: ['a', 'b'], default: 'b' },
      files: { type: 'list' },
      draft: { type: 'boolean' },
    } as const;
    const fields = inputFields({ ...inputs, level: { ...inputs.level, enum: ['a', 'b'] } }, { files: ['x', 'y'] });
    expect(fields.map(({ kind, initial, required }) => [kind, initial, required])).toEqual([
      ['text', '', true],
      ['choice', 'b', false],
      ['text', 'x, y', true],
      ['boolean', '', false],
    ]);
    expect(inputsFrom(fields, new Map([['version', ' ']]))).toEqual({ level: 'b', files: 'x, y', draft: false });
  });

  it('read an answer by its schema', () => {
    const schema = {
      type: 'object',
      properties: { n: { type: 'number' }, e: { enum: [1, 'two'] }, l: { type: 'array' } },
      required: ['n', 'e'],
    };
    expect(schemaFields(schema).map(({ kind }) => kind)).toEqual(['number', 'choice', 'json']);
    const typed = new Map([
      ['n', '2.5'],
      ['e', '1'],
      ['l', '["a"]'],
    ]);
    expect(answerFrom(schema, typed)).toEqual({ answer: { n: 2.5, e: 1, l: ['a'] } });
    const wrong = answerFrom(
      schema,
      new Map([
        ['n', 'x'],
        ['l', '['],
      ]),
    );
    expect('wrong' in wrong && [...wrong.wrong.keys()]).toEqual(['n', 'e', 'l']);
    expect(answerFrom({ type: 'string' }, new Map([['', 'text']]))).toEqual({ answer: 'text' });
  });
});

describe('a run [ui.panel.models]', () => {
  const definition = workflowOf(
    node('retry', 'again', {}, step('send', 'act.write', {})),
    node('gate', 'gate', {}, node('check', 'good', { that: 'true' }), node('sign-off', 'fine')),
    { ...step('last', 'act.read', {}), title: '' },
  );
  const stepStart = { action: 'act.write', effect: 'write' as const, with: {}, key: 'k', persona: 'tester' };
  const failure = { code: 'x.y', message: 'no', retryable: true };
  const signature = { person: 'Bob', device: 'd', publicKey: '', nonce: '', digest: '', signature: 's', at: 0 };
  const events = [
    event(1, STARTED),
    event(2, { type: 'node.started', node: 'work', payload: { role: 'stage', title: 'work', persona: 'tester' } }),
    event(3, {
      type: 'node.started',
      node: 'work/again#1/send',
      payload: { role: 'step', title: 'send', step: stepStart },
    }),
    event(4, {
      type: 'node.failed',
      node: 'work/again#1/send',
      payload: { failure, startedAt: 3_000, step: stepStart },
    }),
    event(5, {
      type: 'node.completed',
      node: 'work/again#2/send',
      payload: { output: null, startedAt: 4_500, step: stepStart },
    }),
    event(6, {
      type: 'gate.opened',
      node: 'work/gate',
      payload: {
        title: 'gate',
        checks: [{ id: 'good', title: 'good', held: true, that: 'true', saw: {} }],
        signOffs: [{ id: 'fine', title: 'fine', people: 1, notStarter: false }],
        digest: 'e',
      },
    }),
    event(7, { type: 'gate.refused', node: 'work/gate', payload: { signOff: 'fine', signature } }),
    event(8, { type: 'persona.refused', node: 'work', payload: { persona: 'tester', wanted: 'git.push', why: 'no' } }),
  ];
  const state = fold(events)!;
  const rows = outlineOf(state, definition);

  it('has each node in order, each attempt, and requirements as squares', () => {
    expect(rows.map(({ title, tone, square, mark }) => [title, tone, square, mark])).toEqual([
      ['work', 'run', false, undefined],
      ['again', 'idle', false, undefined],
      ['send', 'bad', false, 'attempt 1'],
      ['send', 'ok', false, 'attempt 2'],
      ['gate', 'wait', false, undefined],
      ['good', 'ok', true, undefined],
      ['fine', 'bad', true, undefined],
      // Without a title its role is said (look.md).
      ['step', 'idle', false, undefined],
    ]);
  });

  it('says that nobody knows what became of a write, also while it is asked', () => {
    const lost = fold([
      ...events,
      event(9, { type: 'node.unknown', node: 'work/again#2/send', payload: { failure, step: stepStart } }),
      event(10, { type: 'ask.opened', node: 'work/again#2/send', payload: { question: 'Did it?', from: 'person' } }),
    ])!;
    expect(outlineOf(lost, definition).find(({ id }) => id === 'work/again#2/send')?.tone).toBe('unknown');
  });

  it('counts persons at a sign-off, and asks nobody where a check failed', () => {
    const signed = (held: boolean, ...devices: string[]) => {
      const opened = event(6, {
        type: 'gate.opened',
        node: 'work/gate',
        payload: {
          title: 'gate',
          checks: [{ id: 'good', title: 'good', held, that: 'true', saw: {} }],
          signOffs: [{ id: 'fine', title: 'fine', people: 2, notStarter: false }],
          digest: 'e',
        },
      });
      const more = devices.map((device, index) =>
        event(7 + index, {
          type: 'gate.signed',
          node: 'work/gate',
          payload: { signOff: 'fine', signature: { ...signature, device } },
        }),
      );
      const gated = fold([...events.slice(0, 5), opened, ...more])!;
      return outlineOf(gated, definition).find(({ title }) => title === 'fine')?.tone;
    };
    expect(signed(true, 'phone', 'laptop')).toBe('wait');
    expect(signed(false)).toBe('skip');
  });

  it('passes by what stands on a way that was not taken, as soon as that is known', () => {
    const inside = { ...node('step', 'no'), settings: { uses: 'act.read' } };
    const when = node('when', 'if_so', { if: 'true' }, node('step', 'yes'), node('otherwise', 'otherwise', {}, inside));
    const chosen = fold([
      event(1, STARTED),
      event(2, { type: 'node.started', node: 'work', payload: { role: 'stage', title: 'work' } }),
      event(3, { type: 'node.started', node: 'work/if_so', payload: { role: 'when', title: 'if_so' } }),
      event(4, { type: 'decision.made', node: 'work/if_so', payload: { name: 'if', value: true } }),
    ])!;
    expect(outlineOf(chosen, workflowOf(when)).map(({ title, tone }) => [title, tone])).toEqual([
      ['work', 'run'],
      ['if_so', 'run'],
      ['yes', 'idle'],
      ['otherwise', 'skip'],
      ['no', 'skip'],
    ]);
  });

  it('has the first sentence of a question for its heading', () => {
    expect(headingOf('Did it happen? Nobody knows. Look there.')).toEqual({
      heading: 'Did it happen?',
      more: 'Nobody knows. Look there.',
    });
    for (const whole of ['Which one is it?', 'Version 1.2 or 1.3', `${'long '.repeat(40)}? Yes`])
      expect(headingOf(whole)).toEqual({ heading: whole, more: '' });
  });

  it('knows where a run broke: innermost', () => {
    const broken = (...titles: string[]) =>
      brokenRow(rows.map((row) => (titles.includes(row.title) ? { ...row, tone: 'bad' as const } : row)))?.id;
    expect(broken('work', 'again', 'send')).toBe('work/again#2/send');
    // An attempt that was made up for broke nothing.
    expect(broken('work')).toBe('work');
    expect(broken()).toBeUndefined();
  });

  it('has bars within the whole, which goes on with the clock', () => {
    const { bars, milliseconds, ticks } = ganttOf(state, rows, 11_000);
    expect(milliseconds).toBe(10_000);
    expect([clock(65_000), clock(187_200_000)]).toEqual(['1:05', '2d 4h']);
    expect(ticks.map((tick) => tick.at)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(bars.map(({ row, from, width, open }) => [row.id, from, width, open])).toEqual([
      ['work', 0.1, 0.9, true],
      ['work/again#1/send', 0.2, 0.1, false],
      ['work/again#2/send', 0.35, 0.05, false],
      ['work/gate', 0.5, 0.5, true],
    ]);
  });

  it('has signatures', () => {
    expect(signaturesOf(events)).toEqual([{ seq: 7, at: 7_000, what: 'refused at work/gate', signature }]);
  });

  it('counts every event once, in whatever order they come', () => {
    const live = makeLiveRun('r');
    expect(live.take([events[1]!, events[3]!])).toBe(true);
    expect(live.take([events[0]!, events[0]!])).toBe(true);
    expect(live.take(events)).toBe(false);
    expect(live.take(events)).toBe(false);
    expect(live.events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(live.state).toEqual(state);
  });
});

describe('texts and figures [ui.panel.models]', () => {
  it('cuts long texts, never a character in half', () => {
    expect(cut('short')).toEqual({ shown: 'short', left: 0 });
    expect(cut('ab😀cd', 3)).toEqual({ shown: 'ab', left: 4 });
    expect(cut('a\nb\nc\nd', 100, 2)).toEqual({ shown: 'a\nb', left: 4 });
    expect(cut('x'.repeat(1_000_000)).shown).toHaveLength(2_000);
  });

  it('tells medians and outcomes by workflow, without dry runs', () => {
    const run = (title: string, status: 'completed' | 'failed', took: number, dryRun = false) => ({
      run: `${title}${took}`,
      number: 1,
      title,
      status,
      startedAt: took,
      endedAt: took + took,
      definition: 'd',
      dryRun,
    });
    const [first, second] = statisticsOf([
      run('B', 'failed', 1),
      run('A', 'completed', 3),
      run('A', 'completed', 1),
      run('A', 'completed', 9, true),
    ]);
    expect(first).toMatchObject({ title: 'A', median: 2, runs: 2, outcomes: { completed: 2, failed: 0 } });
    expect(first!.durations.map(({ milliseconds }) => milliseconds)).toEqual([1, 3]);
    expect(second).toMatchObject({ title: 'B', median: undefined, outcomes: { failed: 1 } });
  });
});
