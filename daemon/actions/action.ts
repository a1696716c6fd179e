import type { z } from 'zod';
import type { IncidentChange } from '../../shared/incident/change.ts';
import type { IncidentState } from '../../shared/incident/state.ts';
import type { Json } from '../../shared/json.ts';
import type { Question } from '../../shared/run/event.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { NodeKey } from '../../shared/workflow/definition.ts';
import type { Effect } from '../../shared/workflow/role.ts';
import type { Clock } from '../clock.ts';
import type { Notices } from '../notices/notices.ts';
import type { Sources } from '../telemetry-sources/sources.ts';

/**
 * One action of the catalogue: what a step's `uses` names. Write `with` as `input` demands; the engine resolves
 * expressions and secrets, parses, checks the persona, records, calls `run` and records again.
 */
export interface Action<I = unknown, O = unknown> {
  /** `integration.verb` or `integration.verb_noun`, snake_case. */
  name: string;
  /** One sentence: what it does, as the trust dialog and `stagebook explain` print it. */
  summary: string;
  /** engine.md, Effects. A function where the settings decide (`shell.run`). */
  effect: Effect | Decision<I>['effect'];
  input: z.ZodType<I>;
  output: z.ZodType<O>;
  /** Which of the inputs are paths and hosts, for the trust dialog and the persona's limits. */
  touches?: {
    paths?: readonly string[];
    hosts?: readonly string[];
    programs?: readonly string[];
  };
  /** Inputs in which no expression may stand (language.md, Literals only). */
  literal?: readonly string[];
  takesSource?: boolean;
  /** It runs code in the sandbox: how that isolates is recorded with the step. */
  sandboxed?: boolean;
  /** What it gives comes from elsewhere: an issue, a log, a web page (security.md 9). */
  taints?: boolean | Judgement<O>['taints'];
  /** Which of what was remembered it gives, as an expression names it: `memory.key`, or `memory` for all of it. */
  recalls?(input: I): string;
  /** It writes pages: a run that has it needs a graph. */
  needsGraph?: boolean;
  /** Does it. Throws a StagebookError; `unanswered` failures of a write make its outcome unknown. Must obey `context.signal`. */
  run(input: I, context: ActionContext): Promise<O>;
  /** Finds out whether an earlier try under `context.key` (or `context.earlierKeys`) took effect. Reads only. */
  verify?(input: I, context: ActionContext): Promise<Verdict<O>>;
  /** How long after the try an `unsure` is asked again, in milliseconds; 0 by default. */
  settleMs?: number;
  /** What a dry run shows as the output, without any effect; by default a placeholder made from `output`. */
  preview?(input: I, context: ActionContext): Promise<O>;
}

interface Judgement<O> {
  taints(output: O, state: RunState): boolean;
}

/** A method, so that an action of any settings is an `Action`, as the catalogue lists them. */
interface Decision<I> {
  effect(input: I): Effect;
}

/**
 * Thrown by an action that cannot go on without a person: the step waits for the answer to this one question, then the action
 * is called again and finds it in its context.
 */
export class NeedsPerson extends Error {
  override readonly name = 'NeedsPerson';
  readonly question: Question;

  constructor(question: Question) {
    super(question.question);
    this.question = question;
  }
}

export type Verdict<O> = { is: 'done'; result: O } | { is: 'not-done' } | { is: 'unsure'; why: string };

/** What an action sees of the world. Nothing else: no journal, no engine, no sibling. */
export interface ActionContext {
  /** The idempotency key: the same for every attempt of this node in this epoch (engine.md, Effects). */
  key: string;
  /** The keys of this node in earlier epochs, for `verify`. */
  earlierKeys: readonly string[];
  /** From 1. */
  attempt: number;
  /** Whether a try under one of these keys was begun before this one, in whatever way it ended. */
  begunBefore?: boolean | undefined;
  signal: AbortSignal;
  clock: Clock;
  /** The step's key in its run, and the persona whose stage it stands in. */
  node: NodeKey;
  persona: string | null;
  /** Why tools that change something are closed to an agent here: what it is given comes from elsewhere (security.md 9). */
  tainted?(): string | undefined;
  /** What a person answered to the question with which an earlier try ended (`NeedsPerson`). */
  answer?: Json | undefined;
  /** The step's fence in another language. */
  source?: { language: string; text: string } | undefined;
  /** Whether the persona may not touch a file, wherever its path leads; nothing is restricted where it is left out. */
  isRestricted?(path: string): boolean;
  /** Shows a line of live output; redacted and kept as the step's log. */
  log(line: string): void;
  run: RunInfo;
  services: Services;
}

export interface RunInfo {
  id: string;
  title: string;
  startedAt: number;
  /** Who started it. */
  by: string;
  /** The fold of everything recorded so far. */
  state(): RunState;
}

/** The daemon's own means, as ports. Each is one file under `daemon/`. */
export interface Services {
  process: ProcessRunner;
  sandbox: Sandbox;
  memory: Memory;
  pages: Pages;
  /** Like global fetch, with the daemon's defaults (agent string, limits). */
  fetch: typeof fetch;
  /** The run's incident; undefined where there is no journal to keep it in. */
  incidents?: Incidents;
  /** Messages to people, queued; undefined where nothing can be sent. */
  notices?: Notices;
  /** Settings of the daemon that actions may read: registries, API base addresses. */
  config: ActionConfig;
}

