import type { JsonObject } from '../../shared/json.ts';
import type { Definition, NodeKey, Role } from '../../shared/workflow/definition.ts';
import type { PersonaShape } from '../../shared/workflow/role.ts';
import type { Action, RunInfo, Services } from '../actions/action.ts';
import type { Clock } from '../clock.ts';
import type { Journal } from '../journal/journal.ts';
import type { Primitive } from '../primitives/primitive.ts';
import type { StepLogs } from './step-logs.ts';
import type { DeviceOwner } from './signing.ts';

/** What the embedded engine is made of. Only the composition root and tests choose. */
export interface EmbeddedOptions {
  journal: Journal;
  clock: Clock;
  primitives: ReadonlyMap<Role, Primitive>;
  actions: ReadonlyMap<string, Action>;
  /** The personas that hold now, by id: a run may use what it was pinned to and these both allow. */
  personas(): ReadonlyMap<string, PersonaShape>;
  /** Why a persona may not work: its tools cost more than its budget. Not asked where there is none. */
  overBudget?(persona: PersonaShape): Promise<string | undefined> | undefined;
  /** Called workflow pages by name, for pinning. */
  page(name: string): Definition | undefined;
  /** The daemon's means for one step of one run. */
  services(run: RunInfo, node: NodeKey): Services;
  /** Inputs with each path among them as it really is. Throws `input.outside`. As they are when there is none. */
  paths?(definition: Definition, inputs: JsonObject): JsonObject;
  secrets: { read(name: string): Promise<string> };
  redact<T>(value: T): T;
  /** The same for one line of a longer text, in which a secret may begin or end. As `redact` when there is none. */
  redactPiece?(line: string): string;
  /** Where lines of steps are kept; nowhere when there is none. */
  logs?: StepLogs;
  /** Hashes of definitions that are trusted as shipped. */
  shipped: ReadonlySet<string>;
  owner: DeviceOwner;
  policy: Policy;
  /** Whether a run of the journal works on another engine; none does without it. */
  elsewhere?(run: string): boolean;
  /** Ends what an earlier life of this process left running. Awaited before anything goes on. */
  endSurvivors?(): Promise<void>;
  /** A failure of the journal or a bug: the run was let go and can be resumed. */
  onInterrupted?(run: string, error: unknown): void;
}

export interface Policy {
  /** Whether a definition must be trusted before it runs. */
  trust: boolean;
  /** Whether a run with writes needs a signature to start. */
  signToStart: boolean;
}
