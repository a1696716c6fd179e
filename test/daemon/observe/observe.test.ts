import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { messageSchema } from '../../../daemon/notices/channel.ts';
import { sqliteNoticeStore } from '../../../daemon/journal/notice-store.ts';
import { observe, type Observation, type ObserveConfig } from '../../../daemon/observe/observe.ts';
import { listenHttp, type Http } from '../../../daemon/server/http.ts';
import { fail } from '../../../shared/failure.ts';
import type { Definition } from '../../../shared/workflow/definition.ts';
import { createTestEngine, type TestEngine } from '../../fakes/engine.ts';
import { ADA, openIncident, resolveAlert } from '../../fakes/incident.ts';
import { receiveSpans } from '../../fakes/otlp.ts';
import { tokenEvents } from '../../fakes/tokens.ts';
import { node, step, workflowOf } from '../../fakes/outline.ts';

const TOKEN = 'a-token-of-a-scraper';
const read = (id: string) => step(id, 'act.read', { with: { name: id } });

/** A stage with a flaky step and a gate, as a page would have them. */
const release = (): Definition =>
  workflowOf(
    node('retry', 'again', { attempts: 3 }, read('flaky')),
    node('gate', 'good', {}, node('check', 'fine', { that: 'steps.flaky.output == "ok"' })),
  );

let test: TestEngine;
let http: Http;
let watching: Observation[];
beforeEach(async () => {
  watching = [];
  test = await createTestEngine();
  http = await listenHttp(0);
  test.world.on('flaky', ({ count }) => {
    if (count === 1) throw fail('unavailable', 'test.busy', 'busy');
    return 'ok';
  });
});
afterEach(async () => {
  for (const each of watching) await each.close();
  await http.close();
  test.remove();
});

async function watch(config: ObserveConfig): Promise<Observation> {
  const { engine, database, clock } = test;
  const secrets = { read: (name: string) => Promise.resolve(name === 'SCRAPER' ? TOKEN : `value-of-${name}`) };
  const observation = await observe(config, { engine, database, clock, secrets, version: '1.0.0' });
  watching.push(observation);
  http.open({ door: { port: http.port, origins: [] }, routes: observation.routes, upgrade: () => undefined });
  return observation;
}

const ask = (headers: Record<string, string> = { authorization: `Bearer ${TOKEN}` }, method = 'GET') =>
  fetch(`http://127.0.0.1:${http.port}/metrics`, { headers, method });
const scraped = async (): Promise<string[]> => (await (await ask()).text()).split('\n');

