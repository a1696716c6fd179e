import { alertOf } from '../../../daemon/alerts/alert-of.ts';
import type { IncidentChange } from '../../../shared/incident/change.ts';
import type { JsonObject } from '../../../shared/json.ts';
import type { TestEngine } from '../../fakes/engine.ts';
import { HOSTILE } from './runs.ts';

/** Everything that can be said of an incident, hostile wherever a text may be. */
const HOSTILE_CHANGE: IncidentChange = {
  title: HOSTILE,
  service: HOSTILE,
  severity: 'P1',
  summary: HOSTILE,
  commander: HOSTILE,
  scribe: HOSTILE,
  liaison: HOSTILE,
  responders: [HOSTILE],
  impact: { [HOSTILE]: HOSTILE, users: null, requests: 12, sentence: HOSTILE, unmeasured: [HOSTILE] },
  conditions: [HOSTILE],
  actions: [HOSTILE],
  needs: [HOSTILE],
  next_update_due: '2026-01-05T10:00:00Z',
  hypotheses: [
    {
      id: HOSTILE,
      statement: HOSTILE,
      status: 'proposed',
      for: [HOSTILE, { finding: HOSTILE, query: HOSTILE }],
      against: [{ [HOSTILE]: HOSTILE }],
    },
  ],
  mitigated: '2026-01-05T10:00:00Z',
  changes: [{ title: HOSTILE, url: `javascript:${HOSTILE}` }],
  pull_requests: [{ title: HOSTILE, url: 'https://github.com/o/r/pull/1' }],
  related: [HOSTILE],
  trigger: HOSTILE,
  contributing: [HOSTILE],
  mitigation: HOSTILE,
  resolution: HOSTILE,
  went_well: [HOSTILE],
  went_poorly: [HOSTILE],
  lucky: [HOSTILE],
  authors: [HOSTILE],
  owner: HOSTILE,
  messages_sent: [HOSTILE],
  customer_update: HOSTILE,
  action_items: [{ text: HOSTILE, kind: 'prevent', owner: HOSTILE, due: '2026-01-31' }],
};

const LABELS: JsonObject = { alertname: HOSTILE, service: HOSTILE, severity: HOSTILE, [HOSTILE]: HOSTILE };

/** Makes a run one about an incident of which everything hostile is said. */
export async function makeHostileIncident(test: TestEngine, run: string): Promise<void> {
  const by = { kind: 'person', name: HOSTILE } as const;
  const told = { fingerprint: HOSTILE, key: HOSTILE, labels: LABELS, annotations: { summary: HOSTILE } };
  const alert = alertOf({ ...told, url: `javascript:${HOSTILE}` }, test.clock.now());
  const opened = { title: HOSTILE, service: HOSTILE, severity: 'P2', known: false, why: HOSTILE } as const;
  await test.journal.append(run, [
    { type: 'incident.opened', node: '', payload: { id: 'INC-2026-01-05-001', ...opened, by, source: HOSTILE } },
    { type: 'alerts.received', node: '', payload: { source: HOSTILE, firing: [alert], resolved: [] } },
    { type: 'incident.updated', node: '', payload: { change: HOSTILE_CHANGE, by, why: HOSTILE } },
    { type: 'incident.updated', node: '', payload: { change: { note: HOSTILE }, by } },
    { type: 'incident.line', node: '', payload: { line: 1, deed: 'correct', text: HOSTILE, at: 0, by, why: HOSTILE } },
    { type: 'incident.line', node: '', payload: { line: 2, deed: 'hide', by, why: HOSTILE } },
    { type: 'incident.line', node: '', payload: { line: 3, deed: 'pin', by, why: HOSTILE } },
  ]);
}
