import type { JsonSchema } from '../../json.ts';

/** What a check knows of a node that an expression names. */
export interface Known {
  schema: JsonSchema;
  /** Whether it certainly has an output by then. */
  certain: boolean;
}

/** What is in scope at one point of a page. A fork sees its origin; what it adds is merged back or dropped. */
export class Visible {
  readonly #parent: Visible | undefined;
  readonly #own = new Map<string, Known>();
  readonly #names = new Map<string, JsonSchema>();
  #facts: ReadonlySet<string> = new Set();

  constructor(parent?: Visible) {
    this.#parent = parent;
  }

  fork(): Visible {
    return new Visible(this);
  }

  get(id: string): Known | undefined {
    return this.#find((scope) => scope.#own.get(id));
  }

  set(id: string, known: Known): void {
    this.#own.set(id, known);
  }

  /** A name that `foreach` binds. */
  bind(name: string, schema: JsonSchema): void {
    this.#names.set(name, schema);
  }

  bound(name: string): JsonSchema | undefined {
    return this.#find((scope) => scope.#names.get(name));
  }

  /** Takes chains of names (joined by dots) to exist from here on: a condition around has asked for them. */
  assume(facts: ReadonlySet<string>): void {
    this.#facts = facts;
  }

  assumes(chain: string): boolean {
    return this.#find((scope) => scope.#facts.has(chain) || undefined) ?? false;
  }

  /** Takes over what a fork added; as `maybe` none of it is certain. */
  merge(fork: Visible, as: 'all' | 'maybe'): void {
    for (const [id, known] of fork.#own) this.#own.set(id, as === 'all' ? known : { ...known, certain: false });
  }

  #find<T>(look: (scope: Visible) => T | undefined): T | undefined {
    for (let scope: Visible | undefined = this; scope; scope = scope.#parent) {
      const found = look(scope);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}
