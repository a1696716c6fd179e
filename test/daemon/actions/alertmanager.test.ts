import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alertmanagerAlerts, alertmanagerSilence } from '../../../daemon/actions/alertmanager.ts';
import { startAlertmanager, type Started } from '../../../daemon/demo/counterparts/prometheus.ts';
import { testContext } from '../../fakes/action-context.ts';
import { addressOfNobody } from '../../fakes/nowhere.ts';
import { requireProgram } from '../../programs.ts';

const context = (url: string) => testContext({ config: { sources: { alertmanager: { url } } } });

describe.runIf(requireProgram('prometheus'))('a real Alertmanager', () => {
  let alertmanager: Started;
  beforeAll(async () => {
    alertmanager = await startAlertmanager({ webhook: { url: await addressOfNobody(), token: 'x' } });
    const alerts = ['shop', 'other'].map((service) => ({
      labels: { alertname: 'Fails', service },
      annotations: { summary: `${service} fails` },
    }));
    await fetch(`${alertmanager.url}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(alerts),
    });
  });
  afterAll(() => alertmanager?.stop());
  const look = async (match: object) =>
    alertmanagerAlerts.run(alertmanagerAlerts.input.parse({ match }), await context(alertmanager.url));

  it('tells which alerts are there, by label [incident.look.alertmanager]', async () => {
    await expect.poll(async () => (await look({})).count, { timeout: 10_000 }).toBe(2);
    expect(await look({ service: 'shop' })).toMatchObject({
      available: true,
      firing: true,
      alerts: [{ name: 'Fails', state: 'active', summary: 'shop fails' }],
    });
    expect(await look({ service: 'x" , y="z' })).toMatchObject({ available: true, count: 0, firing: false });
  });

  it('is told to be silent, once, and asked whether it is [incident.look.silence]', async () => {
    const input = alertmanagerSilence.input.parse({ match: { service: 'shop' }, for: '10m', comment: 'INC-1' });
    const own = await context(alertmanager.url);
    expect(await alertmanagerSilence.verify!(input, own)).toEqual({ is: 'not-done' });
    const { id } = await alertmanagerSilence.run(input, own);
    expect(await alertmanagerSilence.verify!(input, own)).toMatchObject({ is: 'done', result: { id, already: true } });
    await expect.poll(async () => (await look({ service: 'shop' })).alerts[0]?.state).toBe('suppressed');
    expect(alertmanagerSilence.input.safeParse({ match: { service: '' }, comment: 'all' }).success).toBe(false);
  });
});

it('an Alertmanager that is down leaves a gap [incident.look.gap]', async () => {
  const found = await alertmanagerAlerts.run(
    alertmanagerAlerts.input.parse({}),
    await context(await addressOfNobody()),
  );
  expect(found).toMatchObject({ available: false, firing: false, reason: expect.stringContaining('Could not reach') });
});
