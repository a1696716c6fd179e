import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { incidentPage } from '../../../daemon/pages/incident.ts';
import { postMortemPage } from '../../../daemon/pages/post-mortem.ts';
import type { JsonObject } from '../../../shared/json.ts';
import { createTestEngine, type TestEngine } from '../../fakes/engine.ts';
import { ADA, openIncident, resolveAlert, toldBy } from '../../fakes/incident.ts';
import { sourceOf } from '../pages/runs.ts';
import { flat, part, textOf } from './reading.ts';

let test: TestEngine;
beforeEach(async () => {
  test = await createTestEngine();
});
afterEach(() => test.remove());

it('the messages of steps stand on both pages with those that people name; one that nobody was configured to get does not [incident.pages.messages]', async () => {
  const { run } = await openIncident(test);
  await test.engine.tell(run, { change: { messages_sent: ['Called the provider.'] } }, ADA);
  const source = sourceOf(test, run);
  const sent = (key: string, action: string, title: string, output: JsonObject) =>
    toldBy(key, action, title, output, test.clock.now() - 60_000);
  const nodes = new Map(source.state.nodes)
    .set('tell', sent('tell', 'notify.slack', 'P1 It fails', { queued: true, reason: '', channel: 'slack' }))
    .set('mail', sent('mail', 'notify.email', 'P1 by mail', { queued: false, reason: 'not configured', channel: '' }));
  const told = { ...source, state: { ...source.state, nodes } };
  for (const page of [incidentPage.render(told), postMortemPage.render(told)]) {
    const text = part(page, 'Messages sent');
    expect(text).toMatch(/· by chat: P1 It fails\n.*· Called the provider\.\n.*`stagebook outbox`/);
    expect(text).not.toContain('P1 by mail');
  }
  expect(part(postMortemPage.render(sourceOf(test, (await openIncident(test)).run)), 'Messages sent')).toContain(
    'None is on record.',
  );
});

describe('the post-mortem', () => {
  it('of an incident of which nothing is known has questions, and no figure that nobody measured [incident.pages.post-mortem]', async () => {
    const { run } = await openIncident(test, { alert: false });
    const doc = postMortemPage.render(sourceOf(test, run));
    expect(doc.name).toBe('Post-mortem INC-2026-01-05-001');
    for (const heading of [
      'Impact',
      'Trigger',
      'Contributing',
      'Response',
      'Mitigation',
      'Permanent',
      'What went well',
      'What went poorly',
      'Where we',
      'Action items',
      'Alerts',
    ]) {
      const text = part(doc, heading);
      expect(text, heading).toContain('❓ **Open question:**');
      expect(text, heading).not.toMatch(/\d/);
    }
    expect(part(doc, 'Durations').match(/❓ not known \|/g)!.length).toBeGreaterThanOrEqual(4);
    expect(part(doc, 'Summary')).toContain('began at a time that nobody knows. It is not over.');
    expect(part(doc, 'Detection')).toContain('Noticed by a person (Ada), not by an alert.');
    // Every figure that stands there is of the record.
    const record = `${JSON.stringify(test.engine.events(run))} ${flat([
      doc.blocks.find(({ key }) => key === 'part/timeline')!,
    ])
      .map(({ content }) => content)
      .join(' ')}`;
    const rest = doc.blocks.filter(({ key }) => !['part/timeline', 'part/durations'].includes(key));
    for (const [figure] of textOf({ blocks: rest }).matchAll(/\d[\d.:-]*/g)) expect(record).toContain(figure);
  });

  it('tells what is known in words and numbers of the record, and links its incident [incident.pages.post-mortem]', async () => {
    const { run } = await openIncident(test);
    await test.engine.tell(
      run,
      {
        change: {
          impact: { failing: 240, users: null },
          trigger: 'api 1.2 was deployed.',
          mitigation: 'Rolled back.',
          lucky: ['It was night.'],
        },
      },
      ADA,
    );
    await resolveAlert(test, run, test.clock.now());
    const doc = postMortemPage.render(sourceOf(test, run));
    expect(doc.properties).toMatchObject({
      status: 'Draft',
      incident: '[[INC-2026-01-05-001]]',
      'meeting-date': 'by 2026-01-08',
    });
    expect(part(doc, 'Impact')).toContain('| Requests that failed | 240 |');
    expect(part(doc, 'Impact')).toContain('How many users were affected? They were not measured.');
    expect(part(doc, 'Impact')).toContain('It lasted 1 min 3');
    expect(part(doc, 'Trigger')).toContain('api 1.2 was deployed.');
    expect(part(doc, 'Where we')).toContain('It was night.');
    expect(textOf(doc)).not.toMatch(/root cause/i);
  });
});
