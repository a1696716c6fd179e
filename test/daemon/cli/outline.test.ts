import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elapsed } from '../../../daemon/cli/progress/elapsed.ts';
import { renderRun } from '../../../daemon/cli/progress/outline.ts';
import { Painter } from '../../../daemon/cli/progress/painter.ts';
import { columnsOf, fit, hanging, spread, visible } from '../../../daemon/cli/progress/width.ts';
import { fold } from '../../../shared/run/fold/fold.ts';
import type { NewEvent, RunEvent } from '../../../shared/run/event.ts';
import type { Definition } from '../../../shared/workflow/definition.ts';
import { node, step } from '../../fakes/outline.ts';
import { runStarted } from '../../fakes/run-started.ts';

const definition: Definition = {
  language: 1,
  header: node('workflow', 'release'),
  body: [
    node('stage', 'prepare', { persona: 'backend' }, step('look', 'act.read'), step('bump', 'act.write')),
    node(
      'stage',
      'publish',
      { persona: 'devops' },
      node('parallel', 'tests', {}, step('unit', 'act.read'), step('integration', 'act.read')),
      node('gate', 'ready', {}, node('check', 'coverage'), node('sign-off', 'agreed')),
      step('push', 'act.irreversible'),
    ),
  ],
};

const started = runStarted({ title: 'Release', number: 3 });
const enter = (key: string, role: 'stage' | 'parallel' | 'step'): NewEvent => ({
  type: 'node.started',
  node: key,
  payload: { role, title: key },
});
const done = (key: string, ms: number): NewEvent => ({
  type: 'node.completed',
  node: key,
  payload: { output: null, startedAt: -ms },
});

/** The events of a run, a second between them; `startedAt: -ms` means so long before the event. */
function stateAfter(...events: NewEvent[]) {
  const all = [started, ...events].map((event, index) => {
    const at = 1_000_000 + index * 1000;
    const payload = { ...event.payload } as { startedAt?: number };
    if (payload.startedAt !== undefined) payload.startedAt += at;
    return {
      ...event,
      payload,
      pos: index + 1,
      run: 'r',
      seq: index + 1,
      attempt: 1,
      epoch: 1,
      at,
      prev: '',
    } as RunEvent;
  });
  return { state: fold(all)!, now: 1_000_000 + (all.length - 1) * 1000 + 500 };
}

function render(events: NewEvent[], more: { height?: number; live?: Map<string, string> } = {}): string[] {
  const { state, now } = stateAfter(...events);
  return renderRun(state, definition, { width: 50, now, color: false, ...more }).map((line) => line.trimEnd());
}

const opened: NewEvent = {
  type: 'gate.opened',
  node: 'publish/ready',
  payload: {
    title: 'ready',
    digest: 'x',
    checks: [{ id: 'coverage', title: 'coverage', held: true, that: 'c > 80.0', saw: 83.4 }],
    signOffs: [{ id: 'agreed', title: 'agreed', people: 1, notStarter: false }],
  },
};
const testsDone = [
  enter('publish/tests', 'parallel'),
  done('publish/tests/unit', 10),
  done('publish/tests/integration', 10),
];
const before = [enter('prepare', 'stage'), done('prepare/look', 40), done('prepare/bump', 40), done('prepare', 3000)];

