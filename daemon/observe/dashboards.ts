import { grown } from './grown.ts';

/** A dashboard of Grafana as Stagebook means it: rows of panels over the daemon's metrics. */
export interface Dashboard {
  uid: string;
  title: string;
  rows: { title: string; panels: Panel[] }[];
}

export interface Panel {
  title: string;
  /** What a reader learns from it. */
  about: string;
  kind: 'timeseries' | 'stat' | 'table' | 'bargauge';
  unit: 's' | 'short' | 'percentunit' | 'none';
  queries: { expr: string; legend: string }[];
}

const WORKFLOW = 'workflow=~"$workflow"';
const panel = (
  kind: Panel['kind'],
  title: string,
  unit: Panel['unit'],
  about: string,
  ...queries: [expr: string, legend: string][]
): Panel => ({ kind, title, unit, about, queries: queries.map(([expr, legend]) => ({ expr, legend })) });

const quantile = (q: number, metric: string, by: string): string =>
  `histogram_quantile(${q}, sum by (le, ${by}) (rate(${metric}_bucket{${WORKFLOW}}[$__rate_interval])))`;

const incidentQuantile = (q: number): string =>
  `histogram_quantile(${q}, sum by (le, duration) (${grown('stagebook_incident_duration_seconds_bucket', '30d')}))`;

/** The dashboards that Stagebook ships. */
export const dashboards: readonly Dashboard[] = [
  {
    uid: 'stagebook-workflows',
    title: 'Stagebook: workflows',
    rows: [
      {
        title: 'Now',
        panels: [
          panel('stat', 'Runs that go on', 'none', 'By what they do.', ['stagebook_runs_active', '{{status}}']),
          panel('stat', 'Waiting for a person', 'none', 'Gates and questions.', ['stagebook_waiting', '{{kind}}']),
          panel('stat', 'The longest wait', 's', 'For a person.', ['stagebook_waiting_longest_seconds', '{{kind}}']),
          panel('stat', 'In line', 'none', 'Runs that wait for their turn.', ['stagebook_queued_runs', 'queued']),
          panel(
            'stat',
            'Pages owed',
            'none',
            'What graphs have not got yet.',
            ['stagebook_outbox_owed', 'owed'],
            ['stagebook_outbox_failing', 'failing'],
          ),
        ],
      },
      {
        title: 'How runs end',
        panels: [
          panel('timeseries', 'Runs that ended', 'short', 'An hour each.', [
            `sum by (workflow, outcome) (${grown(`stagebook_runs_ended_total{${WORKFLOW}}`, '1h')})`,
            '{{workflow}}: {{outcome}}',
          ]),
          panel(
            'timeseries',
            'How long a run takes',
            's',
            'Median and the slowest twentieth, waiting included.',
            [quantile(0.5, 'stagebook_run_duration_seconds', 'workflow'), '{{workflow}}, median'],
            [quantile(0.95, 'stagebook_run_duration_seconds', 'workflow'), '{{workflow}}, 95 %'],
          ),
          panel('timeseries', 'Gates', 'short', 'An hour each, by what they said.', [
            `sum by (gate, result) (${grown(`stagebook_gate_results_total{${WORKFLOW}}`, '1h')})`,
            '{{gate}}: {{result}}',
          ]),
        ],
      },
      {
        title: 'Where the time goes',
        panels: [
          panel('bargauge', 'Stages, median', 's', 'Of the last day.', [
            `histogram_quantile(0.5, sum by (le, workflow, stage) (increase(stagebook_stage_duration_seconds_bucket{${WORKFLOW}}[1d])))`,
            '{{workflow}}: {{stage}}',
          ]),
          panel('bargauge', 'Actions, the slowest twentieth', 's', 'Of the last day; one attempt.', [
            `histogram_quantile(0.95, sum by (le, action) (increase(stagebook_step_duration_seconds_bucket{${WORKFLOW}}[1d])))`,
            '{{action}}',
          ]),
          panel('timeseries', 'Retries', 'short', 'Attempts after the first, an hour each.', [
            `sum by (action) (${grown(`stagebook_retries_total{${WORKFLOW}}`, '1h')})`,
            '{{action}}',
          ]),
        ],
      },
      {
        title: 'What is wrong',
        panels: [
          panel('table', 'Breakers', 'none', '0 closed, 1 half open, 2 open.', [
            'stagebook_breaker_state',
            '{{breaker}}',
          ]),
          panel('timeseries', 'Outcomes that nobody knows', 'short', 'An hour each.', [
            `sum by (action) (${grown(`stagebook_unknown_outcomes_total{${WORKFLOW}}`, '1h')})`,
            '{{action}}',
          ]),
          panel('timeseries', 'Steps that failed', 'percentunit', 'Share of all attempts.', [
            `sum by (action) (rate(stagebook_step_duration_seconds_count{${WORKFLOW},outcome="failed"}[$__rate_interval])) / sum by (action) (rate(stagebook_step_duration_seconds_count{${WORKFLOW}}[$__rate_interval]))`,
            '{{action}}',
          ]),
        ],
      },
    ],
  },
  {
    uid: 'stagebook-personas',
    title: 'Stagebook: personas',
    rows: [
      {
        title: 'Who works',
        panels: [
          panel('timeseries', 'Switches', 'short', 'Times a persona came into force, an hour each.', [
            `sum by (persona) (${grown(`stagebook_persona_switches_total{${WORKFLOW}}`, '1h')})`,
            '{{persona}}',
          ]),
          panel('bargauge', 'Time in stages', 's', 'Of the last day.', [
            `sum by (persona) (increase(stagebook_stage_duration_seconds_sum{${WORKFLOW}}[1d]))`,
            '{{persona}}',
          ]),
          panel('timeseries', 'Steps', 'short', 'By persona and action, an hour each.', [
            `sum by (persona, action) (increase(stagebook_step_duration_seconds_count{${WORKFLOW}}[1h]))`,
            '{{persona}}: {{action}}',
          ]),
        ],
      },
      {
        title: 'Tokens',
        panels: [
          panel('timeseries', 'Tokens of models', 'short', 'What went to models and came from them, an hour each.', [
            `sum by (persona, kind) (${grown(`stagebook_tokens_total{${WORKFLOW},kind=~"input|output"}`, '1h')})`,
            '{{persona}}: {{kind}}',
          ]),
          panel(
            'timeseries',
            'Tokens of tools',
            'short',
            'Definitions that were offered, and calls with their answers.',
            [
              `sum by (persona, kind) (${grown(`stagebook_tokens_total{${WORKFLOW},kind=~"definitions|calls"}`, '1h')})`,
              '{{persona}}: {{kind}}',
            ],
          ),
        ],
      },
      {
        title: 'What they may not',
        panels: [
          panel('timeseries', 'Refusals', 'short', 'What a persona wanted and may not, an hour each.', [
            `sum by (persona, workflow) (${grown(`stagebook_persona_refusals_total{${WORKFLOW}}`, '1h')})`,
            '{{persona}}: {{workflow}}',
          ]),
        ],
      },
    ],
  },
  {
    uid: 'stagebook-incidents',
    title: 'Stagebook: incidents',
    rows: [
      {
        title: 'Now',
        panels: [
          panel('stat', 'Open incidents', 'none', 'By severity.', ['stagebook_incidents_open', '{{severity}}']),
          panel('stat', 'Alerts that fire', 'none', 'Of open incidents.', ['stagebook_alerts_firing', 'firing']),
          panel(
            'stat',
            'Messages that did not reach people',
            'none',
            'Waiting, failing and given up.',
            ['sum(stagebook_messages_waiting)', 'waiting'],
            ['sum(stagebook_messages_failing)', 'failing'],
            ['sum(stagebook_messages_given_up)', 'given up'],
          ),
        ],
      },
      {
        title: 'What comes in',
        panels: [
          panel('timeseries', 'Incidents', 'short', 'Opened, a day each.', [
            `sum by (severity) (${grown('stagebook_incidents_opened_total', '1d')})`,
            '{{severity}}',
          ]),
          panel(
            'timeseries',
            'Alerts',
            'short',
            'That began to fire or were resolved, an hour each; repeats count once.',
            [`sum by (source, state) (${grown('stagebook_alerts_total', '1h')})`, '{{source}}: {{state}}'],
          ),
        ],
      },
      {
        title: 'How long it takes',
        panels: [
          panel(
            'bargauge',
            'Median and the slowest quarter',
            's',
            'Of the incidents of the last thirty days, by what is measured; never a mean.',
            [incidentQuantile(0.5), '{{duration}}, median'],
            [incidentQuantile(0.75), '{{duration}}, 75 %'],
          ),
          panel('stat', 'Of how many', 'none', 'Incidents in which it is known, of the last thirty days.', [
            `sum by (duration) (${grown('stagebook_incident_duration_seconds_count', '30d')})`,
            '{{duration}}',
          ]),
        ],
      },
    ],
  },
];

