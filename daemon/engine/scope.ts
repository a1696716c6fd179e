import type { Json, JsonObject } from '../../shared/json.ts';
import type { Assumed } from '../../shared/run/assumed.ts';
import type { Scope } from '../primitives/primitive.ts';

/** What an expression can see of a node: `output` only on success (language.md, Scope). */
export type Visible = {
  status: string;
  output?: Json;
  /** That the output comes from elsewhere (`taint.ts`). Expressions do not see it. */
  taint?: number;
  /** Of a dry run: how far it is assumed (`assumed.ts`). Expressions do not see that either. */
  assumed?: Assumed;
};

/** The nodes in scope, by id, and the names that `foreach` binds. A fork sees what it was made from; not the other way. */
export class NodeScope implements Scope {
  readonly #parent: NodeScope | undefined;
  readonly #own = new Map<string, Visible>();
  readonly #names: Readonly<Record<string, Json>>;
  #namesTaint = 0;
  #namesAssumed: Assumed | undefined;

  constructor(parent?: NodeScope, names: Readonly<Record<string, Json>> = {}) {
    this.#parent = parent;
    this.#names = names;
  }

  fork(names: Readonly<Record<string, Json>> = {}): NodeScope {
    return new NodeScope(this, names);
  }

  merge(fork: NodeScope): void {
    for (const [id, visible] of fork.#own) this.#own.set(id, visible);
  }

  set(id: string, visible: Visible): void {
    this.#own.set(id, visible);
  }

  get(id: string): Visible | undefined {
    return this.#own.get(id) ?? this.#parent?.get(id);
  }

  /** The nodes of these ids that have been reached, as expressions see them. */
  steps(ids: Iterable<string>): JsonObject {
    const steps: JsonObject = {};
    for (const id of ids) {
      const visible = this.get(id);
      // Every id has a status, so that has() can be asked of one that was not reached.
      const { status, output } = visible ?? { status: 'pending' };
      steps[id] = output === undefined ? { status } : { status, output };
    }
    return steps;
  }

  /** Says that the names of this fork were made of what comes from elsewhere. */
  taintNames(taint: number): void {
    if (Object.keys(this.#names).length > 0) this.#namesTaint = Math.max(this.#namesTaint, taint);
  }

  /** The taint of a name that `foreach` binds; 0 without any. */
  taintOf(name: string): number {
    if (Object.hasOwn(this.#names, name)) return this.#namesTaint;
    return this.#parent?.taintOf(name) ?? 0;
  }

  /** Says that the names of this fork are made of what is assumed. */
  assumeNames(assumed: Assumed | undefined): void {
    if (Object.keys(this.#names).length > 0) this.#namesAssumed = assumed;
  }

  /** How far a name that `foreach` binds is assumed. */
  assumedOf(name: string): Assumed | undefined {
    if (Object.hasOwn(this.#names, name)) return this.#namesAssumed;
    return this.#parent?.assumedOf(name);
  }

  names(): Record<string, Json> {
    return { ...this.#parent?.names(), ...this.#names };
  }
}
