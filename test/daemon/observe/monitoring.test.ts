import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPrometheus, type Started } from '../../../daemon/demo/counterparts/prometheus.ts';
import { sqliteNoticeStore } from '../../../daemon/journal/notice-store.ts';
import { messageSchema } from '../../../daemon/notices/channel.ts';
import { sqliteOutboxStore } from '../../../daemon/journal/outbox-store.ts';
import { dashboards, grafanaModel } from '../../../daemon/observe/dashboards.ts';
import { monitoringFiles } from '../../../daemon/observe/monitoring.ts';
import { observe, type Observation } from '../../../daemon/observe/observe.ts';
import { alertRules, ruleGroups, type AlertRule } from '../../../daemon/observe/rules.ts';
import { listenHttp, type Http } from '../../../daemon/server/http.ts';
import { fail } from '../../../shared/failure.ts';
import type { Definition } from '../../../shared/workflow/definition.ts';
import { createTestEngine, type TestEngine } from '../../fakes/engine.ts';
import { ADA, openIncident, resolveAlert } from '../../fakes/incident.ts';
import { tokenEvents } from '../../fakes/tokens.ts';
import { node, step, workflowOf } from '../../fakes/outline.ts';
import { requireProgram } from '../../programs.ts';

const TOKEN = 'a-token-of-a-scraper';
const hasPrometheus = requireProgram('prometheus');

/** The same rules in a quicker time: a quarter of an hour is three seconds, an hour four. */
function quickened(rule: AlertRule): AlertRule {
  const quick = (text: string): string =>
    text.replace(/\b(\d+)([mhd])\b/g, (_all, count: string, unit: 'm' | 'h' | 'd') => {
      const minutes = Number(count) * { m: 1, h: 24, d: 1440 }[unit];
      return minutes === 0 ? '0s' : `${Math.max(1, Math.round(minutes / 6))}s`;
    });
  return { ...rule, expr: quick(rule.expr), for: quick(rule.for) };
}

const read = (name: string) => step(name, 'act.read', { with: { name } });
const rejected = (): Definition => workflowOf(node('gate', 'good', {}, node('check', 'never', { that: 'false' })));
const guarded = (): Definition =>
  workflowOf(node('breaker', 'guard', { name: 'api', failures: 1, recovery: '1h' }, read('weak')));
const retried = (): Definition =>
  workflowOf(node('retry', 'again', { attempts: 4, backoff: { kind: 'constant', initial: '1s' } }, read('flaky')));
const asks = (): Definition => {
  const definition = workflowOf(node('ask', 'carry_on', { question: 'Go on?', options: ['yes'] }));
  const header = node('workflow', 'one_at_a_time', { concurrency: { key: 'one' } });
  return { ...definition, header };
};

