import { describe, expect, it } from 'vitest';
import {
  incidentClassify,
  incidentHypotheses,
  incidentImpact,
  incidentQueries,
} from '../../../daemon/actions/incident-judge.ts';
import type { IncidentState } from '../../../shared/incident/state.ts';
import { SimulatedClock } from '../../../daemon/scenarios/simulated-clock.ts';
import { testContext } from '../../fakes/action-context.ts';

const clock = new SimulatedClock(Date.parse('2026-01-05T03:00:00Z'));
const context = () => testContext({ clock });

describe('incident.classify', () => {
  it('takes an unknown word for P2, and says so [incident.workflow.severities]', async () => {
    const classify = async (severity: string) =>
      incidentClassify.run(incidentClassify.input.parse({ severity }), await context());
    expect(await classify('P0')).toMatchObject({ level: 'P0', known: true });
    // What a cluster's own watchdog says of itself, which always fires.
    expect(await classify('none')).toMatchObject({ level: 'P3', known: true });
    expect(await classify('purple')).toMatchObject({ level: 'P2', known: false, why: expect.stringContaining('P2') });
  });

  it('takes what a person said of the incident, or a graver alert, for more than what it began with [incident.workflow.risen]', async () => {
    const classify = async (severity: string, incident: Partial<IncidentState>) => {
      const asked = await context();
      asked.services.incidents = { current: () => incident as IncidentState } as typeof asked.services.incidents &
        object;
      return incidentClassify.run(incidentClassify.input.parse({ severity }), asked);
    };
    const risen = { severity: 'P1', severityKnown: true, severityWhy: 'the source says critical' } as const;
    expect(await classify('P2', risen)).toEqual({ level: 'P1', known: true, why: 'the source says critical' });
    expect(await classify('P0', risen)).toMatchObject({ level: 'P0', why: 'the source says P0' });
    const said = { severity: 'P3', severityKnown: true, severityWhy: '', severitySaid: true } as const;
    expect(await classify('P0', said)).toEqual({ level: 'P3', known: true, why: 'somebody said so' });
  });
});

