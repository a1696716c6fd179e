import type { Meter } from '@opentelemetry/api';
import { durationsOf } from '../../shared/incident/durations.ts';
import { LEVELS } from '../../shared/incident/severity.ts';
import type { RunEvent } from '../../shared/run/event.ts';
import { attemptOf } from '../engine/keys.ts';
import { CHANNELS } from '../notices/channel.ts';
import type { Ended, Witness } from './ended.ts';
import type { Standing } from './standing.ts';

/** Bounds of durations in seconds: from a quick look to the four hours that a person may take to sign. */
const SECONDS = [0.1, 0.5, 1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14_400, 43_200, 86_400];

export interface Meters {
  /** A committed event, with the piece of work that it ended, if any. */
  count(event: RunEvent, ended: Ended | undefined): void;
}

/**
 * The metrics of runs, named as Prometheus shows them in the dashboards. Dry runs
 * count nowhere: they did nothing. Labels are names that stand on pages, never ids, inputs or outputs.
 */
export function createMeters(
  meter: Meter,
  witness: Pick<Witness, 'about' | 'incident'>,
  standing: () => Standing,
  now: () => number,
): Meters {
  const runs = meter.createCounter('stagebook_runs_ended', { description: 'Runs that ended, by outcome.' });
  const started = meter.createCounter('stagebook_runs_started', { description: 'Runs that were started.' });
  const seconds = (name: string, description: string) =>
    meter.createHistogram(name, { description, unit: 's', advice: { explicitBucketBoundaries: SECONDS } });
  const runSeconds = seconds('stagebook_run_duration_seconds', 'From the start of a run to its end, waiting included.');
  const stageSeconds = seconds(
    'stagebook_stage_duration_seconds',
    'From the start of a stage to its end, waiting included.',
  );
  const stepSeconds = seconds('stagebook_step_duration_seconds', 'How long one attempt of a step took.');
  const gates = meter.createCounter('stagebook_gate_results', { description: 'Gates that closed, by result.' });
  const retries = meter.createCounter('stagebook_retries', { description: 'Attempts after the first.' });
  const unknown = meter.createCounter('stagebook_unknown_outcomes', {
    description: 'Writes that ended without an answer.',
  });
  const switches = meter.createCounter('stagebook_persona_switches', {
    description: 'Times a persona came into force.',
  });
  const refusals = meter.createCounter('stagebook_persona_refusals', {
    description: 'What a persona wanted to use and may not.',
  });
  const tokens = tokenMeter(meter);
  const incidents = incidentMeter(meter, witness);
  observeStanding(meter, standing, now);

  return {
    count(event, ended) {
      const { workflow, dryRun, titles } = witness.about(event.run);
      if (dryRun) return;
      tokens(event, { workflow, persona: titles.persona(event.node) ?? 'none' });
      incidents(event, ended);
      if (event.type === 'run.started') started.add(1, { workflow, by: event.payload.by.kind });
      if (event.type === 'gate.closed')
        gates.add(1, { workflow, gate: titles.of(event.node), result: event.payload.passed ? 'passed' : 'rejected' });
      if (event.type === 'persona.switched') switches.add(1, { workflow, persona: event.payload.to });
      // A stage brings its persona into force.
      if (event.type === 'node.started' && event.payload.role === 'stage')
        switches.add(1, { workflow, persona: titles.persona(event.node) ?? 'none' });
      if (event.type === 'persona.refused') refusals.add(1, { workflow, persona: event.payload.persona });
      if (event.type === 'node.unknown') unknown.add(1, { workflow, action: event.payload.step.action });
      if (!ended) return;
      const took = (ended.endedAt - ended.startedAt) / 1000;
      const { outcome, persona = 'none', step } = ended;
      if (ended.role === 'run') {
        runs.add(1, { workflow, outcome });
        runSeconds.record(took, { workflow, outcome });
      } else if (ended.role === 'stage') {
        stageSeconds.record(took, { workflow, stage: ended.title, persona, outcome });
      } else if (step) {
        stepSeconds.record(took, { workflow, action: step.action, persona, outcome });
        if (attemptOf(ended.node) > 1) retries.add(1, { workflow, action: step.action });
      }
    },
  };
}

/**
 * Tokens by what they were: `input` and `output` of models, `definitions` of tools that were offered, and `calls`, the arguments
 * and answers of tools. What a model reads of definitions and answers is in its input once more.
 */
function tokenMeter(meter: Meter): (event: RunEvent, labels: { workflow: string; persona: string }) => void {
  const used = meter.createCounter('stagebook_tokens', { description: 'Tokens of models and tools, by kind.' });
  // A tool's end names its call only.
  const personas = new Map<string, string>();
  return (event, { workflow, persona }) => {
    const count = (kind: string, amount: number, who = persona): void => {
      if (amount > 0) used.add(amount, { workflow, persona: who, kind });
    };
    if (event.type === 'agent.turn') {
      count('input', event.payload.tokens.input);
      count('output', event.payload.tokens.output);
    } else if (event.type === 'tools.offered')
      count('definitions', event.payload.tokens + event.payload.own, event.payload.persona);
    else if (event.type === 'tool.called') personas.set(event.payload.call, event.payload.persona);
    else if (event.type === 'tool.ended') {
      const { call, tokens } = event.payload;
      count('calls', tokens, personas.get(call));
      personas.delete(call);
    }
  };
}

