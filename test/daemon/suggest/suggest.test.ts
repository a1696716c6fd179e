import { writeFileSync } from 'node:fs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { EXAMPLES, readLabelled } from '../../../daemon/suggest/labelled.ts';
import { measure } from '../../../daemon/suggest/measure.ts';
import { createSuggester, THRESHOLD, type Suggester } from '../../../daemon/suggest/suggester.ts';
import type { Labelled, Subject } from '../../../daemon/suggest/subject.ts';
import { suggestCalls } from '../../../daemon/server/calls/suggest.ts';
import type { Caller } from '../../../daemon/server/calls/call.ts';
import { correctionDesk } from '../../../daemon/server/corrections.ts';
import type { Office } from '../../../daemon/server/office.ts';
import { openDatabase } from '../../../daemon/journal/database.ts';
import { createDesk, type Desk } from '../../fakes/stagebook.ts';

const { train, heldOut } = readLabelled(EXAMPLES);
let suggester: Suggester;
beforeAll(() => {
  suggester = createSuggester(train);
});
const page = (text: string): Subject => ({ kind: 'page', text });

describe('a suggestion', () => {
  it('says which workflow and persona fit, how sure that is, and why [personas.suggest.reasons]', () => {
    const { workflow, persona } = suggester.suggest(page('Publish 2.1.0 to npm, tag it and write the changelog'));
    expect([workflow.label, persona.label]).toEqual(['package-release', 'devops']);
    expect(workflow.candidates[0]!.reasons).toEqual(expect.arrayContaining(['“publish”', '“changelog”']));
    const alert = suggester.suggest({ kind: 'alert', text: 'HighErrorRate firing severity=critical' });
    expect(alert.workflow).toMatchObject({ label: 'incident-response' });
    expect(alert.workflow.candidates[0]!.reasons).toContain('it is an alert');
    const path = suggester.suggest({ kind: 'path', text: '', path: 'web/components/menu.tsx' });
    expect(path.persona.label).toBe('frontend');
    expect(path.persona.candidates[0]!.reasons).toContain('the file is one of a page');
  });

  it('is a question where nothing is sure enough, and its confidence is not shared out among the labels [personas.suggest.threshold]', () => {
    const nothing = suggester.suggest(page('Water the plants and call grandmother'));
    expect([nothing.workflow.label, nothing.persona.label]).toEqual([null, null]);
    const sum = nothing.workflow.candidates.reduce((total, { confidence }) => total + confidence, 0);
    expect(sum).toBeLessThan(1);
    const sure = page('Customers cannot log in, the site is down');
    const { confidence } = suggester.suggest(sure).workflow.candidates[0]!;
    expect(confidence).toBeGreaterThan(THRESHOLD);
    expect(suggester.suggest(sure, Math.min(confidence + 0.01, 1)).workflow.label).toBeNull();
  });

  it('is right often enough on what it has not seen, and where it is not it mostly asks [personas.suggest.measured]', () => {
    const of = (dimension: 'workflow' | 'persona') => measure(suggester, heldOut, dimension, THRESHOLD);
    for (const figures of [of('workflow'), of('persona')]) {
      expect(figures.count).toBeGreaterThan(40);
      expect(figures.accuracy).toBeGreaterThan(0.7);
      expect(figures.first).toBeGreaterThan(0.8);
      expect(figures.precision).toBeGreaterThan(0.8);
      expect(figures.coverage).toBeGreaterThan(0.5);
      expect(figures.calibrationError).toBeLessThan(0.2);
    }
    const known = new Set(train.map(({ text, path }) => `${text} ${path}`));
    expect(heldOut.filter(({ text, path }) => known.has(`${text} ${path}`))).toEqual([]);
  });

  it('learns from what a person says, and from nothing else [personas.suggest.learns]', () => {
    const odd = page('Brew the quarterly kombucha batch');
    expect(suggester.suggest(odd).workflow.label).toBeNull();
    for (let times = 0; times < 50; times += 1) suggester.suggest(odd);
    expect(suggester.suggest(odd)).toEqual(createSuggester(train).suggest(odd));
    const said = (text: string): Labelled => ({ ...page(text), labels: { workflow: 'kombucha', persona: null } });
    const taught = createSuggester(train, [said('Brew a kombucha batch'), said('Kombucha: brew the next batch')]);
    expect(taught.suggest(odd).workflow).toMatchObject({ label: 'kombucha' });
    expect(taught.suggest(page('Customers cannot log in, the site is down')).workflow.label).toBe('incident-response');
  });

  it('names only what there is [personas.suggest.reasons]', () => {
    const known = { workflow: new Set(['bug-fix']), persona: new Set(['backend']) };
    const { workflow, persona } = createSuggester(train, [], known).suggest(page('Publish 2.1.0 to npm'));
    expect([workflow, persona].map(({ candidates }) => candidates.map(({ label }) => label))).toEqual([
      ['bug-fix'],
      ['backend'],
    ]);
  });
});