describe('incident.queries', () => {
  it('cannot be made another query by the name of a service [incident.judge.queries]', async () => {
    const service = 'x"} or vector(1) or {a="\n';
    const queries = await incidentQueries.run(incidentQueries.input.parse({ service }), await context());
    // Where there are no requests at all, nobody knows how many failed.
    expect(queries.failing).toMatch(/^sum\(increase\(.+\)\) or 0 \* sum\(increase\(http_requests_total\{service=/);
    expect(queries.traffic).toBe('sum(rate(http_requests_total{service="x\\"} or vector(1) or {a=\\""}[1m]))');
    expect(queries.logs).toMatch(/^\{service="x\\"} or vector\(1\) or \{a=\\""}/);
  });

  it('counts since it began, within bounds', async () => {
    const since = async (started: string) =>
      (await incidentQueries.run(incidentQueries.input.parse({ service: 'a', since: started }), await context()))
        .requests;
    expect(await since('2026-01-05T02:58:30Z')).toContain('[90s]');
    expect(await since('2026-01-05T02:59:59Z')).toContain('[15s]');
    expect(await since('2025-01-01T00:00:00Z')).toContain('[21600s]');
  });
});

describe('incident.impact', () => {
  const impact = async (given: object) => incidentImpact.run(incidentImpact.input.parse(given), await context());

  it('says numbers and the error budget [incident.judge.impact]', async () => {
    const started = '2026-01-05T02:48:00Z';
    const all = {
      counted_s: 720,
      requests: 10_000,
      failing: 500,
      users: 120,
      started,
      objective: 0.999,
      period_requests: 1_000_000,
    };
    expect(await impact(all)).toEqual({
      minutes: 12,
      requests: 10_000,
      failing: 500,
      share: 0.05,
      users: 120,
      objective: 0.999,
      budget_requests: expect.closeTo(1_000),
      budget_spent: expect.closeTo(0.5),
      burn_rate: expect.closeTo(50),
      counted_s: 720,
      unmeasured: [],
      sentence:
        '500 of 10000 requests failed (5 %) in 12 minutes. It has gone on since 2026-01-05T02:48:00Z. 120 users were affected. 50 % of the error budget is used by it.',
      measured_at: '2026-01-05T03:00:00.000Z',
      next_update_due: '2026-01-05T03:30:00.000Z',
    });
    const over = await impact({ ...all, ended: '2026-01-05T02:57:00Z' });
    expect(over).toMatchObject({ minutes: 9, sentence: expect.stringContaining('It lasted 9 minutes.') });
  });

  it('says how long in the units that fit [incident.judge.impact]', async () => {
    const ended = '2026-01-05T03:00:00Z';
    const lasted = async (started: string) => (await impact({ started, ended })).sentence;
    expect(await lasted('2025-11-26T02:59:58Z')).toContain('It lasted 40 days.');
    expect(await lasted('2026-01-05T01:29:59Z')).toContain('It lasted 1 hour 30 minutes.');
    expect(await lasted('2026-01-05T02:58:30Z')).toContain('It lasted 90 seconds.');
  });

  it('lasted until its alerts were resolved, however late it is looked at [incident.judge.impact]', async () => {
    const { services, ...rest } = await context();
    const at = Date.parse('2026-01-05T02:50:30Z');
    const look = async (firing: number) => {
      const incident = { moments: {}, alerts: { firing, resolved: 1, lastEnded: at } } as unknown as IncidentState;
      const incidents = { ...services.incidents!, current: () => incident };
      const given = incidentImpact.input.parse({ started: '2026-01-05T02:48:00Z' });
      return incidentImpact.run(given, { ...rest, services: { ...services, incidents } });
    };
    expect(await look(0)).toMatchObject({
      minutes: 2.5,
      sentence: expect.stringContaining('It lasted 2 minutes 30 seconds.'),
    });
    const second = await incidentImpact.run(
      incidentImpact.input.parse({ started: '2026-01-05T02:59:59Z' }),
      await context(),
    );
    // What is said of it while it goes on is read hours later.
    expect(second.sentence).toContain('It has gone on since 2026-01-05T02:59:59Z.');
    expect(await look(1)).toMatchObject({ minutes: 12, sentence: expect.stringContaining('gone on since') });
  });

  it('invents nothing: what was not measured, and what follows from it, is not known [incident.judge.unmeasured]', async () => {
    const found = await impact({ failing: 3 });
    const numbers = ['minutes', 'requests', 'share', 'users', 'budget_requests', 'budget_spent', 'burn_rate'];
    expect(found.unmeasured).toEqual(numbers);
    expect(numbers.map((name) => found[name as keyof typeof found])).toEqual(numbers.map(() => null));
    expect(found.sentence).toBe('How many requests failed is not known.');
    expect(await impact({ requests: 0, failing: 0 })).toMatchObject({ share: null, burn_rate: null });
  });
});

describe('incident.hypotheses', () => {
  const evidence = (finding: string) => ({ finding });
  const gap = { available: false, reason: 'it is down', evidence: evidence('it is down') };
  const measure = (peak: number, ratio: number | null = null) => ({
    name: 'the pool of connections',
    available: true,
    found: true,
    peak,
    baseline: 0.2,
    ratio,
    evidence: evidence(`the pool is ${peak}`),
  });
  const pattern = (share: number, isNew: boolean) => ({
    available: true,
    reason: '',
    evidence: evidence('most lines are one'),
    patterns: [{ pattern: 'no connection free', share, new: isNew, first: '' }],
  });
  const operation = (share: number, failed: number) => ({
    available: true,
    reason: '',
    evidence: evidence('the time goes into one'),
    operations: [{ service: 'shop', operation: 'pool.take', share, count: 10, failed }],
  });
  const judge = async (given: object) =>
    incidentHypotheses.run(
      incidentHypotheses.input.parse({ logs: { ...gap, patterns: [] }, traces: { ...gap, operations: [] }, ...given }),
      await context(),
    );

  it('supports what the findings show, with each of them [incident.judge.hypotheses]', async () => {
    const found = await judge({ saturation: [measure(1)], logs: pattern(0.9, true), traces: operation(0.95, 5) });
    expect(found.supported).toBe(3);
    expect(found.hypotheses[0]).toEqual({
      id: 'full-the-pool-of-connections',
      statement: 'There is not enough of it: the pool of connections reaches its end.',
      status: 'supported',
      for: ['the pool is 1', 'most lines are one', 'the time goes into one'],
      against: [],
    });
    expect(found.cause).toBe(found.hypotheses[0]!.statement);
  });

  it('refutes what they speak against, and proposes what nothing shows [incident.judge.hypotheses]', async () => {
    const found = await judge({
      saturation: [measure(0.4)],
      traffic: [{ ...measure(40, 1.1), name: 'traffic' }],
      logs: pattern(0.9, false),
      changes: [
        { title: 'v2', at: '2026-01-05T02:50:00Z' },
        { title: 'v1', at: '2025-12-01T00:00:00Z' },
      ],
      began: '2026-01-05T02:58:00Z',
    });
    expect(found).toMatchObject({ supported: 0, cause: '', gaps: ['it is down'] });
    expect(found.hypotheses.map(({ id, status }) => `${id} ${status}`)).toEqual([
      'one-error proposed',
      'change-1 proposed',
      'full-the-pool-of-connections refuted',
      'surge refuted',
    ]);
  });

  it('says nothing where nothing was seen [incident.judge.unmeasured]', async () => {
    const blind = { ...measure(1), available: false, found: false, reason: 'no Prometheus' };
    expect(await judge({ saturation: [blind], traffic: [blind] })).toEqual({
      hypotheses: [],
      supported: 0,
      cause: '',
      gaps: ['no Prometheus', 'it is down'],
    });
  });
});
