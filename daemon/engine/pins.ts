import { fail, type Failure } from '../../shared/failure.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { Definition } from '../../shared/workflow/definition.ts';
import type { PersonaShape } from '../../shared/workflow/role.ts';
import { brokenBy } from './compile.ts';
import type { Transaction } from '../journal/journal.ts';
import { bodyOf, hashOf, isWorkflow, readBody, type Pinned } from './definitions.ts';
import type { CalledPages } from './engine.ts';
import type { EmbeddedOptions } from './options.ts';
import { isSamePersonas, ownPersonas, personaHashes } from './pinned-personas.ts';

/** What runs are pinned to: made from a page and what it names, and read again from the journal. Each is read once. */
export class Pins {
  readonly #options: Pick<EmbeddedOptions, 'journal' | 'personas' | 'page' | 'primitives' | 'actions'>;
  readonly #read = new Map<string, Pinned>();
  readonly #checked = new Map<string, Failure | undefined>();
  readonly #hashes = new WeakMap<Definition, string>();

  constructor(options: Pick<EmbeddedOptions, 'journal' | 'personas' | 'page' | 'primitives' | 'actions'>) {
    this.#options = options;
  }

  /** A definition with everything it calls and the personas it names, as they are now. `given` pages go before those known here. */
  pin(definition: Definition, given: CalledPages = {}): Pinned {
    const pages: Record<string, Definition> = {};
    const personas: Record<string, PersonaShape> = {};
    const known = this.#options.personas();
    const visit = (each: Definition): void => {
      for (const { page, persona } of namesIn(each)) {
        const shape = persona === undefined ? undefined : known.get(persona);
        if (shape) personas[shape.id] = shape;
        const called = page === undefined || page in pages ? undefined : (given[page] ?? this.#options.page(page));
        if (page === undefined || !called) continue;
        pages[page] = called;
        visit(called);
      }
    };
    visit(definition);
    return { definition, pages, personas };
  }

  hash(pinned: Pinned): string {
    if (Object.keys(pinned.pages).length > 0) return hashOf(pinned);
    const known = this.#hashes.get(pinned.definition) ?? hashOf(pinned);
    this.#hashes.set(pinned.definition, known);
    return known;
  }

  /**
   * Keeps it with a commit, unless the journal has it. What was read of one that was only looked at, and dropped since, holds no
   * more: its personas may have been others.
   */
  keep(transaction: Transaction, hash: string, pinned: Pinned): void {
    if (transaction.putDefinition(hash, () => bodyOf(pinned))) this.#read.delete(hash);
  }

  /** What the journal keeps under a hash. Throws `definition.not_found`. */
  read(hash: string): Pinned {
    const known = this.#read.get(hash);
    if (known) return known;
    const body = this.#options.journal.definition(hash);
    if (body === undefined || !isWorkflow(body)) {
      throw fail('not-found', 'definition.not_found', `There is no definition ${hash} in the journal.`);
    }
    const pinned = readBody(body);
    this.#read.set(hash, pinned);
    return pinned;
  }

  /** What a run is pinned to: its definition, with the personas of which it has these hashes on record. */
  ofRun({ run, definition, personas }: Pick<RunState, 'run' | 'definition' | 'personas'>): Pinned {
    const pinned = this.read(definition);
    if (isSamePersonas(personas, personaHashes(pinned.personas))) return pinned;
    return { ...pinned, personas: ownPersonas(this.#options.journal, run) ?? pinned.personas };
  }

  /**
   * Why it cannot run with what is registered now, if so. What is registered does not change in a daemon's life, so each
   * definition is checked once.
   */
  broken(hash: string, pinned: Pinned): Failure | undefined {
    const key = `${hash} ${JSON.stringify(pinned.personas)}`;
    if (!this.#checked.has(key)) this.#checked.set(key, brokenBy(pinned, this.#options));
    return this.#checked.get(key);
  }
}

function* namesIn(definition: Definition): Generator<{ page?: string; persona?: string }> {
  const stack = [...definition.body];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (node.role === 'call') yield { page: String(node.settings.page) };
    if (node.role === 'stage') yield { persona: String(node.settings.persona) };
    stack.push(...node.children);
  }
}
