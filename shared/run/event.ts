import type { Failure } from '../failure.ts';
import type { Alert } from '../incident/alert.ts';
import type { IncidentChange } from '../incident/change.ts';
import type { LineDeed } from '../incident/moments.ts';
import type { Level } from '../incident/severity.ts';
import type { Json, JsonObject } from '../json.ts';
import type { NodeKey, Role } from '../workflow/definition.ts';
import type { Effect } from '../workflow/role.ts';
import type { Assumed } from './assumed.ts';

/** Who did something. `id` is a person's, persona's or device's id where there is one. */
export interface Actor {
  kind: 'person' | 'persona' | 'system';
  name: string;
  id?: string;
}

/** A person's signed agreement (security.md 5): enough to verify it later, offline. */
export interface Signature {
  person: string;
  device: string;
  /** SPKI, base64. */
  publicKey: string;
  nonce: string;
  /** SHA-256, hex, of the canonical JSON of exactly what was shown. */
  digest: string;
  /** ECDSA P-256 over SHA-256 of `nonce` and `digest`, IEEE P1363, base64. */
  signature: string;
  /** Milliseconds since the epoch. */
  at: number;
}

/** One automatic requirement of a gate, with what it saw. */
export interface CheckResult {
  id: string;
  title: string;
  held: boolean;
  /** The expression, and the values of the names in it. */
  that: string;
  saw: Json;
  /** Why it could not be evaluated, which counts as not held. */
  error?: string;
  /** Of a dry run: it judges what stands `now`, before what was not done; or that itself, of which nothing is known. */
  assumed?: 'now' | 'unknown';
}

/** What is asked of persons at one sign-off. */
export interface SignOffRequest {
  id: string;
  title: string;
  people: number;
  from?: string[];
  notStarter: boolean;
  /** Absolute, milliseconds since the epoch. */
  deadline?: number;
}

/** A question that is open to a person or an agent. */
export interface Question {
  question: string;
  /** Why it is put to them at all, where the page does not say it: as no model is configured, or something failed before. */
  because?: string;
  options?: string[];
  /** JSON Schema of the answer, when it is a form. */
  form?: JsonObject;
  from: 'person' | 'agent';
  deadline?: number;
}

/**
 * Everything that can happen in a run. The journal's rows and the protocol's messages are these payloads.
 * `node` of the event is the key of the node it belongs to, empty for the run itself.
 */
