import type { Meter } from '@opentelemetry/api';
import type { RunEvent } from '../../shared/run/event.ts';
import { attemptOf } from '../engine/keys.ts';
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
  witness: Pick<Witness, 'about'>,
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
  observeStanding(meter, standing, now);

  return {
    count(event, ended) {
      const { workflow, dryRun, titles } = witness.about(event.run);
      if (dryRun) return;
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
      for (const { name, state } of stands.breakers) to.observe(breakers, BREAKER[state], { breaker: name });
    },
    [active, waiting, longest, queued, owed, failing, breakers, timers],
  );
}
