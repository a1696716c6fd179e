import { applyToIncident } from '../../incident/state.ts';
import type { RunEvent } from '../event.ts';
import type { RunState } from '../state.ts';
import { applyToAgent } from './agent.ts';
import { remember } from './memory.ts';
import { applyToNode } from './node.ts';
import { applyToRun } from './run.ts';

/** The state of a run from all of its events, in order. Undefined for no events. */
export function fold(events: Iterable<RunEvent>): RunState | undefined {
  let state: RunState | undefined;
  for (const event of events) state = apply(state, event);
  return state;
}

/** Adds one event. Changes `state` in place and returns it, so that a long run costs no copies. */
export function apply(state: RunState | undefined, event: RunEvent): RunState {
  if (event.type === 'run.started') return begin(event);
  if (!state) throw new Error(`the first event of run ${event.run} is ${event.type}, not run.started`);
  applyTo(state, event);
  const incident = applyToIncident(state.incident, event);
  if (incident) state.incident = incident;
  state.pos = event.pos;
  state.seq = event.seq;
  return state;
}

function begin(event: RunEvent<'run.started'>): RunState {
  const { payload } = event;
  return {
    run: event.run,
    definition: payload.definition,
    title: payload.title,
    number: payload.number,
    status: 'running',
    dryRun: payload.dryRun,
    ...(payload.graph === undefined ? {} : { graph: payload.graph }),
    ...(payload.page === undefined ? {} : { page: payload.page }),
    by: payload.by,
    personas: payload.personas,
    inputs: payload.inputs,
    startedAt: event.at,
    epoch: event.epoch,
    persona: null,
    nodes: new Map(),
    memory: new Map(),
    remembered: [],
    waiting: new Set(),
    notes: [],
    refusals: [],
    offers: [],
    toolCalls: [],
    agentTurns: [],
    pos: event.pos,
    seq: event.seq,
  };
}

function applyTo(state: RunState, event: RunEvent): void {
  switch (event.type) {
    case 'run.started':
    case 'incident.opened':
    case 'incident.updated':
    case 'incident.line':
    case 'alerts.received':
      return;
    case 'run.resumed':
    case 'run.reset':
    case 'run.moved':
    case 'run.completed':
    case 'run.failed':
    case 'run.cancelling':
    case 'run.cancelled':
    case 'run.suspended':
      return applyToRun(state, event);
    case 'persona.switched':
    case 'persona.refused':
    case 'tools.offered':
    case 'tool.called':
    case 'tool.ended':
    case 'agent.turn':
      return applyToAgent(state, event);
    case 'note.added':
      state.notes.push({ at: event.at, ...event.payload });
      return;
    case 'memory.added':
      remember(
        state,
        event.payload.key,
        event.payload.value,
        event.node,
        event.payload.by.kind === 'persona' ? event.seq : undefined,
      );
      return;
    default:
      applyToNode(state, event);
      // A run waits when something in it waits for a person, whatever else in it works.
      if (state.status === 'running' || state.status === 'waiting')
        state.status = state.waiting.size > 0 ? 'waiting' : 'running';
  }
}