describe('the outline of a run tells by shape how each node stands [core.cli.live]', () => {
  it.each<{ what: string; events: NewEvent[]; lines: string[] }>([
    {
      what: 'a step that only reads goes on though it is not on record yet',
      events: [enter('prepare', 'stage')],
      lines: ['◐ prepare', '  ◐ look', '  ◌ bump', '◌ publish'],
    },
    {
      what: 'of steps in order only the next one goes on',
      events: [enter('prepare', 'stage'), done('prepare/look', 40)],
      lines: ['◐ prepare', '  ● look', '  ◐ bump', '◌ publish'],
    },
    {
      what: 'of steps at once all do',
      events: [...before, enter('publish', 'stage'), enter('publish/tests', 'parallel')],
      lines: ['● prepare', '◐ publish', '  ◐ tests', '    ◐ unit', '    ◐ integration', '  ⬚ ready', '  ◌ push'],
    },
    {
      what: 'a gate shows what its check saw and waits for the person',
      events: [...before, enter('publish', 'stage'), ...testsDone, done('publish/tests', 900), opened],
      lines: ['  ◫ ready', '    ☑ coverage', '    ◫ agreed', '  ◌ push'],
    },
    {
      what: 'a gate with a failed check asks nobody',
      events: [
        ...before,
        enter('publish', 'stage'),
        {
          ...opened,
          payload: {
            ...opened.payload,
            checks: [{ id: 'coverage', title: 'coverage', held: false, that: 'c', saw: 79.9 }],
          },
        },
      ],
      lines: ['    ☒ coverage', '    ⬚ agreed'],
    },
    {
      what: 'a failed step says why beneath',
      events: [
        enter('prepare', 'stage'),
        {
          type: 'node.failed',
          node: 'prepare/look',
          payload: { failure: { code: 'a.b', message: 'The tree is not clean.', retryable: false }, startedAt: 0 },
        },
      ],
      lines: ['  ⊗ look', '    The tree is not clean.'],
    },
  ])('$what', ({ events, lines }) => {
    const shown = render(events);
    const at = lines.map((line) => shown.findIndex((each) => each === line || each.startsWith(`${line} `)));
    expect(at, shown.join('\n')).not.toContain(-1);
    expect(at).toEqual([...at].sort((a, b) => a - b));
  });

  it('says of a pause when it is over, and nothing of it once it is', () => {
    const tried: Definition = { ...definition, body: [node('retry', 'again', {}, step('ask', 'act.read'))] };
    const at = 1_000_000 + 3 * 1000 + 500 + 90_000;
    const events: NewEvent[] = [
      { type: 'node.started', node: 'again', payload: { role: 'retry', title: 'again' } },
      { type: 'timer.set', node: 'again', payload: { name: 'deadline', at: at + 5000 } },
      { type: 'timer.set', node: 'again', payload: { name: 'attempt-2', at } },
    ];
    const first = (more: NewEvent[]) => {
      const { state, now } = stateAfter(...events, ...more);
      const lines = renderRun(state, tried, { width: 50, now, color: false });
      return lines.find((line) => line.includes('again'));
    };
    expect(first([])).toMatch(/^◐ again .* · again in 1m 30s$/);
    expect(first([{ type: 'timer.fired', node: 'again', payload: { name: 'attempt-2' } }])).not.toContain('again in');
  });

  it('takes no step for the one that goes on that stands on the way not taken', () => {
    const otherwise = node('otherwise', 'otherwise', {}, step('no', 'act.read'));
    const body = [node('stage', 'work', {}, node('when', 'if_so', {}, step('yes', 'act.read'), otherwise))];
    const held: NewEvent = { type: 'decision.made', node: 'work/if_so', payload: { name: 'if', value: false } };
    const { state, now } = stateAfter(
      enter('work', 'stage'),
      { type: 'node.started', node: 'work/if_so', payload: { role: 'when', title: 'if_so' } },
      held,
      { type: 'node.started', node: 'work/if_so/otherwise', payload: { role: 'otherwise', title: 'otherwise' } },
    );
    const shown = renderRun(state, { ...definition, body }, { width: 50, now, color: false }).map((line) =>
      line.trim(),
    );
    const marks = ['yes', 'no'].map((title) => shown.find((line) => line.includes(` ${title}`))?.[0]);
    expect(marks).toEqual(['⊘', '◐']);
  });

  it('says of a run in line for which slot it waits', () => {
    const [status, where] = render([
      { type: 'decision.made', node: '', payload: { name: 'slot-key', value: 'release' } },
      { type: 'decision.made', node: '', payload: { name: 'slot', value: 'queued' } },
    ]);
    expect(status).toMatch(/^Release #3 .*in line$/);
    expect(where).toContain('waits for a slot of “release” · ');
  });

  it('aligns facts at the right edge and shows the last line of output beneath its step', () => {
    const shown = render([...before, enter('publish', 'stage'), enter('publish/tests', 'parallel')], {
      live: new Map([['publish/tests/unit', 'test 3 of 9\u001b[31m']]),
    });
    expect(shown.find((line) => line.includes('● prepare'))).toMatch(/^● prepare {2,}3\.0 s$/);
    expect(shown.filter((line) => line.endsWith(' s')).map((line) => line.length)).toContain(50);
    expect(shown[shown.findIndex((line) => line.includes('◐ unit')) + 1]).toBe('      │ test 3 of 9 [31m');
  });

  it('has a segment of the bar for each stage', () => {
    expect(render(before)[1]).toMatch(/^━{17} ─{17} {2}stage 1 of 2 · /);
  });

  it('folds what is over up when the terminal is small, and never shows more lines than it has', () => {
    const events = [...before, enter('publish', 'stage'), enter('publish/tests', 'parallel')];
    const shown = render(events, { height: 11 });
    expect(shown.length).toBeLessThanOrEqual(11);
    expect(shown.join('\n')).toContain('◐ unit');
    expect(shown.join('\n')).not.toContain('look');
    for (const height of [5, 6, 8]) expect(render(events, { height }).length).toBeLessThanOrEqual(height + 1);
  });
});

describe('texts of others in a terminal', () => {
  it('never contain anything that a terminal would obey, whatever they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(visible(text)).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });

  it('fit their columns, wide characters counted twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 60 }), (text, columns) => {
        expect(columnsOf(fit(text, columns))).toBeLessThanOrEqual(columns);
      }),
    );
    expect(columnsOf('日本 ok')).toBe(7);
    expect(spread('left', '1 s', 14)).toBe('left       1 s');
  });

  it('a line of a table is broken below its last cell, and keeps its words', () => {
    const line = '  git.push  write  Pushes the branch and its tags, all of them or none.';
    expect(hanging(line, 50)).toEqual([
      '  git.push  write  Pushes the branch and its tags,',
      '                   all of them or none.',
    ]);
    expect(hanging(line, 30)).toEqual([line]);
    expect(hanging('A summary that is too long for it', 24)).toEqual(['A summary that is too', 'long for it']);
    const words = fc.stringMatching(/^[a-z]{1,12}( [a-z]{1,12}){0,12}$/);
    fc.assert(
      fc.property(words, words, fc.integer({ min: 60, max: 120 }), (name, text, columns) => {
        fc.pre(name.length < 30);
        const lines = hanging(`  ${name}  ${text}`, columns);
        expect(lines.map((each) => each.trim()).join(' ')).toBe(`${name}  ${text}`);
        for (const each of lines) expect(columnsOf(each)).toBeLessThanOrEqual(columns);
      }),
    );
  });

  it.each([
    [12, '12 ms'],
    [3400, '3.4 s'],
    [59_990, '1m 00s'],
    [125_000, '2m 05s'],
    [3_725_000, '1h 02m'],
    [187_200_000, '2d 4h'],
  ])('read %i ms as %s', (ms, text) => expect(elapsed(ms)).toBe(text));
});

it('repaints only lines that changed, and begins anew after a resize [core.cli.live]', () => {
  const written: string[] = [];
  const out = { write: (text: string) => void written.push(text), columns: 80 };
  const painter = new Painter(out);
  painter.paint(['one', 'two']);
  painter.paint(['one', 'three']);
  expect(written[1]).toContain('three');
  expect(written[1]).not.toContain('one');
  painter.paint(['one', 'three']);
  expect(written).toHaveLength(2);
  out.columns = 60;
  painter.paint(['one', 'three']);
  expect(written[2]).not.toContain('\u001b[2A');
});