/** A dashboard as Grafana imports it (its JSON model, schema 39), with the data source and the workflow to choose. */
export function grafanaModel({ uid, title, rows }: Dashboard): Record<string, unknown> {
  const source = { type: 'prometheus', uid: '${source}' };
  const panels: Record<string, unknown>[] = [];
  let y = 0;
  for (const row of rows) {
    panels.push({
      type: 'row',
      id: panels.length + 1,
      title: row.title,
      collapsed: false,
      gridPos: { x: 0, y, w: 24, h: 1 },
      panels: [],
    });
    const width = Math.floor(24 / row.panels.length);
    const height = row.panels.every(({ kind }) => kind === 'stat') ? 4 : 8;
    for (const [index, { kind, title: name, about, unit, queries }] of row.panels.entries()) {
      panels.push({
        type: kind,
        id: panels.length + 1,
        title: name,
        description: about,
        datasource: source,
        gridPos: { x: index * width, y: y + 1, w: width, h: height },
        fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
        options: kind === 'timeseries' ? { legend: { displayMode: 'list', placement: 'bottom' } } : {},
        targets: queries.map(({ expr, legend }, at) => ({
          refId: String.fromCharCode(65 + at),
          datasource: source,
          expr,
          legendFormat: legend,
          ...(kind === 'timeseries' ? {} : { instant: true }),
        })),
      });
    }
    y += 1 + height;
  }
  return {
    uid,
    title,
    tags: ['stagebook'],
    schemaVersion: 39,
    version: 1,
    editable: true,
    time: { from: 'now-24h', to: 'now' },
    refresh: '30s',
    templating: {
      list: [
        { name: 'source', label: 'Data source', type: 'datasource', query: 'prometheus' },
        {
          name: 'workflow',
          label: 'Workflow',
          type: 'query',
          datasource: source,
          query: 'label_values(stagebook_runs_started_total, workflow)',
          includeAll: true,
          multi: true,
          allValue: '.*',
          current: { text: 'All', value: '$__all' },
          refresh: 2,
        },
      ],
    },
    annotations: { list: [] },
    panels,
  };
}
