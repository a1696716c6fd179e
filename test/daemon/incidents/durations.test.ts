import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sqliteIncidents } from '../../../daemon/journal/incidents.ts';
import { incidentPage } from '../../../daemon/pages/incident.ts';
import { incidentsPage } from '../../../daemon/pages/incidents.ts';
import { postMortemPage } from '../../../daemon/pages/post-mortem.ts';
import { durationsOf } from '../../../shared/incident/durations.ts';
import { createTestEngine, type TestEngine } from '../../fakes/engine.ts';
import { ADA, incidentOf, openIncident, resolveAlert } from '../../fakes/incident.ts';
import { sourceOf } from '../pages/runs.ts';
import { flat, part } from './reading.ts';

let test: TestEngine;
beforeEach(async () => {
  test = await createTestEngine();
});
afterEach(() => test.remove());

const later = (seconds: number): number => {
  test.clock.advanceTo(test.clock.now() + seconds * 1_000);
  return test.clock.now();
};

describe('durations', () => {
  it('agree with the events to the second, and are printed with their definitions [incident.pages.durations]', async () => {
    const { run } = await openIncident(test);
    later(125);
    await test.engine.answer(run, 'detect/what_now', 'Roll back', ADA);
    const mitigated = later(200);
    await test.engine.tell(run, { change: { mitigated: true } }, ADA);
    const ended = later(61.9);
    await resolveAlert(test, run, ended);
    const state = incidentOf(test, run);
    const events = test.engine.events(run);
    const at = (type: string): number => Math.floor(events.find((event) => event.type === type)!.at / 1_000);
    const started = Math.floor(state.alerts.list[0]!.started / 1_000);
    expect(durationsOf(state)).toEqual({
      detect: (at('incident.opened') - started) * 1_000,
      acknowledge: (at('ask.answered') - at('incident.opened')) * 1_000,
      mitigate: (Math.floor(mitigated / 1_000) - started) * 1_000,
      resolve: (Math.floor(ended / 1_000) - started) * 1_000,
    });
    const text = part(incidentPage.render(sourceOf(test, run)), 'Durations');
    expect(text).toContain(
      '| Time to acknowledge | 2 min 5 s | from detection to the first thing that a person did about it |',
    );
    expect(text).not.toContain('not known');
  });

  it('are said to contradict each other where a correction makes them, never to be unknown [incident.pages.contradiction]', async () => {
    const { run } = await openIncident(test);
    const { detected } = incidentOf(test, run).moments;
    const before = new Date(detected!.at - 3_600_000).toISOString();
    await test.engine.tell(run, { change: { mitigated: before, resolved: before }, why: 'by the log' }, ADA);
    const source = sourceOf(test, run);
    const text = part(incidentPage.render(source), 'Durations');
    expect(text).toMatch(/\| Time to mitigate \| ❓ the times contradict each other \|/);
    expect(text).toMatch(/\| Time to acknowledge \| ❓ not known \|/);
    expect(part(postMortemPage.render(source), 'Impact')).toContain(
      'It is on record as over before it began: one of the times has to be corrected.',
    );
  });

  it('stand in the index as median, spread and count [incident.pages.index]', async () => {
    const runs: string[] = [];
    for (const seconds of [10, 20, 90, 400]) {
      const { run } = await openIncident(test, { service: `s${seconds}` });
      runs.push(run);
      await resolveAlert(test, run, incidentOf(test, run).alerts.list[0]!.started + seconds * 1_000);
    }
    const still = await openIncident(test, { service: 'last' });
    for (const run of runs) await test.engine.tell(run, { change: { status: 'Closed' } }, ADA);
    const books = sqliteIncidents(test.database);
    const doc = incidentsPage.render(sourceOf(test, still.run, null, { incidents: () => books.list({ limit: 100 }) }));
    expect(doc.properties).toMatchObject({ open: '1', incidents: '5' });
    expect(part(doc, 'Open')).toContain('[[INC-2026-01-05-005]] **P1** HighErrorRate on last · Active, 1 firing');
    const text = part(doc, 'How long');
    expect(text).toContain('| Time to resolve | 55 s | 18 s to 2 min 48 s | 10 s to 6 min 40 s | 4 |');
    expect(text).toContain('| Time to mitigate | – | – | – | 0 |');
    expect(text).not.toMatch(/\bmean\b|average/i);
    expect(flat(doc.blocks).find(({ key }) => key === 'durations/chart/resolve')!.asset!.content).toContain(
      '<polyline',
    );
  });
});
