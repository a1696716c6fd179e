import type { JsonObject, JsonSchema } from '../../json.ts';
import type { Path } from '../cel/paths.ts';
import { fieldOf, schemaAt } from '../cel/schema-type.ts';
import { ITEM } from '../cel/syntax.ts';
import { inputSchema } from '../inputs.ts';
import { nearest } from '../nearest.ts';
import type { Subject } from './check.ts';
import { Remembered } from './remembered.ts';
import type { Asking } from './asking.ts';

/** Names of `run` in expressions. */
const RUN: JsonSchema = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    number: { type: 'number' },
    title: { type: 'string' },
    date: { type: 'string' },
    started_at: { type: 'string' },
    by: { type: 'string' },
    dry_run: { type: 'boolean' },
  },
};

/** Hints cost a comparison with every name there is; a page with more mistakes than this has other worries. */
const MOST_HINTS = 50;

interface Trouble {
  code: string;
  message: string;
}

/** Which names stand for something, and of what type. */
export class Names {
  readonly #ids: ReadonlySet<string>;
  readonly #inputs: JsonSchema;
  readonly #memory: Remembered | undefined;
  #hints = 0;

  constructor(subject: Subject) {
    const { settings } = subject.definition.header;
    this.#ids = new Set(subject.nodes.map(({ node }) => node.id));
    this.#inputs = inputSchema(settings.inputs);
    // A named memory may hold what other runs remembered; the run's own holds only what this page remembers.
    this.#memory = settings.memory === undefined ? new Remembered(subject) : undefined;
  }

  /** Why a chain of names does not stand for anything; undefined when it does, as far as is known before it runs. */
  trouble(path: Path, asking: Asking): Trouble | undefined {
    const [root, id] = path.names as [string, string | undefined];
    switch (root) {
      case 'steps':
        return id === undefined ? undefined : this.#step(id, path, asking);
      case 'inputs':
        return this.#fields(this.#inputs, path, 1, 'inputs', 'input.undeclared');
      case 'run':
        return this.#fields(RUN, path, 1, 'run');
      case 'memory':
        return id === undefined || path.asked ? undefined : this.#remembered(id, asking);
      case 'alert':
        return undefined;
      case 'output':
        if (asking.output) return this.#fields(asking.output, path, 1, 'output');
        return { code: 'name.unknown', message: '“output” is known only in remember, and in the until of a repeat.' };
      default: {
        const item = asking.scope.bound(root);
        if (item) return this.#fields(item, path, 1, root);
        return this.#unknown('name.unknown', `Nothing here is called “${root}”`, root, [
          'inputs',
          'steps',
          'memory',
          'run',
        ]);
      }
    }
  }

  /** The type of what a chain of names stands for; undefined when nothing is known about it. */
  schemaOf(names: readonly string[], asking: Asking): JsonSchema | undefined {
    const [root, id, field] = names;
    switch (root) {
      case 'steps':
        if (id === undefined || field === undefined) return undefined;
        if (field === 'status') return { type: 'string' };
        return field === 'output' ? schemaAt(asking.scope.get(id)?.schema, names.slice(3)) : undefined;
      case 'inputs':
        return schemaAt(this.#inputs, names.slice(1));
      case 'run':
        return schemaAt(RUN, names.slice(1));
      case 'output':
        return schemaAt(asking.output, names.slice(1));
      case undefined:
        return undefined;
      default:
        return schemaAt(asking.scope.bound(root), names.slice(1));
    }
  }

  #step(id: string, path: Path, asking: Asking): Trouble | undefined {
    const known = asking.scope.get(id);
    if (!known) {
      if (!this.#ids.has(id))
        return this.#unknown('id.unknown', `There is no node “${id}” on this page`, id, this.#ids);
      const message = `“${id}” is not known here: it comes later, stands in another branch, or runs several times.`;
      return { code: 'id.not_set', message };
    }
    const field = path.names[2];
    if (field === undefined || field === 'status') return undefined;
    if (field !== 'output') {
      const message = `A node has status and output, not “${field}”`;
      return this.#unknown('field.unknown', message, field, ['status', 'output']);
    }
    if (known.schema.type === 'null') return { code: 'output.none', message: `“${id}” never has an output.` };
    const chain = `steps.${id}.output`;
    // To ask whether there is an output is always possible; to ask for a part of it, only where there is one.
    if (path.asked && path.names.length === 3) return undefined;
    if (!known.certain && !path.given.has(chain) && !asking.scope.assumes(chain)) {
      return { code: 'output.maybe', message: `“${id}” may have no output here. Ask first: has(${chain}) && …` };
    }
    return this.#fields(known.schema, path, 3, `the output of “${id}”`);
  }

  #remembered(key: string, { visited }: Asking): Trouble | undefined {
    if (!this.#memory || this.#memory.before(key, visited)) return undefined;
    if (!this.#memory.keys.has(key)) {
      return this.#unknown('memory.unknown', `Nothing on this page remembers “${key}”`, key, this.#memory.keys.keys());
    }
    return { code: 'memory.not_set', message: `“${key}” is remembered only later on this page.` };
  }

  #fields(schema: JsonSchema, path: Path, from: number, of: string, code = 'field.unknown'): Trouble | undefined {
    let at: JsonSchema | undefined = schema;
    for (const [index, name] of path.names.entries()) {
      if (index < from) continue;
      const next: JsonSchema | 'missing' | undefined = fieldOf(at, name);
      // Of inputs all are known, also when there are none.
      const none = next === 'missing' || (code === 'input.undeclared' && index === from && !next);
      if (none && name !== ITEM) {
        const inside = [of, ...path.names.slice(from, index)].join('.').replaceAll('.[]', '[]');
        const what = inside.startsWith('the ') ? `T${inside.slice(1)}` : `“${inside}”`;
        const known = Object.keys((at?.properties ?? {}) as JsonObject);
        return this.#unknown(index === from ? code : 'field.unknown', `${what} has no “${name}”`, name, known);
      }
      at = next === 'missing' ? undefined : next;
    }
    return undefined;
  }

  #unknown(code: string, message: string, name: string, known: Iterable<string>): Trouble {
    this.#hints += 1;
    const near = this.#hints > MOST_HINTS ? undefined : nearest(name, known);
    return { code, message: `${message}.${near ? ` Did you mean ${near}?` : ''}` };
  }
}
