import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { incidentPage } from '../../../daemon/pages/incident.ts';
import type { IncidentChange } from '../../../shared/incident/change.ts';
import type { JsonObject } from '../../../shared/json.ts';
import { createTestEngine, type TestEngine } from '../../fakes/engine.ts';
import { ADA, openIncident, toldBy } from '../../fakes/incident.ts';
import { sourceOf } from '../pages/runs.ts';
import { textOf } from './reading.ts';

let test: TestEngine;
beforeEach(async () => {
  test = await createTestEngine();
});
afterEach(() => test.remove());

describe('an incident that asks for people', () => {
  const WHY = 'pagerduty is not configured. Put it under notify.pagerduty in the configuration.';
  const unsent: JsonObject = { queued: false, reason: WHY, channel: 'pagerduty' };
  const sent: JsonObject = { queued: true, reason: '', channel: 'slack' };
  const pageOf = (run: string, chat: JsonObject): string => {
    const source = sourceOf(test, run);
    const nodes = new Map(source.state.nodes)
      .set('page', toldBy('page', 'notify.pagerduty', 'P1 It fails', unsent, test.clock.now()))
      .set('chat', toldBy('chat', 'notify.slack', 'P1 It fails', chat, test.clock.now()));
    return textOf(incidentPage.render({ ...source, state: { ...source.state, nodes } }));
  };
  const UNCALLED = `**Nobody was called.** Call whom it takes. ${WHY}`;

  it('says first that nobody was called, where no way to them is configured [incident.pages.messages]', async () => {
    const { run } = await openIncident(test);
    expect(pageOf(run, unsent)).toContain(UNCALLED);
    expect(pageOf(run, sent)).not.toContain('Nobody was called');
  });

  it.each<[string, IncidentChange]>([
    ['somebody is on it', { acknowledged: true }],
    ['somebody was called by hand', { messages_sent: ['Called Bo.'] }],
    ['it is less grave than it looked', { severity: 'P2' }],
    ['it is over', { status: 'Closed' }],
  ])('says so no more once %s [incident.pages.messages]', async (_what, change) => {
    const { run } = await openIncident(test);
    await test.engine.tell(run, { change }, ADA);
    expect(pageOf(run, unsent)).not.toContain('Nobody was called');
  });
});
