import { describe, expect, it } from 'vitest';
import { incidentPage } from '../../../daemon/pages/incident.ts';
import { postMortemPage } from '../../../daemon/pages/post-mortem.ts';
import type { JsonObject } from '../../../shared/json.ts';
import { ADA } from '../../fakes/incident.ts';
import { amAlert, amBody } from '../../fakes/alerts.ts';
import { part, textOf } from '../incidents/reading.ts';
import { sourceOf } from '../pages/runs.ts';
import { useDoors } from './doors-here.ts';

const here = useDoors();
const send = (key: string, alerts: JsonObject[], more: JsonObject = {}) =>
  here.doors.post('/alerts/am', { ...amBody(key, alerts), ...more });
const page = (number = 0) => incidentPage.render(sourceOf(here.test, here.incidents()[number]!.run));
const firstLine = (number = 0): string => page(number).blocks[0]!.content;
const counted = () => here.incidents().map(({ alerts }) => [alerts.firing, alerts.resolved]);

describe('a source that tells no ends', () => {
  it('tells of one alert that fires, however often it begins anew [incident.alerts.no-ends]', async () => {
    await here.open();
    for (const minutes of [-30, -20, -10]) await send('g', [amAlert({ started: here.at(minutes) })]);
    expect(counted()).toEqual([[1, 2]]);
    expect(firstLine()).toContain('1 alert fires');
    expect(part(page(), 'Timeline')).not.toContain('is resolved');
    expect(here.incidents()[0]!.alerts.list.map(({ started, ended }) => [started, ended])).toEqual([
      [here.at(-30), here.at(-20)],
      [here.at(-20), here.at(-10)],
      [here.at(-10), undefined],
    ]);
  });

  it('leaves what a closed incident says of its end as it is, when the alert fires anew [incident.alerts.no-ends]', async () => {
    await here.open();
    await send('g', [amAlert({ started: here.at(-30) })]);
    await here.test.engine.tell(here.incidents()[0]!.run, { change: { status: 'Closed' } }, ADA);
    here.test.clock.advanceTo(here.at(600));
    await send('g', [amAlert({ started: here.at(0) })]);
    expect(counted()).toEqual([
      [1, 0],
      [1, 0],
    ]);
    const text = textOf(postMortemPage.render(sourceOf(here.test, here.incidents()[0]!.run)));
    expect(text).toContain('It was closed; when it was over nobody has said; 1 alert fires.');
  });

  it('leads to the incident that is open, also when its groups are made otherwise meanwhile [incident.alerts.no-ends]', async () => {
    await here.open();
    await send('by name', [amAlert({ started: here.at(-5) })]);
    here.test.clock.advanceTo(here.at(120));
    await send('by service', [amAlert({ started: here.at(0) })]);
    expect(counted()).toEqual([[1, 1]]);
  });
});

it('two sources that tell of one alert, each with its own beginning and in another order, are over with one end [incident.alerts.order]', async () => {
  await here.open();
  const alert = (started: number, more: Parameters<typeof amAlert>[0] = {}) => [amAlert({ started, ...more })];
  // What one saw begin later is told first.
  await send('g', alert(here.at(-8)));
  await send('g', alert(here.at(-9)));
  expect(counted()).toEqual([[1, 0]]);
  await send('g', alert(here.at(-9), { status: 'resolved', ended: here.at(-1) }));
  expect(counted()).toEqual([[0, 1]]);
  await send('g', alert(here.at(-8), { status: 'resolved', ended: here.at(-1) }));
  expect(counted()).toEqual([[0, 1]]);
  // Told in the order in which they began, it is over by the end of either.
  await send('h', alert(here.at(-7), { fingerprint: 'other' }));
  await send('h', alert(here.at(-6), { fingerprint: 'other' }));
  await send('h', alert(here.at(-7), { fingerprint: 'other', status: 'resolved', ended: here.at(-1) }));
  expect(here.incidents()[0]!.alerts.firing).toBe(0);
});

it('alerts that a source left out of its message are counted on the first line, once as many are known [incident.alerts.left-out]', async () => {
  await here.open();
  await send('g', [amAlert({})]);
  expect(firstLine()).not.toContain('left out');
  // Nothing of this message is news but that there are more.
  expect((await send('g', [amAlert({})], { truncatedAlerts: 41 })).body).toMatchObject({
    incidents: [here.incidents()[0]!.id],
  });
  expect((await send('g', [amAlert({})], { truncatedAlerts: 41 })).body).toMatchObject({ incidents: [] });
  expect((await send('g', [amAlert({})], { truncatedAlerts: 3 })).body).toMatchObject({ incidents: [] });
  for (const odd of [-1, 1.5, '7', null]) await send('g', [amAlert({})], { truncatedAlerts: odd });
  expect(firstLine()).toContain('1 alert fires; up to 41 more were left out by their source');
  expect(part(page(), 'Timeline')).toMatch(/\*\*am\*\* · finding: 41 more were left out of its message\./);
  await send('g', [amAlert({ status: 'resolved', ended: here.at(1) })]);
  expect(firstLine()).toContain('no alert that was told of fires any more; up to 41 more');
});

