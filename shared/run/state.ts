import type { Failure } from '../failure.ts';
import { applyToIncident, type IncidentState } from '../incident/state.ts';
import type { Json, JsonObject } from '../json.ts';
import type { NodeKey, Role } from '../workflow/definition.ts';
import type {
  Actor,
  AgentTurn,
  CheckResult,
  Moved,
  Question,
  RunEvent,
  SignOffRequest,
  Signature,
  StepStart,
  ToolCalled,
  ToolsOffered,
} from './event.ts';

export type RunStatus = 'running' | 'waiting' | 'completed' | 'failed' | 'cancelling' | 'cancelled' | 'suspended';

export type NodeStatus =
  'pending' | 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled' | 'skipped' | 'unknown';

/** What is known of a run: the fold of its events, and the only projection (architecture.md). Times in ms since the epoch. */
export interface RunState {
  run: string;
  definition: string;
  title: string;
  number: number;
  status: RunStatus;
  dryRun: boolean;
  graph?: string;
  /** The page it was started from. */
  page?: string;
  by: Actor;
  /** Persona id → hash of what it may do, as pinned. */
  personas: Record<string, string>;
  inputs: JsonObject;
  startedAt: number;
  endedAt?: number;
  epoch: number;
  output?: Json;
  failure?: Failure;
  persona: string | null;
  /** When a person last signed a gate that passed, as a sequence number: what came from elsewhere before was looked at. */
  signed?: number;
  /** In order of first appearance; a node that was not reached has no entry. */
  nodes: Map<NodeKey, NodeState>;
  /** What the run remembered, by key; the latest. */
  memory: Map<string, Json>;
  /** The same in order, with the node each came from: what is left when nodes are reset. */
  remembered: { key: string; value: Json; node: NodeKey; taint?: number }[];
  notes: { at: number; text: string; by: Actor; evidence?: Json }[];
  refusals: { at: number; node: NodeKey; persona: string; wanted: string; why: string; by?: Actor }[];
  /** What models and agents were offered, one entry for each of them in each stage: the latest. */
  offers: (ToolsOffered & { at: number; node: NodeKey })[];
  /** The calls of tools that agents made, in order. */
  toolCalls: ToolCallState[];
  /** The turns of models in steps, in order, without what only they read. */
  agentTurns: (Pick<AgentTurn, 'turn' | 'model' | 'text' | 'tokens' | 'cost'> & { at: number; node: NodeKey })[];
  /** What the run is about, where that is an incident. */
  incident?: IncidentState;
  /** How it came to the definition that it has, where it was not started with it: the last time. */
  moved?: Pick<Moved, 'by' | 'from' | 'changes' | 'gates'> & { at: number };
  /** Keys of the nodes that wait for a person. */
  waiting: Set<NodeKey>;
  /** The position and sequence number of the last event that was folded in. */
  pos: number;
  seq: number;
}

export interface ToolCallState extends ToolCalled {
  at: number;
  node: NodeKey;
  endedAt?: number;
  outcome?: 'answered' | 'failed' | 'unknown';
  failure?: Failure;
  /** Of its arguments and its answer. */
  tokens?: number;
}

export interface NodeState {
  key: NodeKey;
  role?: Role;
  title?: string;
  status: NodeStatus;
  /** How often it was started. */
  starts: number;
  startedAt: number;
  endedAt?: number;
  output?: Json;
  failure?: Failure;
  step?: StepStart;
  persona?: string;
  /** Of a stage: the persona that a person gave its agent instead. */
  switched?: string;
  /** Recorded decisions by name: the case taken, the list, the time of the next attempt. */
  decisions: Record<string, Json>;
  /** Open or past deadline by name. */
  timers: Record<string, { at: number; fired: boolean }>;
  verified?: { verdict: 'done' | 'not-done' | 'unsure'; why?: string };
  gate?: GateState;
  ask?: Question & { answer?: Json; by?: Actor; answeredAt?: number };
  skipped?: { reason: string; signature?: Signature; shown?: string };
  /** Its output comes from elsewhere: the sequence number of the last event that brought in what it was made from. */
  taint?: number;
}

