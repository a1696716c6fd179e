import { grown } from './grown.ts';

/** A rule of Prometheus about Stagebook itself. */
export interface AlertRule {
  alert: string;
  expr: string;
  /** How long it must hold. */
  for: string;
  severity: 'page' | 'ticket';
  /** One sentence, with the labels of what it is about. */
  summary: string;
  /** What to do about it. */
  remedy: string;
}

/** The alert rules that Stagebook ships. Each is about something that a person can and should do something about. */
export const alertRules: readonly AlertRule[] = [
  {
    alert: 'StagebookDown',
    expr: 'up{job="stagebook"} == 0',
    for: '2m',
    severity: 'page',
    summary: 'Stagebook does not answer on {{ $labels.instance }}.',
    remedy: 'Start it with `stagebook up`, or let `stagebook service install` keep it up. Runs go on where they were.',
  },
  {
    alert: 'StagebookRunFailed',
    expr: `sum by (workflow) (${grown('stagebook_runs_ended_total{outcome=~"failed|suspended"}', '15m')}) > 0`,
    for: '0m',
    severity: 'ticket',
    summary: 'A run of {{ $labels.workflow }} failed or was suspended.',
    remedy: '`stagebook list` names it, `stagebook show RUN` says why and how to go on.',
  },
  {
    alert: 'StagebookOutcomeUnknown',
    expr: `sum by (workflow, action) (${grown('stagebook_unknown_outcomes_total', '15m')}) > 0`,
    for: '0m',
    severity: 'page',
    summary: 'Nobody knows whether {{ $labels.action }} of {{ $labels.workflow }} took effect.',
    remedy: 'Look at the counterpart, then answer the question that the run asks. Nothing passes it before.',
  },
  {
    alert: 'StagebookBreakerOpen',
    expr: 'max by (breaker) (stagebook_breaker_state) == 2',
    for: '5m',
    severity: 'ticket',
    summary: 'The breaker {{ $labels.breaker }} has been open for five minutes.',
    remedy: 'What it guards keeps failing: look at that service. The breaker tries it again by itself.',
  },
  {
    alert: 'StagebookPagesNotWritten',
    expr: 'max by (instance) (stagebook_outbox_failing) > 0',
    for: '10m',
    severity: 'ticket',
    summary: 'Pages could not be written for ten minutes.',
    remedy: 'Open the graph in Logseq, or see that its folder is there and can be written. What is owed is kept.',
  },
  {
    alert: 'StagebookMessagesNotDelivered',
    expr: 'max by (channel) (stagebook_messages_failing) > 0',
    for: '5m',
    severity: 'page',
    summary: 'Messages by {{ $labels.channel }} have not got through for five minutes.',
    remedy: '`stagebook outbox` says why. They go out by themselves, once, when there is a way; call people yourself.',
  },
  {
    alert: 'StagebookMessagesGivenUp',
    expr: 'max by (channel) (stagebook_messages_given_up) > 0',
    for: '0m',
    severity: 'page',
    summary: 'A message by {{ $labels.channel }} was given up: nobody has got it.',
    remedy: '`stagebook outbox` says why; then `stagebook outbox retry`, or `stagebook outbox discard`.',
  },
  {
    alert: 'StagebookWaitingForAPerson',
    expr: 'max by (kind) (stagebook_waiting_longest_seconds) > 14400',
    for: '1m',
    severity: 'ticket',
    summary: 'A run has been waiting for a person for more than four hours ({{ $labels.kind }}).',
    remedy: '`stagebook list` and the panel name what waits.',
  },
  {
    alert: 'StagebookQueueStuck',
    expr: 'min_over_time(stagebook_queued_runs[30m]) > 0',
    for: '1m',
    severity: 'ticket',
    summary: 'Runs have been waiting in line for half an hour.',
    remedy: 'The run that holds the place waits or hangs: `stagebook list`, then sign, answer or cancel it.',
  },
  {
    alert: 'StagebookPersonaRefused',
    expr: `sum by (workflow, persona) (${grown('stagebook_persona_refusals_total', '15m')}) > 3`,
    for: '0m',
    severity: 'ticket',
    summary: 'The persona {{ $labels.persona }} of {{ $labels.workflow }} was refused more than three times.',
    remedy: 'The receipt on the run page names what it wanted: an attack, or a persona that lacks what its work needs.',
  },
  {
    alert: 'StagebookGateRejected',
    expr: `sum by (workflow, gate) (${grown('stagebook_gate_results_total{result="rejected"}', '1h')}) >= 3`,
    for: '0m',
    severity: 'ticket',
    summary: 'The gate {{ $labels.gate }} of {{ $labels.workflow }} was rejected three times in an hour.',
    remedy: 'Its checks say on the run page what they saw.',
  },
  {
    alert: 'StagebookRetriesHigh',
    expr: 'sum by (action) (rate(stagebook_retries_total[15m])) > 0.5 * sum by (action) (rate(stagebook_step_duration_seconds_count[15m]))',
    for: '15m',
    severity: 'ticket',
    summary: 'More than half of the attempts of {{ $labels.action }} are retries.',
    remedy: 'Its counterpart is unwell, or its credentials are. The logs of its steps say what it answered.',
  },
];

/** The rules as Prometheus reads them: a group, ready to be written as YAML or JSON. */
export function ruleGroups(rules: readonly AlertRule[] = alertRules): { groups: unknown[] } {
  return {
    groups: [
      {
        name: 'stagebook',
        rules: rules.map(({ alert, expr, for: hold, severity, summary, remedy }) => ({
          alert,
          expr,
          for: hold,
          labels: { severity },
          annotations: { summary, description: remedy },
        })),
      },
    ],
  };
}