describe('metrics', () => {
  it('counts runs, stages, steps, retries, gates and personas by the names on the page [incident.observe.metrics]', async () => {
    await watch({ metrics: { token: 'SCRAPER' } });
    await test.run(release());
    const lines = await scraped();
    for (const line of [
      'stagebook_runs_started_total{workflow="test_workflow",by="person"} 1',
      'stagebook_runs_ended_total{workflow="test_workflow",outcome="completed"} 1',
      'stagebook_run_duration_seconds_count{workflow="test_workflow",outcome="completed"} 1',
      'stagebook_run_duration_seconds_bucket{workflow="test_workflow",outcome="completed",le="14400"} 1',
      'stagebook_stage_duration_seconds_count{workflow="test_workflow",stage="work",persona="tester",outcome="completed"} 1',
      'stagebook_step_duration_seconds_count{workflow="test_workflow",action="act.read",persona="tester",outcome="failed"} 1',
      'stagebook_step_duration_seconds_count{workflow="test_workflow",action="act.read",persona="tester",outcome="completed"} 1',
      'stagebook_retries_total{workflow="test_workflow",action="act.read"} 1',
      'stagebook_gate_results_total{workflow="test_workflow",gate="good",result="passed"} 1',
      'stagebook_persona_switches_total{workflow="test_workflow",persona="tester"} 1',
      'stagebook_outbox_owed 0',
      'stagebook_queued_runs 0',
      'stagebook_runs_active{status="running"} 0',
    ])
      expect(lines).toContain(line);
  });

  it('shows what waits, what is unknown and how breakers stand, and counts no dry run [incident.observe.metrics]', async () => {
    await watch({ metrics: { token: 'SCRAPER' } });
    test.world.on('broken', () => {
      throw fail('unavailable', 'test.down', 'down');
    });
    test.world.on('lost', () => {
      throw fail('network', 'test.lost', 'lost');
    });
    test.world.verify('lost', () => ({ is: 'unsure', why: 'nobody answers' }));
    await test.run(workflowOf(node('breaker', 'guard', { name: 'api', failures: 1, recovery: '1h' }, read('broken'))));
    await test.run(workflowOf(step('lost', 'act.write', { with: { name: 'lost' } })));
    await test.run(workflowOf(read('fine')), {}, { dryRun: true });
    const lines = await scraped();
    expect(lines).toContain('stagebook_breaker_state{breaker="api"} 2');
    expect(lines).toContain('stagebook_unknown_outcomes_total{workflow="test_workflow",action="act.write"} 1');
    expect(lines).toContain('stagebook_waiting{kind="ask"} 1');
    expect(lines).toContain('stagebook_runs_ended_total{workflow="test_workflow",outcome="failed"} 1');
    expect(lines.filter((line) => line.startsWith('stagebook_runs_started_total'))).toEqual([
      'stagebook_runs_started_total{workflow="test_workflow",by="person"} 2',
    ]);
  });

  it('counts tokens by persona and kind, of models and of tools [incident.observe.tokens]', async () => {
    await watch({ metrics: { token: 'SCRAPER' } });
    const { run } = await test.run(workflowOf(read('fine')));
    await test.journal.append(run, tokenEvents);
    const lines = await scraped();
    for (const line of [
      'stagebook_tokens_total{workflow="test_workflow",persona="backend",kind="definitions"} 700',
      'stagebook_tokens_total{workflow="test_workflow",persona="backend",kind="calls"} 45',
      'stagebook_tokens_total{workflow="test_workflow",persona="tester",kind="input"} 1200',
      'stagebook_tokens_total{workflow="test_workflow",persona="tester",kind="output"} 80',
    ])
      expect(lines).toContain(line);
  });

  it('counts incidents, their alerts and how long they took, and shows what did not reach people [incident.observe.incidents]', async () => {
    await watch({ metrics: { token: 'SCRAPER' } });
    const { run } = await openIncident(test);
    const store = sqliteNoticeStore(test.database);
    const message = messageSchema.parse({ title: 'P1' });
    for (const key of ['a', 'b', 'c']) store.add({ key, channel: 'slack', run, message, queuedAt: 0 });
    store.postponed('a', 1, 'no way out', false);
    store.givenUp('b', 1, 'refused');
    let lines = await scraped();
    for (const line of [
      'stagebook_incidents_opened_total{severity="P1"} 1',
      'stagebook_alerts_total{source="am",state="firing"} 1',
      'stagebook_incidents_open{severity="P1"} 1',
      'stagebook_incidents_open{severity="P0"} 0',
      'stagebook_alerts_firing 1',
      'stagebook_messages_waiting{channel="slack"} 2',
      'stagebook_messages_failing{channel="slack"} 1',
      'stagebook_messages_given_up{channel="slack"} 1',
    ])
      expect(lines).toContain(line);
    await resolveAlert(test, run, test.clock.now());
    await test.engine.answer(run, 'detect/what_now', 'Nothing', ADA);
    await test.settle();
    lines = await scraped();
    expect(lines).toContain('stagebook_incident_duration_seconds_count{duration="resolve",severity="P1"} 1');
    expect(lines).toContain('stagebook_incidents_open{severity="P1"} 0');
    expect(lines.some((line) => line.includes('duration="mitigate"'))).toBe(false);
  });

  it('answers only whoever has the token, under our own name, and only when it is configured [incident.observe.door]', async () => {
    await watch({ metrics: { token: 'SCRAPER' } });
    expect((await ask({})).status).toBe(401);
    expect((await ask({ authorization: 'Bearer wrong' })).status).toBe(401);
    expect((await ask({ authorization: `Bearer ${TOKEN}` }, 'POST')).status).toBe(405);
    expect((await fetch(`http://localhost:${http.port}/metrics`)).status).toBe(403);
    expect((await ask()).status).toBe(200);
    await watch({});
    expect((await ask()).status).toBe(404);
  });
});

