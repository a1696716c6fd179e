import type { NodeKey } from '../../workflow/definition.ts';
import type { RunEvent } from '../event.ts';
import { asksPeople } from '../sign-offs.ts';
import type { NodeState, NodeStatus, RunState } from '../state.ts';
import { pending } from './forget.ts';
import { remember } from './memory.ts';

type NodeEvent = Exclude<
  RunEvent,
  {
    type:
      | `run.${string}`
      | `incident.${string}`
      | `alerts.${string}`
      | `persona.${string}`
      | `tool.${string}`
      | `agent.${string}`
      | 'tools.offered'
      | 'note.added'
      | 'memory.added';
  }
>;

/** How one node stands. */
export function applyToNode(state: RunState, event: NodeEvent): void {
  const node = nodeOf(state, event);
  switch (event.type) {
    case 'node.started':
      node.role = event.payload.role;
      node.title = event.payload.title;
      node.status = 'running';
      node.starts += 1;
      node.startedAt = event.at;
      delete node.endedAt;
      delete node.failure;
      delete node.switched;
      if (event.payload.step) node.step = event.payload.step;
      if (event.payload.persona) {
        node.persona = event.payload.persona;
        state.persona = event.payload.persona;
      }
      return;
    case 'node.completed':
      ended(node, state, 'completed', event);
      node.output = event.payload.output;
      delete node.failure;
      delete node.taint;
      delete node.assumed;
      delete node.doubt;
      if (event.payload.assumed) node.assumed = event.payload.assumed;
      if (event.payload.doubt !== undefined) node.doubt = event.payload.doubt;
      if (event.payload.taint !== undefined)
        node.taint = event.payload.taint === 'own' ? event.seq : event.payload.taint;
      for (const [key, value] of Object.entries(event.payload.remember ?? {})) {
        remember(state, key, value, event.node, node.taint);
      }
      return;
    case 'node.failed':
      ended(node, state, 'failed', event);
      node.failure = event.payload.failure;
      return;
    case 'node.cancelled':
      ended(node, state, 'cancelled', event);
      return;
    case 'node.skipped':
      node.status = 'skipped';
      state.waiting.delete(node.key);
      node.endedAt = event.at;
      node.skipped = event.payload;
      return;
    case 'node.unknown':
      node.status = 'unknown';
      node.failure = event.payload.failure;
      node.step = event.payload.step;
      return;
    case 'effect.verified':
      node.verified = event.payload;
      return;
    case 'decision.made':
      node.decisions[event.payload.name] = event.payload.value;
      return;
    case 'branch.ended':
    case 'signal.received':
      return;
    case 'timer.set':
      node.timers[event.payload.name] = { at: event.payload.at, fired: false };
      return;
    case 'timer.fired':
      (node.timers[event.payload.name] ??= { at: event.at, fired: true }).fired = true;
      return;
    case 'gate.opened':
      node.gate = {
        checks: event.payload.checks,
        signOffs: event.payload.signOffs,
        digest: event.payload.digest,
        signatures: [],
        refusals: [],
        ...(event.payload.assumed ? { assumed: true } : {}),
      };
      node.title = event.payload.title;
      if (asksPeople(event.payload)) waits(node, state);
      return;
    case 'gate.signed':
      node.gate?.signatures.push(event.payload);
      return;
    case 'gate.refused':
      node.gate?.refusals.push(event.payload);
      return;
    case 'gate.closed':
      if (node.gate) Object.assign(node.gate, event.payload);
      if (event.payload.passed && node.gate && node.gate.signatures.length > 0) state.signed = event.seq;
      node.status = 'running';
      state.waiting.delete(node.key);
      // Rejected once, resumed, and passed now: its other way is not the one that was taken.
      if (event.payload.passed && node.starts > 1) untake(state, node.key);
      return;
    case 'ask.opened':
      node.ask = event.payload;
      waits(node, state);
      return;
    case 'ask.answered':
      if (node.ask) Object.assign(node.ask, { ...event.payload, answeredAt: event.at });
      node.status = 'running';
      state.waiting.delete(node.key);
      return;
  }
}

function nodeOf(state: RunState, event: NodeEvent): NodeState {
  let node = state.nodes.get(event.node);
  if (!node) {
    node = { key: event.node, status: 'running', starts: 0, startedAt: event.at, decisions: {}, timers: {} };
    state.nodes.set(event.node, node);
  }
  return node;
}

function waits(node: NodeState, state: RunState): void {
  node.status = 'waiting';
  state.waiting.add(node.key);
}

function ended(
  node: NodeState,
  state: RunState,
  status: NodeStatus,
  event: RunEvent<'node.completed' | 'node.failed' | 'node.cancelled'>,
): void {
  node.status = status;
  state.waiting.delete(node.key);
  node.startedAt = event.payload.startedAt;
  node.endedAt = event.at;
  if (node.starts === 0) node.starts = 1;
  if ('step' in event.payload && event.payload.step) node.step = event.payload.step;
}

/** What an earlier rejection of a gate did is on record; in what the run is now it does not stand as done. */
function untake(state: RunState, gate: NodeKey): void {
  const within = (key: NodeKey, other: NodeKey): boolean => other === key || other.startsWith(`${key}/`);
  const ways = [...state.nodes.values()].filter(
    ({ key, role }) => role === 'otherwise' && key.startsWith(`${gate}/`) && !key.slice(gate.length + 1).includes('/'),
  );
  for (const { key } of ways) {
    for (const node of state.nodes.values()) if (within(key, node.key)) state.nodes.set(node.key, pending(node, {}));
  }
}