describe.runIf(hasPrometheus)('in a real Prometheus', () => {
  let test: TestEngine;
  let http: Http;
  let observation: Observation;
  let prometheus: Started;
  /** A second address of the same job, at which nobody answers at first. */
  let other: number;
  let second: Http | undefined;

  beforeAll(async () => {
    test = await createTestEngine();
    const secrets = { read: () => Promise.resolve(TOKEN) };
    const { engine, database, clock } = test;
    observation = await observe(
      { metrics: { token: 'SCRAPER' } },
      { engine, database, clock, secrets, version: '1.0.0' },
    );
    http = await listenHttp(0);
    serve(http);
    const free = await listenHttp(0);
    other = free.port;
    await free.close();
    prometheus = await startPrometheus({
      targets: { stagebook: [`127.0.0.1:${http.port}`, `127.0.0.1:${other}`] },
      token: TOKEN,
      groups: ruleGroups(alertRules.map(quickened)).groups,
      interval: '250ms',
    });
    test.world.on('weak', ({ value }) => {
      throw fail('unavailable', 'test.down', String(value));
    });
    test.world.on('flaky', ({ count }) => {
      if (count % 4 !== 0) throw fail('unavailable', 'test.busy', 'busy');
      return count;
    });
    test.world.on('lost', () => {
      throw fail('network', 'test.lost', 'lost');
    });
    test.world.verify('lost', () => ({ is: 'unsure', why: 'nobody answers' }));
  });
  afterAll(async () => {
    await prometheus.stop();
    await observation.close();
    await http.close();
    await second?.close();
    test.remove();
  });

  function serve(at: Http): void {
    at.open({ door: { port: at.port, origins: [] }, routes: observation.routes, upgrade: () => undefined });
  }

  async function ask<T>(path: string, query: Record<string, string> = {}): Promise<T> {
    const response = await fetch(`${prometheus.url}${path}?${new URLSearchParams(query).toString()}`);
    const answer = (await response.json()) as { status: string; error?: string; data: T };
    expect(answer.error ?? answer.status, JSON.stringify(query)).toBe('success');
    return answer.data;
  }

  const alerts = async (): Promise<{ labels: { alertname: string }; state: string }[]> =>
    (await ask<{ alerts: { labels: { alertname: string }; state: string }[] }>('/api/v1/alerts')).alerts;

  async function until(what: string, holds: () => Promise<boolean>, meanwhile: () => Promise<unknown>): Promise<void> {
    const end = Date.now() + 60_000;
    while (!(await holds())) {
      if (Date.now() > end) throw new Error(`${what}: still not after a minute`);
      await meanwhile();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  it('has every rule fire when there is cause, and resolve when there is none [incident.observe.rules]', async () => {
    const outbox = sqliteOutboxStore(test.database);
    const page = { graph: '/a/graph', page: 'Runs/1', part: '' };
    const start = (definition: Definition) => test.engine.start({ definition, inputs: {}, by: ADA });
    const waits = await start(asks());
    await start(asks());
    await test.settle();
    outbox.put({ ...page, kind: 'run', run: waits, data: null, pos: 1 });
    outbox.failed(page, Number.MAX_SAFE_INTEGER, 'the folder is not there');
    await test.run(guarded());
    const messages = sqliteNoticeStore(test.database);
    for (const key of ['cut off', 'refused']) {
      messages.add({ key, channel: 'slack', run: waits, message: messageSchema.parse({ title: key }), queuedAt: 0 });
    }
    messages.postponed('cut off', Number.MAX_SAFE_INTEGER, 'no way out', false);
    messages.givenUp('refused', 1, 'no such webhook');
    test.clock.advanceTo(test.clock.now() + 5 * 3_600_000);
    // Seen before anything of this was counted, and without it.
    const lost = await start(workflowOf(step('lost', 'act.write', { with: { name: 'lost' } })));
    for (let n = 0; n < 4; n += 1) {
      const refusal = { persona: 'tester', wanted: 'act.write', why: 'it may not' };
      await test.journal.append(waits, [{ type: 'persona.refused', node: '', payload: refusal }]);
      await test.run(rejected());
    }

    const fired = new Set<string>();
    await until(
      'every rule fires',
      async () => {
        for (const { labels, state } of await alerts()) if (state === 'firing') fired.add(labels.alertname);
        return alertRules.every(({ alert }) => fired.has(alert));
      },
      () => test.run(retried()),
    );
    expect([...fired].toSorted()).toEqual(alertRules.map(({ alert }) => alert).toSorted());

    // And everything is mended.
    second = await listenHttp(other);
    serve(second);
    outbox.written(page, 1);
    messages.delivered('cut off', 2);
    messages.discard(messages.undelivered()[0]!.id, 2, 'Ada', 'told by phone');
    test.world.on('weak', () => 'well again');
    await test.run(guarded());
    await test.engine
      .answer(lost, test.engine.requests(lost)[0]!.node, 'It did not', ADA)
      .catch(() => test.engine.cancel(lost, ADA));
    for (const { run } of test.engine.list({ status: ['waiting', 'running'] })) await test.engine.cancel(run, ADA);
    await test.settle();
    await until(
      'every rule is at rest',
      async () => (await alerts()).length === 0,
      () => Promise.resolve(),
    );
  }, 150_000);

  it('answers every query of every dashboard, with something to show [incident.observe.dashboards]', async () => {
    const { run } = await openIncident(test);
    await test.journal.append(run, tokenEvents);
    await resolveAlert(test, run, test.clock.now());
    await test.engine.answer(run, 'detect/what_now', 'Nothing', ADA);
    await until(
      'two scrapes after a run',
      async () =>
        (await ask<{ result: unknown[] }>('/api/v1/query', { query: 'stagebook_incident_duration_seconds_count' }))
          .result.length > 0,
      () => test.run(retried()),
    );
    for (const dashboard of dashboards) {
      const model = grafanaModel(dashboard);
      expect(JSON.parse(JSON.stringify(model))).toEqual(model);
      const panels = model.panels as { title: string; targets?: { expr: string }[] }[];
      for (const { title, targets = [] } of panels) {
        for (const { expr } of targets) {
          const query = expr.replaceAll('$workflow', '.*').replaceAll('$__rate_interval', '4s');
          const { result } = await ask<{ result: unknown[] }>('/api/v1/query', { query });
          expect(result, `${title}: ${query}`).not.toEqual([]);
        }
      }
    }
  });
});

it('writes what Prometheus and Grafana read, with the address that the daemon has [incident.observe.dashboards]', () => {
  const files = monitoringFiles(7717);
  expect(Object.keys(files)).toEqual([
    'prometheus.yml',
    'stagebook.rules.yml',
    ...dashboards.map(({ uid }) => `dashboards/${uid}.json`),
  ]);
  expect(files['prometheus.yml']).toContain("'127.0.0.1:7717'");
  const names = [
    ...new Set(
      Object.values(files)
        .join('\n')
        .match(/stagebook_[a-z_]+/g),
    ),
  ];
  expect(names).toContain('stagebook_runs_ended_total');
});
