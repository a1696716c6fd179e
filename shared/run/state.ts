import type { Failure } from '../failure.ts';
import type { IncidentState } from '../incident/state.ts';
import type { Json, JsonObject } from '../json.ts';
import type { NodeKey, Role } from '../workflow/definition.ts';
import type { Assumed } from './assumed.ts';
import type {
  Actor,
  AgentTurn,
  CheckResult,
  Moved,
  Question,
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
  /** Of a dry run: how far this is not what a real one would have. */
  assumed?: Assumed;
  /** What stood in its way when a dry run came by, if nothing before it would have changed that. */
  doubt?: string;
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
  /** Nobody was asked: a dry run takes it for passed. */
  assumed?: true;
}