export interface Payloads {
  'run.started': {
    definition: string;
    title: string;
    /** Counts from 1 for each UTC date. */
    number: number;
    inputs: JsonObject;
    by: Actor;
    dryRun: boolean;
    graph?: string;
    /** The page it was started from, as the graph names it. */
    page?: string;
    /** The memory namespace: the run's own id, or the one the header names. */
    memory: string;
    parent?: { run: string; node: NodeKey };
    /** Persona id → hash of its definition as pinned. */
    personas: Record<string, string>;
    signature?: Signature;
  };
  /** Somebody asked to go on after a failure, cancel or suspension. `forget` are the recordings that no longer count. */
  'run.resumed': { by: Actor; forget: Forgotten[] };
  /** `resume --from`: as resumed, with a new epoch. */
  'run.reset': { by: Actor; from: NodeKey; forget: Forgotten[] };
  /** Somebody had the run go on with its edited page (engine.md, Resume): from here on it is pinned to another definition. */
  'run.moved': Moved;
  'run.completed': { output: Json };
  'run.failed': { failure: Failure };
  'run.cancelling': { by: Actor; reason?: string };
  'run.cancelled': { failure: Failure };
  /** Cannot go on before somebody acts: the definition no longer compiles, or it was restored from a backup. */
  'run.suspended': { failure: Failure };
  /** A step about to act, or a container entered. Committed before a write or irreversible effect. */
  'node.started': { role: Role; title: string; step?: StepStart; persona?: string };
  'node.completed': {
    output: Json;
    startedAt: number;
    step?: StepStart;
    remember?: JsonObject;
    taint?: Taint;
    assumed?: Assumed;
    /** Of a dry run: what stands in the way now, if nothing before this would change it. */
    doubt?: string;
  };
  'node.failed': { failure: Failure; startedAt: number; step?: StepStart };
  'node.cancelled': { startedAt: number };
  /**
   * Its condition did not hold, or a person decided it with a signature: then `shown` is the digest of what was shown, and the
   * signature is over that and the reason (`reasonedDigest`).
   */
  'node.skipped': { reason: string; signature?: Signature; shown?: string };
  /** A write that ended without an answer. */
  'node.unknown': { failure: Failure; step: StepStart };
  /** What asking the counterpart about an unknown outcome gave. */
  'effect.verified': { verdict: 'done' | 'not-done' | 'unsure'; why?: string };
  /** Something that replay must not decide again: a route's case, a list, a deadline, the next attempt's time. */
  'decision.made': { name: string; value: Json; transient?: boolean };
  /** A branch of a parallel or a deadline's work ended; the order of these decides races. */
  'branch.ended': { name: string; failure?: Failure; output?: Json };
  /** `once`: when it has fired, a resume of what it belongs to does not wait for it again. */
  'timer.set': { name: string; at: number; once?: true };
  'timer.fired': { name: string };
  /** A durable message for a waiting node: an answer, a signature, a refusal, a child run's end. */
  'signal.received': { name: string; value: Json };
  /** `assumed` where a dry run asks nobody and takes it for passed. */
  'gate.opened': { title: string; checks: CheckResult[]; signOffs: SignOffRequest[]; digest: string; assumed?: true };
  'gate.signed': { signOff: string; signature: Signature };
  /** With a reason, that is signed too, as in `node.skipped`. */
  'gate.refused': { signOff: string; signature: Signature; reason?: string; shown?: string };
  /** `assumed` where nobody decided that: a dry run goes on as if. */
  'gate.closed': { passed: boolean; why: string; assumed?: true };
  'ask.opened': Question;
  'ask.answered': { answer: Json; by: Actor };
  /** A person gave a stage's agent another persona; `node` is the stage. The page's own steps keep theirs. */
  'persona.switched': { from: string | null; to: string; by?: Actor; signature?: Signature };
  /** `by` is the agent that wanted it, where it was no step of the page. */
  'persona.refused': { persona: string; wanted: string; why: string; by?: Actor };
  /** The definitions of tools that a model or an agent was given in a stage (`node`, or a step of it). */
  'tools.offered': ToolsOffered;
  /** A tool is about to be called for an agent: committed before it is. `call` is the same in its `tool.ended`. */
  'tool.called': ToolCalled;
  /** What became of it. `answer` only where it may have to be given again after a restart. */
  'tool.ended': ToolEnded;
  /** A model has had its turn in a step: what it said, and what that cost. A later life of the run gives it again. */
  'agent.turn': AgentTurn;
  /** An agent or a person wants the run to remember something. */
  'memory.added': { key: string; value: Json; by: Actor };
  /** The run is about an incident from now on: one at most. */
  'incident.opened': {
    /** `INC-YYYY-MM-DD-NNN`, by the UTC day. */
    id: string;
    title: string;
    service: string;
    severity: Level;
    /** False where the default was taken. */
    known: boolean;
    why: string;
    by: Actor;
    /** Of the alert that opened it. */
    source?: string;
  };
  /**
   * What became news by one message of a source: an episode that fires, or one that is over. Repeats are no events. `leftOut` is
   * how many more the source says it had and did not tell of, where that is more than before.
   */
  'alerts.received': { source: string; firing: Alert[]; resolved: Alert[]; leftOut?: number };
  /** Somebody says how the incident stands. `why` where it corrects what was known; `key` is a step's, said once. */
  'incident.updated': { change: IncidentChange; by: Actor; why?: string; key?: string };
  /** A person changes how a line of the timeline is told; what it was stays on record. */
  'incident.line': { line: number; deed: LineDeed; text?: string; at?: number; by: Actor; why: string };
  /** A line that a person or an action wants in the timeline. */
  'note.added': { text: string; by: Actor; evidence?: Json };
}
export type EventType = keyof Payloads;

