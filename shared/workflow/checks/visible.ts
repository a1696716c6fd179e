import type { JsonSchema } from '../../json.ts';

/** What a check knows of a node that an expression names. */
export interface Known {
  schema: JsonSchema;
  /** Whether it certainly has an output by then. */
  certain: boolean;
}

/** The nodes that are in scope at one point of a page. Forks see their origin; what they add is merged back or dropped. */
export class Visible {
  readonly #parent: Visible | undefined;
  readonly #own = new Map<string, Known>();
  readonly #names = new Map<string, JsonSchema>();

  constructor(parent?: Visible) {
    this.#parent = parent;
  }

  fork(): Visible {
    return new Visible(this);
  }

  get(id: string): Known | undefined {
    return this.#own.get(id) ?? this.#parent?.get(id);
  }

  set(id: string, known: Known): void {
    this.#own.set(id, known);
  }

  /** A name that `foreach` binds. */
  bind(name: string, schema: JsonSchema): void {
    this.#names.set(name, schema);
  }

  bound(name: string): JsonSchema | undefined {
    return this.#names.get(name) ?? this.#parent?.bound(name);
  }

  /** Takes over what a fork added; `maybe` when none of it is certain. */
  merge(fork: Visible, as: 'all' | 'maybe'): void {
    for (const [id, known] of fork.#own) this.#own.set(id, as === 'all' ? known : { ...known, certain: false });
  }
}