/** Addresses of counterparts; each can be overridden in the daemon's configuration. */
export interface ActionConfig {
  githubUrl: string;
  /** Whether writes to GitHub keep a second's distance, as GitHub asks; by default yes, except on this machine. */
  githubPaced?: boolean;
  npmRegistry: string;
  npmStagingRegistry?: string;
  pypiUploadUrl: string;
  pypiIndexUrl: string;
  pypiStagingUploadUrl?: string;
  pypiStagingIndexUrl?: string;
  /** Where a running system can be looked at. */
  sources?: Sources;
  /** Programs that are not on the PATH: `{ python: '/usr/bin/python3' }`. */
  programs: Readonly<Record<string, string>>;
  /** Where steps may keep work that outlives them: built artifacts, sandboxes. */
  workDirectory: string;
}

export interface ProcessRunner {
  /**
   * Runs a program by argv, never through a shell, in a process group of its own with a clean environment plus `env`.
   * Resolves with the exit code whatever it is; throws only when it could not be started or was stopped
   * (`process.not_found`, `process.timeout`, `process.cancelled`). Ends the whole group on abort or time-out.
   */
  run(argv: readonly string[], options?: ProcessOptions): Promise<ProcessResult>;
}
export interface ProcessOptions {
  cwd?: string;
  env?: Readonly<Record<string, string>>;
  input?: string | Uint8Array;
  signal?: AbortSignal;
  timeoutMs?: number;
  onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
  /** Bytes of each stream that are kept, the end of it; 1 MiB by default. */
  keepBytes?: number;
}
export interface ProcessResult {
  exitCode: number;
  /** The signal that ended it, when one did. */
  signal?: string;
  stdout: string;
  stderr: string;
  durationMs: number;
}

/** Runs code that nobody has read. One port for the local sandbox and E2B. */
export interface Sandbox {
  /** What is in force here and now, and why, as it is shown on the step. */
  level(): Promise<{ level: SandboxLevel; why: string }>;
  /** Throws `sandbox.unavailable` rather than falling back to the host. */
  run(request: SandboxRequest): Promise<SandboxResult & { level: SandboxLevel }>;
}
export type SandboxLevel = 'e2b' | 'bubblewrap' | 'seatbelt' | 'unisolated' | 'none';
export interface SandboxResult extends ProcessResult {
  /** What `keep` asked for, by name: what is missing was not there. */
  files?: Readonly<Record<string, Uint8Array>>;
}
export interface SandboxRequest {
  /** `python`, `node` or a command by argv. */
  code?: { language: 'python' | 'node'; text: string };
  argv?: readonly string[];
  /** Files to put into the sandbox's own folder before it runs: relative name → content. */
  files?: Readonly<Record<string, string | Uint8Array>>;
  /** Names of files in the sandbox's own folder that are brought back when the code has ended, up to 10 MiB each. */
  keep?: readonly string[];
  /** Host folders that the code can read under the paths by which the request's argv, code and env name them. */
  readable?: readonly string[];
  /** Host folders of packages that the code can import by their names, read-only. */
  packages?: readonly string[];
  /** Hosts that may be reached; none by default. */
  network?: readonly string[];
  env?: Readonly<Record<string, string>>;
  timeoutMs: number;
  memoryMb?: number;
  signal: AbortSignal;
  onLine?: ProcessOptions['onLine'];
}

export interface Memory {
  read(key: string): Json | undefined;
  /** By keyword over keys and values, newest first. */
  search(words: string, limit: number): { key: string; value: Json; at: number }[];
}

/** The incident that a run is about, one at most. What is said of it is on record when a call resolves. */
export interface Incidents {
  current(): IncidentState | undefined;
  /** Opens one when the run has none. */
  ensure(): Promise<IncidentState>;
  /** Says how it stands, once for each key; opens it when the run has none. */
  say(change: IncidentChange, key: string): Promise<IncidentState>;
  isSaid(key: string): boolean;
}

/** Pages as actions see them: a write is complete when it is queued (pages.md). */
export interface Pages {
  /** Queues a page of a kind (`release`, `announcement`) computed from this run's state and `data`. Returns the page's name. */
  write(kind: string, data: Json): Promise<{ page: string }>;
  append(page: string, content: string, key: string): Promise<{ page: string }>;
  read(page: string): Promise<{ page: string; text: string } | null>;
  /**
   * A part of a page as it stands in the graph now, with what persons made of it, as plain Markdown without Logseq's bullets
   * and properties. `key` names the part as the page's kind does (`notes` on a release). Null when the page or the part is gone.
   */
  section(page: string, key: string): Promise<{ page: string; text: string } | null>;
}

export type { Effect };

/** Declares an action. Only here for the types: the action is the object you pass. */
export function defineAction<I, O>(action: Action<I, O>): Action<I, O> {
  return action;
}