/** Alerts as they come in, incidents as they are opened, and how long they took when their run has ended. */
function incidentMeter(
  meter: Meter,
  witness: Pick<Witness, 'incident'>,
): (event: RunEvent, ended: Ended | undefined) => void {
  const opened = meter.createCounter('stagebook_incidents_opened', { description: 'Incidents, by severity.' });
  const alerts = meter.createCounter('stagebook_alerts', {
    description: 'Episodes of alerts that fired or were resolved; repeats count once.',
  });
  const took = meter.createHistogram('stagebook_incident_duration_seconds', {
    description: 'How long it took to detect, acknowledge, mitigate and resolve, where that is known.',
    unit: 's',
    advice: { explicitBucketBoundaries: SECONDS },
  });
  return (event, ended) => {
    if (event.type === 'incident.opened') opened.add(1, { severity: event.payload.severity });
    if (event.type === 'alerts.received') {
      const { source, firing, resolved } = event.payload;
      if (firing.length > 0) alerts.add(firing.length, { source, state: 'firing' });
      if (resolved.length > 0) alerts.add(resolved.length, { source, state: 'resolved' });
    }
    if (ended?.role !== 'run' || ended.outcome === 'suspended') return;
    const incident = witness.incident(event.run);
    if (!incident) return;
    const { severity } = incident;
    for (const [duration, ms] of Object.entries(durationsOf(incident))) {
      if (ms !== null) took.record(ms / 1_000, { duration, severity });
    }
  };
}

const BREAKER = { closed: 0, 'half-open': 1, open: 2 } as const;

/** Gauges are read when somebody asks, from what stands in the journal. */
function observeStanding(meter: Meter, standing: () => Standing, now: () => number): void {
  const gauge = (name: string, description: string, unit?: string) =>
    meter.createObservableGauge(name, { description, ...(unit ? { unit } : {}) });
  const active = gauge('stagebook_runs_active', 'Runs that have not ended, by status.');
  const waiting = gauge('stagebook_waiting', 'Nodes that wait for a person, by kind.');
  const longest = gauge(
    'stagebook_waiting_longest_seconds',
    'How long the longest has been waiting for a person.',
    's',
  );
  const queued = gauge('stagebook_queued_runs', 'Runs that wait in line for their turn.');
  const owed = gauge('stagebook_outbox_owed', 'Pages that graphs are owed.');
  const failing = gauge('stagebook_outbox_failing', 'Pages that could not be written at the last try.');
  const breakers = gauge('stagebook_breaker_state', 'State of a breaker: 0 closed, 1 half open, 2 open.');
  const timers = gauge('stagebook_timers', 'Timers that are set.');
  const open = gauge('stagebook_incidents_open', 'Incidents that are open, by severity.');
  const firing = gauge('stagebook_alerts_firing', 'Alerts of open incidents that fire.');
  const unsent = gauge('stagebook_messages_waiting', 'Messages to people that wait to go out, by channel.');
  const unsendable = gauge('stagebook_messages_failing', 'Those of them whose last try failed.');
  const lost = gauge('stagebook_messages_given_up', 'Messages that were given up, and nobody has decided about.');
  meter.addBatchObservableCallback(
    (to) => {
      const stands = standing();
      for (const status of ['running', 'waiting', 'suspended']) {
        to.observe(active, stands.runs.find((each) => each.status === status)?.count ?? 0, { status });
      }
      for (const kind of ['ask', 'gate']) {
        const there = stands.waiting.find((each) => each.kind === kind);
        to.observe(waiting, there?.count ?? 0, { kind });
        to.observe(longest, there ? (now() - there.since) / 1000 : 0, { kind });
      }
      to.observe(queued, stands.queued);
      to.observe(owed, stands.outbox.owed);
      to.observe(failing, stands.outbox.failing);
      to.observe(timers, stands.timers);
      for (const severity of LEVELS) {
        to.observe(open, stands.incidents.find((each) => each.severity === severity)?.count ?? 0, { severity });
      }
      to.observe(
        firing,
        stands.incidents.reduce((sum, each) => sum + each.firing, 0),
      );
      for (const channel of CHANNELS) {
        const there = stands.messages.find((each) => each.channel === channel);
        to.observe(unsent, there?.waiting ?? 0, { channel });
        to.observe(unsendable, there?.failing ?? 0, { channel });
        to.observe(lost, there?.givenUp ?? 0, { channel });
      }
      for (const { name, state } of stands.breakers) to.observe(breakers, BREAKER[state], { breaker: name });
    },
    [active, waiting, longest, queued, owed, failing, breakers, timers, open, firing, unsent, unsendable, lost],
  );
}