describe('spans', () => {
  it('tells a run as a tree of run, stage, attempts and steps, by the conventions [incident.observe.spans]', async () => {
    const receiver = await receiveSpans();
    const observation = await watch({ traces: { url: `${receiver.url}/v1/traces`, token: 'COLLECTOR' } });
    const { run } = await test.run(release());
    await observation.close();
    await receiver.close();
    expect(new Set(receiver.authorizations)).toEqual(new Set(['Bearer value-of-COLLECTOR']));
    const { spans } = receiver;
    const named = (name: string) => spans.filter((span) => span.name === name);
    const [whole] = named('run test_workflow');
    const [work] = named('stage work');
    const [again] = named('retry again');
    const steps = spans.filter(
      (span) => span.attributes['stagebook.action'] === 'act.read' && span.name.startsWith('step'),
    );
    expect(whole).toMatchObject({
      attributes: {
        'cicd.pipeline.name': 'test_workflow',
        'cicd.pipeline.run.id': run,
        'cicd.pipeline.result': 'success',
      },
    });
    expect(whole!.parentSpanId ?? '').toBe('');
    expect(work!.parentSpanId).toBe(whole!.spanId);
    expect(again!.parentSpanId).toBe(work!.spanId);
    const attempts = [named('attempt 1')[0]!, named('attempt 2')[0]!];
    expect(attempts.map(({ parentSpanId }) => parentSpanId)).toEqual([again!.spanId, again!.spanId]);
    expect(steps.map(({ parentSpanId }) => parentSpanId)).toEqual(attempts.map(({ spanId }) => spanId));
    expect(steps[0]).toMatchObject({
      status: { code: 2, message: 'test.busy' },
      attributes: { 'error.type': 'test.busy' },
    });
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    for (const span of spans) {
      expect(BigInt(span.startTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(whole!.startTimeUnixNano));
      expect(BigInt(span.endTimeUnixNano)).toBeLessThanOrEqual(BigInt(whole!.endTimeUnixNano));
    }
  });

  it('keeps the tree whole over a restart, and tells a resumed run as a stretch of its own [incident.observe.spans]', async () => {
    const receiver = await receiveSpans();
    const first = await watch({ traces: { url: `${receiver.url}/v1/traces` } });
    let mended = false;
    test.world.on('weak', () => {
      if (!mended) throw fail('invalid', 'test.weak', 'weak');
      return 'ok';
    });
    const failed = await test.run(workflowOf(read('early'), read('weak')));
    await first.close();
    test = await test.restart();
    const second = await watch({ traces: { url: `${receiver.url}/v1/traces` } });
    mended = true;
    await test.engine.resume(failed.run, { by: { kind: 'person', name: 'Ada' } });
    await test.work();
    await second.close();
    await receiver.close();
    const runs = receiver.spans.filter(({ name }) => name === 'run test_workflow');
    expect(runs.map(({ attributes }) => [attributes['stagebook.stretch'], attributes['cicd.pipeline.result']])).toEqual(
      [
        [0, 'failure'],
        [1, 'success'],
      ],
    );
    const ids = new Set(receiver.spans.map(({ spanId }) => spanId));
    expect(ids.size).toBe(receiver.spans.length);
    for (const { parentSpanId } of receiver.spans) if (parentSpanId) expect(ids).toContain(parentSpanId);
  });

  it('costs a run nothing when the receiver is away [incident.observe.spans]', async () => {
    const away = await receiveSpans();
    await away.close();
    const complaint = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const observation = await watch({ traces: { url: `${away.url}/v1/traces` } });
    expect((await test.run(release())).status).toBe('completed');
    await observation.close();
    expect(complaint).not.toHaveBeenCalled();
    complaint.mockRestore();
  });
});
