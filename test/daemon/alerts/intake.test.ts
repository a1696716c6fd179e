import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../shared/json.ts';
import { amAlert, amBody } from '../../fakes/alerts.ts';
import { useDoors } from './doors-here.ts';

const here = useDoors();
const fixture = (name: string): JsonObject =>
  JSON.parse(readFileSync(new URL(`../../fixtures/alerts/${name}`, import.meta.url), 'utf8')) as JsonObject;

describe('alerts that come in', () => {
  it('open an incident by what a real Alertmanager sends, with a run of its own, and resolve it [incident.alerts.alertmanager]', async () => {
    await here.open();
    const firing = fixture('alertmanager-firing.json').body as JsonObject;
    here.test.clock.advanceTo(Date.parse('2026-11-21T02:44:55Z'));
    expect(await here.doors.post('/alerts/am', firing)).toEqual({
      status: 200,
      body: { accepted: 1, incidents: ['INC-2026-11-21-001'], unclaimed: 0 },
    });
    const [incident] = here.incidents();
    expect(incident).toMatchObject({ title: 'HighErrorRate on api', severity: 'P1', service: 'api', source: 'am' });
    await here.test.settle();
    expect(here.test.engine.state(incident!.run)).toMatchObject({
      status: 'waiting',
      by: { kind: 'system', name: 'alert from am' },
      inputs: { incident: 'INC-2026-11-21-001', service: 'api', summary: 'error ratio 20%', level: 'P1' },
    });
    // A repeat is no news; that it is over is.
    expect((await here.doors.post('/alerts/am', firing)).body).toMatchObject({ incidents: [] });
    const resolved = fixture('alertmanager-resolved.json').body as JsonObject;
    expect((await here.doors.post('/alerts/am', resolved)).body).toMatchObject({ incidents: ['INC-2026-11-21-001'] });
    const state = here.test.engine.state(incident!.run).incident!;
    expect(state.alerts).toMatchObject({ firing: 0, resolved: 1, lastEnded: Date.parse('2026-11-21T02:45:02.250Z') });
    expect(here.doors.books.get(state.id)).toEqual(state);
    expect(here.doors.books.episodes(10)).toMatchObject([{ told: 3, incident: state.id }]);
    expect(here.test.engine.list()).toHaveLength(1);
  });

  it('are read from Grafana, and from any JSON by expressions [incident.alerts.other-sources]', async () => {
    await here.open({
      alerts: {
        sources: {
          grafana: { kind: 'grafana', token: 'G' },
          mine: {
            kind: 'generic',
            token: 'M',
            map: {
              alerts: 'body.events',
              name: 'alert.check',
              status: 'alert.state == "ok" ? "resolved" : "firing"',
              fingerprint: 'alert.id',
              severity: 'alert.level',
              service: 'alert.host',
              started: 'alert.since',
              url: 'alert.href',
              key: 'alert.missing.entirely',
            },
          },
        },
      },
    });
    const grafana = { ...amAlert({ service: 'shop' }), panelURL: 'https://grafana.example/d/1?viewPanel=2' };
    await here.doors.post('/alerts/grafana', { ...amBody('g1', [grafana]), version: '1', orgId: 1, state: 'alerting' });
    const event = { id: 7, check: 'disk', state: 'bad', level: 'critical', host: 'db1', since: 1_767_600_000 };
    await here.doors.post('/alerts/mine', { events: [event, { ...event, id: 8, host: 'db2', href: 'https://x/8' }] });
    expect(here.incidents().map(({ title, severity, alerts }) => [title, severity, alerts.list[0]!.url])).toEqual([
      ['HighErrorRate on shop', 'P1', 'https://grafana.example/d/1?viewPanel=2'],
      ['disk on db1', 'P1', ''],
      ['disk on db2', 'P1', 'https://x/8'],
    ]);
    await here.doors.post('/alerts/mine', { events: [{ ...event, state: 'ok' }] });
    expect(here.incidents().map(({ alerts }) => alerts.firing)).toEqual([1, 0, 1]);
    expect((await here.doors.post('/alerts/mine', { events: 3 })).status).toBe(422);
  });

  it('belong together by group, and by labels within a time [incident.alerts.correlation]', async () => {
    await here.open({
      alerts: {
        sources: { am: { kind: 'alertmanager', token: 'AM' } },
        correlate: { by: ['service'], within: 10 * 60_000 },
      },
    });
    const send = (key: string, ...alerts: JsonObject[]) => here.doors.post('/alerts/am', amBody(key, alerts));
    await send('g1', amAlert({ name: 'A', service: 'api' }), amAlert({ name: 'A', service: 'web' }));
    await send('g2', amAlert({ name: 'B', service: 'api' }));
    await send('g3', amAlert({ name: 'C', service: 'mail' }));
    expect(here.incidents().map(({ alerts }) => alerts.firing)).toEqual([3, 1]);
    // Too long after the last of them, another group with the same label is something else; the same group is not.
    here.test.clock.advanceTo(here.at(11));
    await send('g4', amAlert({ name: 'D', service: 'api' }));
    await send('g1', amAlert({ name: 'E', service: 'api' }));
    expect(here.incidents().map(({ alerts }) => alerts.firing)).toEqual([4, 1, 1]);
    // What fires anew after its incident is over is another one.
    await here.doors.post(
      '/alerts/am',
      amBody('g3', [amAlert({ name: 'C', service: 'mail', status: 'resolved', ended: here.at(0) })]),
    );
    await here.test.engine.tell(
      here.incidents()[1]!.run,
      { change: { status: 'Closed' } },
      { kind: 'person', name: 'Ada' },
    );
    await send('g3', amAlert({ name: 'C', service: 'mail', started: here.at(0) }));
    expect(here.incidents()).toHaveLength(4);
  });

  it('add up to the same in whatever order and however often they are told [incident.alerts.order]', async () => {
    await here.open();
    const started = here.at(-5);
    const firing = amBody('g', [amAlert({ started })]);
    const resolved = amBody('g', [amAlert({ started, status: 'resolved', ended: here.at(-1) })]);
    // The end first: nothing is responded to before it is known that it fired; then both are on record.
    expect((await here.doors.post('/alerts/am', resolved)).body).toMatchObject({ accepted: 1, incidents: [] });
    for (const body of [firing, resolved, firing, firing, resolved]) await here.doors.post('/alerts/am', body);
    expect(here.incidents()).toMatchObject([{ alerts: { firing: 0, resolved: 1, lastEnded: here.at(-1) } }]);
    const told = here.test.engine.events(here.incidents()[0]!.run).filter(({ type }) => type === 'alerts.received');
    expect(told).toHaveLength(1);
    // A later time at which it fires is another episode of the same.
    await here.doors.post('/alerts/am', amBody('g', [amAlert({ started: here.at(0) })]));
    expect(here.incidents()).toMatchObject([{ alerts: { firing: 1, resolved: 1 } }]);
  });

  it('are over with the last of them, also when a source that was started again tells them with a new beginning [incident.alerts.order]', async () => {
    await here.open();
    await here.doors.post('/alerts/am', amBody('g', [amAlert({ started: here.at(-9) })]));
    await here.doors.post('/alerts/am', amBody('g', [amAlert({ started: here.at(-4) })]));
    await here.doors.post('/alerts/am', amBody('g', [amAlert({ started: here.at(-4), fingerprint: 'another' })]));
    const over = amAlert({ started: here.at(-4), status: 'resolved', ended: here.at(-1) });
    expect((await here.doors.post('/alerts/am', amBody('g', [over]))).body).toMatchObject({
      incidents: [here.incidents()[0]!.id],
    });
    expect(here.incidents()).toMatchObject([{ alerts: { firing: 1, resolved: 2, lastEnded: here.at(-1) } }]);
    expect(here.incidents()[0]!.alerts.list.map(({ started, ended }) => [started, ended])).toEqual([
      [here.at(-9), here.at(-4)],
      [here.at(-4), here.at(-1)],
      [here.at(-4), undefined],
    ]);
    // Its own end, told late, is no news.
    const late = amAlert({ started: here.at(-9), status: 'resolved', ended: here.at(-1) });
    expect((await here.doors.post('/alerts/am', amBody('g', [late]))).body).toMatchObject({ incidents: [] });
  });

  it('start what somebody trusts, and nothing else; they are kept until somebody does [incident.alerts.trusted]', async () => {
    await here.open({ signer: undefined });
    const body = amBody('g', [amAlert({})]);
    expect((await here.doors.post('/alerts/am', body)).body).toEqual({ accepted: 1, incidents: [], unclaimed: 1 });
    expect(here.test.engine.list()).toEqual([]);
    expect(here.doors.books.episodes(10)).toMatchObject([{ name: 'HighErrorRate', fired: true, told: 1 }]);
    // Once somebody does, what is kept is asked for again, without being told again.
    await here.open();
    expect(here.incidents()).toMatchObject([{ title: 'HighErrorRate on api', alerts: { firing: 1 } }]);
    expect((await here.doors.post('/alerts/am', body)).body).toMatchObject({ incidents: [], unclaimed: 0 });
    const ignored = amAlert({ service: 'web', labels: { ignore: 'yes' } });
    expect((await here.doors.post('/alerts/am', amBody('h', [ignored]))).body).toMatchObject({ unclaimed: 1 });
    expect(here.test.engine.list()).toHaveLength(1);
  });

  it('of a severity that nobody knows are taken for P2, which is said [incident.alerts.severity]', async () => {
    await here.open();
    await here.doors.post('/alerts/am', amBody('g', [amAlert({ severity: 'purple' })]));
    const [incident] = here.incidents();
    expect(incident).toMatchObject({ severity: 'P2', severityKnown: false });
    expect(incident!.severityWhy).toContain('taken for P2');
    // The next one that says it is believed, and the worst of them counts.
    await here.doors.post(
      '/alerts/am',
      amBody('g', [amAlert({ severity: 'critical', name: 'B' }), amAlert({ severity: 'info', name: 'C' })]),
    );
    expect(here.incidents()[0]).toMatchObject({ severity: 'P1', severityKnown: true });
  });
});