it('what fires again soon after its incident was closed names that one on the first line [incident.alerts.again]', async () => {
  await here.open();
  await send('g', [amAlert({})]);
  expect(firstLine()).not.toContain('See');
  await here.test.engine.tell(here.incidents()[0]!.run, { change: { status: 'Closed' } }, ADA);
  here.test.clock.advanceTo(here.at(2));
  await send('g', [amAlert({ started: here.at(0) })]);
  const { id } = here.incidents()[0]!;
  expect(here.incidents()).toHaveLength(2);
  expect(firstLine(1)).toContain(`See [[${id}]], too.`);
  expect(part(page(1), 'Timeline')).toContain(`It may be the same again: ${id} was over 2 min before.`);
  expect(part(page(1), 'Changes')).toContain(`Related: [[${id}]]`);
  // What has nothing to do with it does not.
  await send('another', [amAlert({ service: 'mail' })]);
  expect(firstLine(2)).not.toContain('See');
});

it('the word of a source that is not known here is told [incident.alerts.severity]', async () => {
  await here.open();
  await send('g', [amAlert({ severity: 'Sev-7 (tier B)' })]);
  expect(firstLine()).toContain(
    'the source says “Sev-7 (tier B)”, a word that is not known here, so it is taken for P2.',
  );
});

describe('any JSON, by expressions', () => {
  const map = {
    name: 'body.event.title',
    status: 'body.event.state',
    service: 'body.event.host',
    severity: 'body.level',
  };
  const open = () => here.open({ alerts: { sources: { any: { kind: 'generic', token: 'M', map } } } });
  const tell = (state: string, host = 'db1', more: JsonObject = {}) =>
    here.doors.post('/alerts/any', { event: { title: 'Disk full', state, host }, ...more });

  it.each(['resolved', 'Resolved', 'RESOLVED', 'closed', 'OK', 'recovered', 'incident.resolved'])(
    'is over by the word “%s”, and opens nothing by it [incident.alerts.words]',
    async (word) => {
      await open();
      await tell(word);
      expect(here.incidents()).toEqual([]);
      await tell('triggered');
      expect(counted()).toEqual([[1, 0]]);
      here.test.clock.advanceTo(here.at(1));
      await tell(word);
      expect(counted()).toEqual([[0, 1]]);
    },
  );

  it('is one alert for each service, though nothing else tells them apart [incident.alerts.words]', async () => {
    await open();
    for (const host of ['db1', 'db2', 'db1']) await tell('triggered', host);
    expect(here.incidents().map(({ title, alerts }) => [title, alerts.firing])).toEqual([
      ['Disk full on db1', 1],
      ['Disk full on db2', 1],
    ]);
    await tell('resolved', 'db2');
    expect(counted()).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  it('that fits no expression still calls somebody, and says what it does not know [incident.alerts.words]', async () => {
    await open();
    await here.doors.post('/alerts/any', { data: { something: 'else' } });
    expect(firstLine()).toContain('Alert without a name: 1 alert fires. Severity is not known');
  });
});

describe('Grafana', () => {
  const open = () => here.open({ alerts: { sources: { grafana: { kind: 'grafana', token: 'G' } } } });
  const tell = (alert: JsonObject, more: JsonObject = {}) =>
    here.doors.post('/alerts/grafana', {
      ...amBody('g', [{ ...alert, values: null, imageURL: 'x' }]),
      orgId: 1,
      ...more,
    });

  it.each([
    ['DatasourceNoData', 'Many fail has no data on api', 'Grafana found no data for this rule'],
    ['DatasourceError', 'Many fail cannot be evaluated on api', 'Grafana could not evaluate this rule'],
  ])('that could not measure says so: %s [incident.alerts.grafana]', async (name, title, why) => {
    await open();
    await tell(amAlert({ name, labels: { rulename: 'Many fail' }, summary: 'Every fifth request fails' }));
    expect(here.incidents()).toMatchObject([{ title, severity: 'P1' }]);
    expect(here.incidents()[0]!.alerts.list[0]!.summary).toBe(
      `${why}, so nobody knows whether it holds. It is to tell of: Every fifth request fails`,
    );
    // Nothing else of it need be there.
    await tell({ ...amAlert({ name, service: 'mail', started: here.at(-1) }), annotations: {} });
    expect(textOf(page())).toContain('A rule of Grafana');
  });

  it('with several organisations tells of an alert of each, though they are called the same [incident.alerts.grafana]', async () => {
    await open();
    const told = amAlert({ labels: { service: '' } });
    for (const orgId of [1, 2, 2]) await tell(told, { orgId });
    expect(counted()).toEqual([
      [1, 0],
      [1, 0],
    ]);
    await tell({ ...told, status: 'resolved', endsAt: new Date(here.at(0)).toISOString() }, { orgId: 2 });
    expect(counted()).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });
});
