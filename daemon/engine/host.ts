import type { Json } from '../../shared/json.ts';
import type { NodeKey } from '../../shared/workflow/definition.ts';
import type { Acts } from './acts.ts';
import type { ChildRequest } from './durable.ts';

/** The run that asks, and its id. */
export interface HostedRun {
  readonly run: string;
}

/** What a journaled run needs of the engine that hosts it. */
export interface Host {
  /** Nothing in the run works; everything in it waits. It may be let go. */
  idle(run: HostedRun): void;
  /** A timer was set: wake at `at` at the latest. */
  wakeAt(at: number): void;
  /** Starts a child and records its id as the decision `child` of the parent's node, in one commit; gives the id. */
  startChild(parent: { run: string; node: NodeKey }, request: ChildRequest): Promise<string>;
  /** Changes a value that runs share and records the result as a decision, in one commit; gives the result. */
  updateCell<R extends Json>(run: string, update: CellUpdate<R>): Promise<R>;
  /** Goes on with a child that stopped before a resume; false when it is gone. Without it a resume begins another one. */
  continueChild?(parent: { run: string; node: NodeKey }, child: string): Promise<boolean>;
  cancelChild(run: string): void;
  /** What acts in this process, over all interpreters of its runs. */
  readonly acts: Acts;
  /**
   * Resolves when whoever had the run before acts no more on this effect, or had its time to end. Without it there is nobody who
   * could: a run works in this process alone.
   */
  settled?(name: string): Promise<void>;
  /** Resolves when it is certain that the run is still this process's. Without it, it always is. */
  holds?(): Promise<void>;
  /** The journal itself failed (a full disk): the run has to be let go as it is. */
  interrupted(run: HostedRun, error: unknown): void;
}

/** One change of a cell. `change` may be called again when somebody else was faster. */
export interface CellUpdate<R extends Json> {
  cell: string;
  node: NodeKey;
  /** The name of the decision. */
  as: string;
  change(current: Json | undefined): { value: Json | undefined; result: R };
}
