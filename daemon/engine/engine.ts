import type { Said } from '../../shared/incident/said.ts';
import type { Json, JsonObject } from '../../shared/json.ts';
import type { Actor, RunEvent, Signature } from '../../shared/run/event.ts';
import type { RunState, RunStatus } from '../../shared/run/state.ts';
import type { Transaction } from '../journal/journal.ts';
import type { LogLines, OutputLine } from './step-logs.ts';
import type { Definition, NodeKey } from '../../shared/workflow/definition.ts';
import type { OpenRequest, RunSummary } from '../../shared/run/summary.ts';

/**
 * What the rest of the daemon may ask of the engine: the command line, the server, the pages and the tests use only this.
 * Every method that changes something resolves after its event is committed.
 */
export interface Engine {
  /** Continues every run that was active when the last process ended. Call once, before anything else. */
  open(): Promise<void>;

  /** Starts a run. Refuses with `run.untrusted`, `run.inputs`, `run.duplicate` … and then nothing is started. */
  start(request: StartRequest): Promise<string>;
  /**
   * The same in two halves, for a run that has to begin in one commit with its reason: refuses now what can be refused now; the
   * function begins the run within a transaction of the journal and gives its id.
   */
  prepare(request: StartRequest): (transaction: Transaction) => string;

  /** The fold of a run's events. Throws `run.not_found`. */
  state(run: string): RunState;
  /** The definition a run is pinned to. */
  definition(run: string): Definition;
  /** A run's events after a position, in order. */
  events(run: string, afterPos?: number): RunEvent[];
  /**
   * What a step said while it ran, redacted: lines from an offset on (0 for the first), of about `most` characters at most.
   * Kept for 30 days and 10 MB of a run; go on at `next` until `done`.
   */
  logs(run: string, node: NodeKey, offset?: number, most?: number): LogLines;
  /** The newest runs first. */
  list(filter?: RunFilter): RunSummary[];
  /** What waits for a person in one run, or in all. */
  requests(run?: string): OpenRequest[];

  /** Begins a signature: gives the nonce and the digest of exactly what is shown. The nonce holds once, for ten minutes. */
  challenge(subject: Subject): Challenge;
  /** Agrees at a sign-off. Refused: `signature.invalid`, `signature.stale`, `signature.replayed`, `signature.not_asked`. */
  sign(run: string, node: NodeKey, signOff: string, signature: Signature): Promise<void>;
  /** Refuses at a sign-off: the gate is rejected. */
  reject(run: string, node: NodeKey, signOff: string, signature: Signature, reason?: string): Promise<void>;
  /** Answers an `ask`. The answer is checked against its options or form. */
  answer(run: string, node: NodeKey, answer: Json, by: Actor): Promise<void>;
  /** Counts a failed or waiting node as skipped (language.md, Skip). */
  skip(run: string, node: NodeKey, signature: Signature, reason: string): Promise<void>;
  /** Gives the agent of a stage another persona of the run, until the stage ends. */
  usePersona(run: string, node: NodeKey, persona: string, signature: Signature): Promise<void>;
  /** A person says something of the run's incident: it counts against what steps say. Throws `incident.none`, `incident.line`. */
  tell(run: string, said: Said, by: Actor): Promise<void>;
  cancel(run: string, by: Actor, reason?: string): Promise<void>;
  /** Goes on after a failure, a cancel or a suspension; `from` repeats a node and everything after it in a new epoch. */
  resume(run: string, request: { by: Actor; from?: string }): Promise<void>;

  /**
   * Has a run that waits or has stopped go on with its edited page, of which `definition` is the hash (`propose`): an explicit act,
   * which needs what starting it needs. Throws `run.active`, `run.not_stopped`, `move.same`, `move.nodes`, `move.inputs`,
   * `move.called`, `move.elsewhere`, `definition.broken`, `run.untrusted`, `run.unsigned` …, and then nothing is changed. What it
   * would change is shown by the challenge of kind `move`.
   */
  move(run: string, request: MoveRequest): Promise<void>;

  /**
   * Keeps a definition so that it can be shown, trusted and started with a signature. Gives its hash. `pages` as in
   * `StartRequest`.
   */
  propose(definition: Definition, pages?: CalledPages): Promise<string>;
  /** Whether somebody on this machine has agreed to this definition. */
  trusted(hash: string): boolean;
  trust(hash: string, signature: Signature): Promise<void>;

  /** Every committed event, in order, and lines of live output. Returns a function that ends it. */
  subscribe(listener: EngineListener): () => void;
  /** Resolves when the run waits for a person or has ended. */
  settled(run: string): Promise<RunState>;
  /** Stops taking work and lets go of every run as it is: all stay resumable. */
  close(): Promise<void>;
}

/** Workflow pages by the names that `call` has for them. */
export type CalledPages = Readonly<Record<string, Definition>>;

export interface StartRequest {
  definition: Definition;
  /** Pages that it calls, theirs included, where they are not among those that the engine knows by itself. */
  pages?: CalledPages;
  inputs: JsonObject;
  by: Actor;
  dryRun?: boolean;
  /** The graph whose pages the run writes. */
  graph?: string;
  /** The page of the graph that the definition was read from. */
  page?: string;
  /** Starting twice under one key starts once; the second call gives the first run's id. */
  idempotencyKey?: string;
  /** It starts by itself, under the signature that trusted its definition: it needs trust, and no other signature. */
  trigger?: boolean;
  /** Needed when the run has writes (security.md 5); a read-only or dry run needs none. */
  signature?: Signature;
}

export interface MoveRequest {
  /** The hash of the edited definition. */
  definition: string;
  by: Actor;
  /** Needed when the edited page has writes; of this move alone, whatever was signed to start it. */
  signature?: Signature;
}

export interface RunFilter {
  status?: readonly RunStatus[];
  graph?: string;
  /** Started from this page, named without regard to capitals. */
  page?: string;
  /** Started before, in milliseconds since the epoch. */
  before?: number;
  limit?: number;
}

/** What a signature is about. */
export type Subject =
  | { kind: 'sign-off'; run: string; node: NodeKey; signOff: string }
  | { kind: 'reject'; run: string; node: NodeKey; signOff: string }
  | { kind: 'skip'; run: string; node: NodeKey }
  | { kind: 'persona'; run: string; node: NodeKey; persona: string }
  | { kind: 'move'; run: string; definition: string }
  | { kind: 'start'; definition: string; inputs: JsonObject }
  | { kind: 'trust'; definition: string };

export interface Challenge {
  nonce: string;
  /** SHA-256, hex, of the canonical JSON of `shown`. */
  digest: string;
  /** Exactly what the person has to be shown: the gate, its evidence, the effects that follow. */
  shown: JsonObject;
}

export interface EngineListener {
  events?(events: readonly RunEvent[]): void;
  /** A redacted line of a running step's output; not recorded as an event. */
  output?(line: OutputLine): void;
}
