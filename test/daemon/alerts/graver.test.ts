import { describe, expect, it } from 'vitest';
import type { IncidentState } from '../../../shared/incident/state.ts';
import type { JsonObject } from '../../../shared/json.ts';
import { amAlert, amBody, type openDoors } from '../../fakes/alerts.ts';
import { useDoors } from './doors-here.ts';

const here = useDoors();

describe('an incident that becomes graver', () => {
  interface Queued {
    channel: string;
    key: string;
    title: string;
    about: string;
  }
  /** A way to people by these channels, and what was queued for them. */
  const people = (...channels: string[]) => {
    const queued = new Map<string, Queued>();
    const notices: NonNullable<Parameters<typeof openDoors>[1]>['notices'] = {
      trouble: (channel) => (channels.includes(channel) ? undefined : `${channel} is not configured.`),
      queue(channel, key, _run, { title, about }) {
        queued.set(key, { channel, key, title, about });
        return Promise.resolve({ already: false });
      },
    };
    return { notices, queued: () => [...queued.values()] };
  };
  const send = (...alerts: JsonObject[]) => here.doors.post('/alerts/am', amBody('g', alerts));

  /** What stands in the record as said of the incident. */
  const notesOf = (run: string) =>
    here.test.engine
      .events(run)
      .flatMap((event) => (event.type === 'incident.updated' ? (event.payload.change.note ?? []) : []));

  it('calls people once, by what is configured, and says so; a milder alert changes nothing [incident.workflow.risen]', async () => {
    const { notices, queued } = people('pagerduty', 'slack');
    await here.open({ notices });
    await send(amAlert({ name: 'Slow', severity: 'warning' }));
    const [{ id, run }] = here.incidents() as [IncidentState];
    // As the workflow does it when it begins: it repeats what the alert said.
    const repeat = { change: { severity: 'P2' as const }, by: { kind: 'persona' as const, name: 'observability' } };
    await here.test.journal.append(run, [{ type: 'incident.updated', node: '', payload: { ...repeat, key: 'open' } }]);
    await send(amAlert({ name: 'Slower', severity: 'info' }));
    expect(queued()).toEqual([]);
    await send(amAlert({ name: 'Down', severity: 'critical' }));
    await send(amAlert({ name: 'Gone', severity: 'P0' }));
    expect(here.incidents()).toMatchObject([{ severity: 'P0', alerts: { firing: 4 } }]);
    expect(queued()).toEqual(
      ['pagerduty', 'slack'].map((channel) => ({
        channel,
        key: `${channel} ${id} risen to P1`,
        title: `P1 Slow on api: ${id} has risen from P2 to P1`,
        about: id,
      })),
    );
    const { sent } = here.incidents()[0]!;
    expect(sent.map(({ text }) => text)).toEqual([
      `by PagerDuty, by chat: P1 Slow on api: ${id} has risen from P2 to P1`,
    ]);
    expect(notesOf(run)).toEqual([
      'It has risen from P2 to P1: the source says critical. People are called by PagerDuty, by chat.',
    ]);
  });

  it('wakes up nobody for what somebody is on, nor for what a person has said to be mild, and says when there is no way to people [incident.workflow.risen]', async () => {
    const { notices, queued } = people('pagerduty', 'email', 'slack');
    await here.open({ notices });
    await send(amAlert({ severity: 'warning' }));
    const by = { kind: 'person', name: 'Ada' } as const;
    await here.test.engine.tell(here.incidents()[0]!.run, { change: { acknowledged: true } }, by);
    await send(amAlert({ name: 'Gone', severity: 'P0' }));
    expect(queued().map(({ channel }) => channel)).toEqual(['email', 'slack']);
    await here.doors.post('/alerts/am', amBody('h', [amAlert({ service: 'web', severity: 'warning' })]));
    await here.test.engine.tell(here.incidents()[1]!.run, { change: { severity: 'P3' } }, by);
    await here.doors.post('/alerts/am', amBody('h', [amAlert({ service: 'web', name: 'Gone', severity: 'P0' })]));
    expect(here.incidents()[1]).toMatchObject({ severity: 'P3', alerts: { firing: 2 } });
    expect(queued()).toHaveLength(2);
    await here.open();
    await here.doors.post('/alerts/am', amBody('i', [amAlert({ service: 'mail', severity: 'warning' })]));
    await here.doors.post('/alerts/am', amBody('i', [amAlert({ service: 'mail', name: 'Gone', severity: 'P1' })]));
    const told = here.test.engine.events(here.incidents()[2]!.run).filter(({ type }) => type === 'incident.updated');
    expect(JSON.stringify(told)).toContain('Nobody is called, for no way to people is configured.');
  });

  it('calls people once for what fires after its run has ended, for nothing is done about that by itself [incident.workflow.ended]', async () => {
    const { notices, queued } = people('pagerduty');
    await here.open({ notices });
    await send(amAlert({ severity: 'critical' }));
    const [{ id, run }] = here.incidents() as [IncidentState];
    await here.test.settle();
    await here.test.engine.cancel(run, { kind: 'person', name: 'Ada' });
    await here.test.settle();
    expect(here.test.engine.state(run).status).toBe('cancelled');
    await send(amAlert({ name: 'Odd', severity: 'info' }));
    expect(queued()).toEqual([]);
    await send(amAlert({ name: 'Down', severity: 'P1' }));
    await send(amAlert({ name: 'Gone', severity: 'P1' }));
    expect(queued()).toMatchObject([
      { about: id, title: `P1 HighErrorRate on api: ${id} goes on, and its run has ended` },
    ]);
    expect(notesOf(run)).toEqual([
      'It goes on, and its run has ended: Down (api) fires, and nothing is done about it by itself. People are called by PagerDuty.',
    ]);
  });

  it('begins with the gravest of what is told at once, in whatever order it is told [incident.workflow.risen]', async () => {
    const { notices, queued } = people('pagerduty');
    await here.open({ notices });
    await send(
      amAlert({ name: 'Slow', severity: 'warning' }),
      amAlert({ name: 'Odd', severity: 'info' }),
      amAlert({ name: 'Down', severity: 'critical' }),
    );
    const [{ run }] = here.incidents() as [IncidentState];
    expect(here.incidents()).toMatchObject([{ title: 'Down on api', severity: 'P1', alerts: { firing: 3 } }]);
    expect(here.test.engine.state(run).inputs).toMatchObject({ level: 'P1' });
    expect(queued()).toEqual([]);
  });
});