describe('alerts of a source with another clock', () => {
  it('that is hours ahead are one each, begin when they are told of, and are not over later than now [incident.alerts.clocks]', async () => {
    await here.open();
    const ahead = (more: object = {}) => amBody('g', [amAlert({ started: here.at(120), ...more })]);
    const firing = ahead();
    const began = here.at(0);
    const over = ahead({ status: 'resolved', ended: here.at(150) });
    await here.doors.post('/alerts/am', firing);
    for (const minutes of [5, 60, 130]) {
      here.test.clock.advanceTo(began + minutes * 60_000);
      expect((await here.doors.post('/alerts/am', firing)).body).toMatchObject({ incidents: [] });
    }
    expect(here.incidents()).toMatchObject([
      { alerts: { firing: 1, list: [{ started: began }] }, moments: { impact_started: { at: began, from: 'event' } } },
    ]);
    await here.doors.post('/alerts/am', over);
    expect(here.incidents()).toMatchObject([{ alerts: { firing: 0, resolved: 1, lastEnded: here.at(0) } }]);
    expect(here.incidents()[0]!.alerts.list).toMatchObject([{ started: began, ended: here.at(0) }]);
  });

  it('that never says when one began is told again, not told of another, until it says that it is over [incident.alerts.clocks]', async () => {
    const map = { name: 'body.check', service: 'body.host', status: 'body.state' };
    await here.open({ alerts: { sources: { mine: { kind: 'generic', token: 'M', map } } } });
    const say = (state: string) => here.doors.post('/alerts/mine', { check: 'disk', host: 'db1', state });
    const began = here.at(0);
    expect((await say('resolved')).body).toMatchObject({ accepted: 1, incidents: [] });
    for (let n = 0; n < 4; n += 1) {
      await say('firing');
      here.test.clock.advanceTo(here.at(1));
    }
    expect(here.incidents()).toMatchObject([
      { alerts: { firing: 1, list: [{ name: 'disk' }] }, moments: { impact_started: { at: began, from: 'event' } } },
    ]);
    expect(here.doors.books.episodes(10)).toMatchObject([{ told: 4 }]);
    for (let n = 0; n < 2; n += 1) await say('resolved');
    expect(here.incidents()).toMatchObject([{ alerts: { firing: 0, resolved: 1, lastEnded: here.at(0) } }]);
    // It fires anew, which is another time.
    here.test.clock.advanceTo(here.at(1));
    await say('firing');
    expect(here.incidents().at(-1)).toMatchObject({ alerts: { firing: 1 } });
    expect(here.doors.books.episodes(10)).toHaveLength(2);
  });
});

describe('an alert that comes and goes', () => {
  it('leaves those that fire on the page, and the first of all [incident.pages.flapping]', async () => {
    await here.open();
    const send = (more: object) => here.doors.post('/alerts/am', amBody('g', [amAlert({ name: 'Flaps', ...more })]));
    const keep = (more: object = {}) => amAlert({ name: 'First', started: here.at(-1), ...more });
    await here.doors.post('/alerts/am', amBody('g', [keep()]));
    for (let n = 0; n < 120; n += 1) {
      const started = here.at(0);
      await send({ started });
      here.test.clock.advanceTo(here.at(1));
      await send({ started, status: 'resolved', ended: here.at(0) });
    }
    await send({ started: here.at(0), name: 'Last' });
    const { alerts } = here.incidents()[0]!;
    expect(alerts).toMatchObject({ firing: 2, resolved: 120 });
    expect(alerts.list).toHaveLength(100);
    expect(alerts.list.filter(({ ended }) => ended === undefined).map(({ name }) => name)).toEqual(['First', 'Last']);
    expect(alerts.list[0]!.name).toBe('First');
  });
});