describe('a measure', () => {
  it('counts what is right, what is asked and who is taken for whom [personas.suggest.measured]', () => {
    const fixed: Suggester = {
      suggest: ({ text }, threshold = 0) => {
        const [label = '', confidence = 0] = text.split(' ').map((word, index) => (index === 0 ? word : Number(word)));
        const candidates = [{ label: String(label), confidence: Number(confidence), reasons: [] }];
        const suggestion = { label: Number(confidence) >= threshold ? String(label) : null, candidates };
        return { workflow: suggestion, persona: suggestion };
      },
    };
    const subject = (text: string, workflow: string | null): Labelled => ({ ...page(text), labels: { workflow } });
    const subjects = [subject('a 0.9', 'a'), subject('b 0.9', 'a'), subject('a 0.1', 'a'), subject('a 0.1', null)];
    expect(measure(fixed, subjects, 'workflow', 0.5)).toMatchObject({
      count: 4,
      accuracy: 0.5,
      first: 2 / 3,
      coverage: 0.5,
      precision: 0.5,
      calibrationError: expect.closeTo(0.4, 5),
      confusion: { a: { a: 1, b: 1, '(asks)': 1 }, '(none)': { '(asks)': 1 } },
    });
    expect(measure(fixed, subjects, 'persona', 0.5)).toMatchObject({ count: 0, accuracy: null });
  });
});

it('is a call that the plugin and the panel can make [personas.suggest.reasons]', () => {
  const database = openDatabase(':memory:');
  try {
    const office = { database, personas: { cards: () => new Map([['observability', {}]]) } } as unknown as Office;
    const { suggest } = suggestCalls(correctionDesk(office));
    const answer = suggest({ kind: 'alert', text: 'InstanceDown node-3 unreachable' }, {} as Caller);
    expect(answer).toMatchObject({ workflow: { label: 'incident-response' }, persona: { label: 'observability' } });
  } finally {
    database.close();
  }
});

describe('stagebook suggest', () => {
  let desk: Desk;
  afterEach(() => desk.remove());

  it('suggests, learns what a person says with a signature, and measures any labelled file [personas.suggest.learns]', async () => {
    desk = createDesk();
    await desk.demo();
    const odd = 'Brew the quarterly kombucha batch';
    const before = await desk.run('suggest', odd);
    expect(before.out).toMatch(/workflow: not sure enough/);
    const refused = await desk.run('suggest', odd, '--workflow', 'bug-fix');
    expect(refused.err).toContain('sign.no_terminal');
    expect((await desk.run('suggest', odd, '--workflow', 'bugfix', '--yes')).err).toContain('Did you mean bug-fix?');
    const said = await desk.run('suggest', odd, '--workflow', 'bug-fix', '--persona', 'none', '--yes');
    expect(said.out).toContain('Learned. That makes 1');
    const after = JSON.parse((await desk.run('suggest', odd, '--json')).out.split('\n')[0]!) as {
      workflow: { label: string };
    };
    expect(after.workflow.label).toBe('bug-fix');

    const file = desk.write(
      'labelled.jsonl',
      [
        { text: 'Publish 2.1.0 to npm and tag it', workflow: 'package-release' },
        { kind: 'alert', text: 'InstanceDown node-3', workflow: 'incident-response', persona: 'observability' },
        { path: 'web/components/menu.tsx', persona: 'frontend' },
        { text: 'x', workflow: 'no-such-workflow' },
        { part: 'train', text: 'y', workflow: 'bug-fix' },
      ]
        .map((line) => JSON.stringify(line))
        .join('\n'),
    );
    const measured = await desk.run('suggest', '--measure', file);
    expect(measured.out).toContain('1 entries marked "train" are left out.');
    expect(measured.out).toMatch(/workflow: 2 subjects[\s\S]*100\.0 %[\s\S]*persona: 2 subjects/);
    writeFileSync(file, '{"text": 7}');
    expect((await desk.run('suggest', '--measure', file)).err).toMatch(/suggest\.file: Entry 1 .*text/);
  });
});