/** How a run came to its edited page. */
export interface Moved {
  by: Actor;
  /** Hashes of the definitions; both are kept. */
  from: string;
  to: string;
  title: string;
  /** As it was given, with the defaults of what the edited page takes besides, and without what it takes no more. */
  inputs: JsonObject;
  /** Persona id → hash of its definition as pinned anew. */
  personas: Record<string, string>;
  /** Nodes by path, those of called pages behind the page's name; all empty where only their order is another one. */
  changes: { added: string[]; removed: string[]; changed: string[] };
  /** What no longer counts, as in `run.resumed`. */
  forget: Forgotten[];
  /** The gates among it that are asked anew: what was agreed to there is not what they would let happen now. */
  gates: NodeKey[];
  signature?: Signature;
}

/** What a model or an agent was offered. Tools are `server/tool`; tokens are counted over their definitions as given. */
export interface ToolsOffered {
  to: string;
  persona: string;
  tools: string[];
  tokens: number;
  /** Of Stagebook's own tools besides, where there are any. */
  own: number;
  budget?: number;
  /** By which it was counted. */
  tokenizer: string;
  /** Tools whose descriptions were shortened so that all fit the budget. */
  shortened: string[];
}

/** One call of a tool for an agent. */
export interface ToolCalled {
  call: string;
  persona: string;
  server: string;
  tool: string;
  effect: Effect;
  /** The arguments, redacted. */
  with: JsonObject;
  by: Actor;
}

/** One turn of a model in the conversation of a step. */
export interface AgentTurn {
  /** The idempotency key of the step: the same for all of its attempts. */
  conversation: string;
  /** From 1. */
  turn: number;
  model: string;
  /** What it said, for people. */
  text: string;
  /** The calls of tools that it wants, in order. */
  calls: { id: string; name: string; input: Json }[];
  /** What it said, as its library keeps it for the next turn. */
  messages: Json[];
  /** `stop`, `tool-calls`, `length` … */
  finish: string;
  tokens: { input: number; output: number };
  /** By the prices of the configuration. */
  cost?: number;
}

/** How a call of a tool ended. `tokens` are those of its arguments and its answer. */
export type ToolEnded =
  | { call: string; outcome: 'answered'; tokens: number; answer?: Json }
  | { call: string; outcome: 'failed' | 'unknown'; tokens: number; failure: Failure };

/**
 * That an output comes from elsewhere (security.md 9): `own` when the node itself brought it in; else the sequence number of
 * the last event that brought in what it was made from.
 */
export type Taint = 'own' | number;

/** A node whose recordings no longer count. Its decisions stay when `names` is given, but for the named ones. */
export interface Forgotten {
  node: NodeKey;
  names?: string[];
}

/** What a step was about to do: recorded per attempt, redacted. */
export interface StepStart {
  action: string;
  effect: Effect;
  /** The resolved settings, redacted. */
  with: Json;
  /** The idempotency key (engine.md, Effects). */
  key: string;
  persona?: string;
  /** The isolation in force, for steps that run code. */
  sandbox?: string;
}

/** One row of the journal. */
export type RunEvent<T extends EventType = EventType> = {
  [K in T]: {
    /** Global and gapless in commit order: the cursor by which a client resumes. */
    pos: number;
    run: string;
    /** From 1 within the run. */
    seq: number;
    type: K;
    node: NodeKey;
    attempt: number;
    epoch: number;
    /** Milliseconds since the epoch. */
    at: number;
    payload: Payloads[K];
    /** SHA-256, hex, of the run's event before this one; empty for the first. */
    prev: string;
  };
}[T];

/** An event that is not recorded yet. */
export type NewEvent<T extends EventType = EventType> = {
  [K in T]: { type: K; node: NodeKey; attempt?: number; payload: Payloads[K] };
}[T];
