import type { IncidentState } from '../../shared/incident/state.ts';
import { alertOf } from '../../daemon/alerts/alert-of.ts';
import { hashJson } from '../../shared/canonical-json.ts';
import type { Evidence } from '../../shared/incident/evidence.ts';
import type { JsonObject } from '../../shared/json.ts';
import type { NodeState } from '../../shared/run/state.ts';
import { parseWorkflowText } from '../../shared/workflow/parse.ts';
import { amAlert, RESPOND } from './alerts.ts';
import type { TestEngine } from './engine.ts';

export const ADA = { kind: 'person', name: 'Ada' } as const;

/** What a look at a metric gives, as the actions that look give it. */
export function looked(more: Partial<Evidence> = {}): JsonObject {
  const points: [number, number][] = [0, 1, 2, 3].map((n) => [1_767_600_000_000 + n * 15_000, n / 10]);
  const result = points.map(([at, value]) => [at, String(value)]);
  const evidence: Evidence = {
    source: 'prometheus',
    query: 'job:http_errors:ratio',
    from: '2026-01-05T08:00:00.000Z',
    to: '2026-01-05T08:01:00.000Z',
    step_s: 15,
    digest: hashJson(result),
    link: 'http://prometheus:9090/graph?g0.expr=job%3Ahttp_errors%3Aratio',
    again: { uses: 'prometheus.query_range', with: { query: 'job:http_errors:ratio' } },
    finding: 'The share of errors rose from 0 % to 30 %.',
    series: { unit: 'ratio', lines: [{ name: 'errors', points }] },
    ...more,
  };
  return { available: true, reason: '', result, evidence };
}

/** A run about an incident that an alert opened, which has looked once and waits for a person. */
export async function openIncident(
  test: TestEngine,
  {
    graph,
    alert = true,
    service = 'api',
    look = looked(),
  }: { graph?: string; alert?: boolean; service?: string; look?: JsonObject } = {},
): Promise<{ run: string; id: string }> {
  test.world.on('look', () => look);
  const { definition } = parseWorkflowText(RESPOND);
  const by = { kind: 'system', name: 'alert from am' } as const;
  const start = test.engine.prepare({
    definition: definition!,
    inputs: { incident: '', service, summary: '', level: '' },
    by: alert ? by : ADA,
    ...(graph === undefined ? {} : { graph }),
  });
  const number = test.engine.list().length + 1;
  const id = `INC-2026-01-05-${String(number).padStart(3, '0')}`;
  const run = await test.journal.transact((transaction) => {
    const begun = start(transaction);
    const opened = alert
      ? { severity: 'P1' as const, known: true, why: 'the source says P1', by, source: 'am' }
      : { severity: 'P2' as const, known: false, why: 'nobody has said how bad it is', by: ADA };
    const payload = { id, title: `HighErrorRate on ${service}`, service, ...opened } as const;
    transaction.append(begun, { type: 'incident.opened', node: '', payload });
    if (alert) {
      const told = amAlert({ service, started: test.clock.now() - 90_500 });
      const { labels, annotations, startsAt, status } = told;
      const fires = alertOf({ labels, annotations, started: startsAt!, status, key: 'g1' }, test.clock.now());
      transaction.append(begun, {
        type: 'alerts.received',
        node: '',
        payload: { source: 'am', firing: [fires], resolved: [] },
      });
    }
    return begun;
  });
  await test.settle();
  return { run, id };
}

/** Its source says that the alert is over. */
export async function resolveAlert(test: TestEngine, run: string, ended: number): Promise<void> {
  const [alert] = incidentOf(test, run).alerts.list;
  const full = alertOf(
    {
      fingerprint: alert!.fingerprint,
      key: 'g1',
      status: 'resolved',
      started: alert!.started,
      ended,
      name: alert!.name,
    },
    ended,
  );
  await test.journal.append(run, [
    {
      type: 'alerts.received',
      node: '',
      payload: { source: 'am', firing: [], resolved: [{ ...full, started: alert!.started, ended }] },
    },
  ]);
}

export function incidentOf(test: TestEngine, run: string): IncidentState {
  return test.engine.state(run).incident!;
}

/** A finished step that tells people, as a run has it. */
export function toldBy(key: string, action: string, title: string, output: JsonObject, endedAt: number): NodeState {
  return {
    key,
    status: 'completed',
    starts: 1,
    startedAt: 0,
    endedAt,
    step: { action, effect: 'write', with: { title }, key },
    output,
    decisions: {},
    timers: {},
  };
}