export interface GateState {
  checks: CheckResult[];
  signOffs: SignOffRequest[];
  digest: string;
  signatures: { signOff: string; signature: Signature }[];
  refusals: { signOff: string; signature: Signature; reason?: string; shown?: string }[];
  passed?: boolean;
  why?: string;
}

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
      state.status = 'running';
      state.epoch = event.epoch;
      delete state.failure;
      delete state.endedAt;
      for (const { node, names } of event.payload.forget) forget(state, node, names);
      return;
    case 'run.moved':
      move(state, event);
      return;
    case 'run.completed':
      end(state, 'completed', event.at);
      state.output = event.payload.output;
      return;
    case 'run.failed':
      end(state, 'failed', event.at);
      state.failure = event.payload.failure;
      return;
    case 'run.cancelling':
      state.status = 'cancelling';
      return;
    case 'run.cancelled':
      end(state, 'cancelled', event.at);
      state.failure = event.payload.failure;
      return;
    case 'run.suspended':
      state.status = 'suspended';
      state.failure = event.payload.failure;
      return;
    case 'persona.switched': {
      state.persona = event.payload.to;
      const stage = state.nodes.get(event.node);
      if (stage) stage.switched = event.payload.to;
      return;
    }
    case 'persona.refused':
      state.refusals.push({ at: event.at, node: event.node, ...event.payload });
      return;
    case 'note.added':
      state.notes.push({ at: event.at, ...event.payload });
      return;
    case 'tools.offered': {
      const same = (offer: RunState['offers'][number]): boolean =>
        offer.node === event.node && offer.to === event.payload.to && offer.persona === event.payload.persona;
      state.offers = [
        ...state.offers.filter((offer) => !same(offer)),
        { at: event.at, node: event.node, ...event.payload },
      ];
      return;
    }
    case 'tool.called':
      state.toolCalls.push({ at: event.at, node: event.node, ...event.payload });
      return;
    case 'tool.ended': {
      const { call, outcome, tokens } = event.payload;
      const failure = 'failure' in event.payload ? { failure: event.payload.failure } : {};
      const open = state.toolCalls.findLast((other) => other.call === call);
      if (open) Object.assign(open, { endedAt: event.at, outcome, tokens }, failure);
      return;
    }
    case 'agent.turn': {
      const { turn, model, text, tokens, cost } = event.payload;
      const price = cost === undefined ? {} : { cost };
      state.agentTurns.push({ at: event.at, node: event.node, turn, model, text, tokens, ...price });
      return;
    }
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
      applyToNode(nodeOf(state, event), state, event);
      // A run waits when something in it waits for a person, whatever else in it works.
      if (state.status === 'running' || state.status === 'waiting')
        state.status = state.waiting.size > 0 ? 'waiting' : 'running';
  }
}

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

function applyToNode(node: NodeState, state: RunState, event: NodeEvent): void {
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
      };
      node.title = event.payload.title;
      if (event.payload.signOffs.length > 0 && event.payload.checks.every((check) => check.held)) waits(node, state);
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

function remember(state: RunState, key: string, value: Json, node: NodeKey, taint: number | undefined): void {
  state.memory.set(key, value);
  state.remembered.push({ key, value, node, ...(taint === undefined ? {} : { taint }) });
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

function end(state: RunState, status: RunStatus, at: number): void {
  state.status = status;
  state.endedAt = at;
  state.waiting.clear();
}

/** Goes on under another definition: at once where nobody is asked any more, else when those who are have answered. */
function move(state: RunState, { at, epoch, payload }: RunEvent<'run.moved'>): void {
  const { by, from, changes, gates } = payload;
  state.moved = { at, by, from, changes, gates };
  state.definition = payload.to;
  state.title = payload.title;
  state.inputs = payload.inputs;
  state.personas = payload.personas;
  state.epoch = epoch;
  delete state.failure;
  delete state.endedAt;
  // Who looked there at what came from elsewhere looked at it for another page.
  const signed = gates.some((gate) => (state.nodes.get(gate)?.gate?.signatures.length ?? 0) > 0);
  if (signed) delete state.signed;
  for (const { node, names } of payload.forget) forget(state, node, names);
  state.status = state.waiting.size > 0 ? 'waiting' : 'running';
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

function pending(node: NodeState, decisions: Record<string, Json>): NodeState {
  return {
    key: node.key,
    ...(node.role ? { role: node.role } : {}),
    ...(node.title === undefined ? {} : { title: node.title }),
    status: 'pending',
    starts: node.starts,
    startedAt: node.startedAt,
    decisions,
    timers: {},
  };
}

function forget(state: RunState, key: NodeKey, names?: string[]): void {
  const node = state.nodes.get(key);
  if (!node) return;
  const decisions = names ? node.decisions : {};
  for (const name of names ?? []) delete decisions[name];
  state.nodes.set(key, pending(node, decisions));
  state.waiting.delete(key);
  state.remembered = state.remembered.filter((entry) => entry.node !== key);
  state.memory = new Map(state.remembered.map((entry) => [entry.key, entry.value]));
}
