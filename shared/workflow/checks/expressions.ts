import { StagebookError } from '../../failure.ts';
import { isObject, type Json, type JsonObject, type JsonSchema } from '../../json.ts';
import { compile, type Path, type Program } from '../cel/program.ts';
import { celTypeOf, checkTypes, fieldOf } from '../cel/typing.ts';
import type { Node } from '../definition.ts';
import { templatesIn } from '../expression.ts';
import { inputSchema } from '../inputs.ts';
import { nearest } from '../nearest.ts';
import type { Part } from '../role.ts';
import { textsIn } from '../templates.ts';
import type { Check, Subject, Visited } from './check.ts';
import { Visible } from './visible.ts';

/** Expressions compile, name only what is in scope, ask with has() for what may be missing, and have the right type. */
export const expressions: Check = {
  name: 'expressions',
  run(subject) {
    const byNode = new Map(subject.nodes.map((visited) => [visited.node, visited]));
    const walk = new Walk(subject, byNode);
    const scope = new Visible();
    for (const node of subject.definition.body) walk.visit(node, scope);
    walk.header(scope);
  },
};

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

interface Asking {
  visited: Visited;
  scope: Visible;
  setting: string;
  /** The output that `output` names here, where it does. */
  output?: JsonSchema | undefined;
  /** Whether `secret()` may stand here. */
  secrets?: boolean;
}

class Walk {
  readonly #subject: Subject;
  readonly #byNode: ReadonlyMap<Node, Visited>;
  readonly #ids: ReadonlySet<string>;
  readonly #inputs: JsonSchema;
  readonly #memory: ReadonlySet<string> | undefined;

  constructor(subject: Subject, byNode: ReadonlyMap<Node, Visited>) {
    this.#subject = subject;
    this.#byNode = byNode;
    this.#ids = new Set(subject.nodes.map(({ node }) => node.id));
    this.#inputs = inputSchema(subject.definition.header.settings.inputs);
    // A named memory may hold what other runs remembered; the run's own holds only what this page remembers.
    const named = subject.definition.header.settings.memory !== undefined;
    const keys = subject.nodes.flatMap(({ node }) => Object.keys((node.settings.remember ?? {}) as object));
    this.#memory = named ? undefined : new Set(keys);
  }

  /** Checks a node and what is in it; then the scope holds what later nodes see. Gives the type of its output. */
  visit(node: Node, scope: Visible): JsonSchema {
    const visited = this.#byNode.get(node)!;
    const { shape } = visited;
    const inner = scope.fork();
    if (node.role === 'foreach' && typeof node.settings.as === 'string') {
      inner.bind(node.settings.as, this.#itemOf(node, visited, scope));
    }
    const parts: Part[] = [];
    for (const child of node.children) {
      const own = shape?.siblings === 'apart' ? inner.fork() : inner;
      parts.push({ id: child.id, role: child.role, schema: this.visit(child, own) });
      if (own !== inner) inner.merge(own, 'all');
    }
    const action = node.role === 'step' ? this.#subject.catalogue.actions.get(String(node.settings.uses)) : undefined;
    const output = action?.output ?? (node.role === 'step' ? {} : (shape?.output(parts, node) ?? {}));
    this.#settings(visited, scope, node.role === 'repeat' ? parts.at(-1)?.schema : output);
    const after = shape?.after(node.settings) ?? 'all';
    // Of a gate's and a step's inside nothing is seen later, nor of what runs more than once.
    if (after !== 'hidden') scope.merge(inner, after);
    scope.set(node.id, { schema: output, certain: node.role !== 'stage' || node.settings.when === undefined });
    return output;
  }

  header(scope: Visible): void {
    const visited = this.#byNode.get(this.#subject.definition.header)!;
    const { settings } = visited.node;
    this.#templates({ visited, scope, setting: 'output' }, settings.output);
    const start = new Visible();
    this.#templates({ visited, scope: start, setting: 'memory' }, settings.memory);
    this.#templates({ visited, scope: start, setting: 'concurrency' }, settings.concurrency);
  }

  #itemOf(node: Node, visited: Visited, scope: Visible): JsonSchema {
    const program = compiled(String(node.settings.in));
    const [only] = program?.paths ?? [];
    if (!program || program.paths.length !== 1 || only!.end - only!.start !== program.text.trim().length) return {};
    const list = this.#schemaOf(only!.names, { visited, scope, setting: 'in' });
    return isObject(list?.items) ? list.items : {};
  }

  #settings(visited: Visited, scope: Visible, output: JsonSchema | undefined): void {
    const { node, shape } = visited;
    for (const [setting, value] of Object.entries(node.settings)) {
      const bare = shape?.expressions?.[setting];
      if (bare) {
        const asking: Asking = { visited, scope, setting, ...(bare.sees?.includes('output') ? { output } : {}) };
        if (typeof value === 'string') this.#expression(value, bare.type, asking);
        continue;
      }
      const asking: Asking = {
        visited,
        scope,
        setting,
        secrets: setting === 'with',
        ...(setting === 'remember' ? { output } : {}),
      };
      this.#templates(asking, value);
    }
  }

  #templates(asking: Asking, value: Json | undefined): void {
    for (const { text, path } of textsIn(value, asking.setting)) {
      for (const { expression, whole } of templatesIn(text)) {
        const here = { ...asking, setting: path };
        const type = this.#expression(expression, whole ? this.#wanted(here) : 'any', here);
        if (type === 'Secret' && !whole)
          this.#report(here, 'secret.interpolated', 'A secret stands alone in its setting, never inside a text.');
      }
    }
  }

  /** What an action's input takes at a path of `with`. */
  #wanted({ visited, setting }: Asking): string {
    const { node } = visited;
    if (node.role !== 'step' || !setting.startsWith('with.')) return 'any';
    let schema: JsonSchema | undefined = this.#subject.catalogue.actions.get(String(node.settings.uses))?.input;
    for (const name of setting.split('.').slice(1)) {
      const field = /^\d+$/.test(name) && isObject(schema?.items) ? schema.items : fieldOf(schema, name);
      if (field === 'missing') return 'any';
      schema = field;
    }
    const type = celTypeOf(schema);
    return type === 'dyn' ? 'any' : type;
  }

  #expression(text: string, wanted: string, asking: Asking): string {
    let program: Program;
    try {
      program = compile(text);
    } catch (error) {
      const { code, message } = (error as StagebookError).failure;
      this.#report(asking, code, message);
      return 'dyn';
    }
    this.#secrets(program, asking);
    let sound = true;
    for (const path of program.paths) sound = this.#path(path, program, asking) && sound;
    if (!sound) return 'dyn';
    const result = checkTypes(program, (names) => celTypeOf(this.#schemaOf(names, asking)));
    if ('error' in result) {
      this.#report(asking, 'expression.type', `“${text}” cannot be: ${plain(result.error)}.`);
      return 'dyn';
    }
    if (!fits(result.type, wanted)) {
      this.#report(asking, 'expression.type', `“${text}” gives ${word(result.type)}; ${word(wanted)} is needed here.`);
    }
    return result.type;
  }

  #secrets(program: Program, asking: Asking): void {
    if (program.secrets.length === 0) return;
    const alone = /^secret\(\s*(?:"[^"]*"|'[^']*')\s*\)$/.test(program.text);
    const argument = /\.(argv|args|command)(\.|$)/.test(asking.setting);
    const cached = asking.visited.ancestors.some(({ role }) => role === 'cache');
    if (asking.secrets && alone && !argument && !cached) return;
    const message =
      'A secret can only be handed to an action as a whole setting of with: not compared, remembered, cached, or given to a process as an argument.';
    this.#report(asking, 'secret.misplaced', message);
  }

  /** Whether a chain of names stands for something that is there. */
  #path(path: Path, program: Program, asking: Asking): boolean {
    const [root, id, field] = path.names;
    switch (root) {
      case 'steps':
        return id === undefined || this.#step(id, field, path, program, asking);
      case 'inputs':
        return id === undefined || this.#field(this.#inputs, id, 'inputs', 'input.undeclared', asking);
      case 'run':
        return id === undefined || this.#field(RUN, id, 'run', 'name.unknown', asking);
      case 'memory':
        if (id === undefined || path.asked || !this.#memory || this.#memory.has(id)) return true;
        return this.#unknown(asking, 'memory.unknown', `Nothing on this page remembers “${id}”`, id, this.#memory);
      case 'alert':
        return true;
      case 'output':
        if (asking.output === undefined)
          return this.#unknown(asking, 'name.unknown', '“output” is known only in remember and until', root, []);
        return id === undefined || this.#field(asking.output, id, 'output', 'output.field', asking);
      default:
        if (asking.scope.bound(root!)) return true;
        return this.#unknown(asking, 'name.unknown', `Nothing here is called “${root}”`, root!, [
          'inputs',
          'steps',
          'memory',
          'run',
        ]);
    }
  }

  #step(id: string, field: string | undefined, path: Path, program: Program, asking: Asking): boolean {
    const known = asking.scope.get(id);
    if (!known) {
      const exists = this.#ids.has(id);
      if (!exists) return this.#unknown(asking, 'id.unknown', `There is no node “${id}” on this page`, id, this.#ids);
      this.#report(
        asking,
        'id.not_set',
        `“${id}” is not known here: it comes later, stands in another branch, or runs several times.`,
      );
      return false;
    }
    if (field === undefined || field === 'status' || path.asked) return true;
    if (field !== 'output')
      return this.#unknown(asking, 'output.field', `A node has status and output, not “${field}”`, field, [
        'status',
        'output',
      ]);
    const asked = program.paths.some((other) => other.asked && other.names[1] === id && other.names[2] === 'output');
    if (!known.certain && !asked) {
      this.#report(asking, 'output.maybe', `“${id}” may have no output here. Ask first: has(steps.${id}.output) && …`);
      return false;
    }
    let schema: JsonSchema | undefined = known.schema;
    for (const name of path.names.slice(3)) {
      const next: JsonSchema | 'missing' | undefined = fieldOf(schema, name);
      if (next === 'missing') {
        const fields = Object.keys((schema?.properties ?? {}) as JsonObject);
        return this.#unknown(asking, 'output.field', `The output of “${id}” has no “${name}”`, name, fields);
      }
      schema = next;
    }
    return true;
  }

  #field(schema: JsonSchema, name: string, of: string, code: string, asking: Asking): boolean {
    if (
      fieldOf(schema, name) !== 'missing' &&
      !(code === 'input.undeclared' && !(name in ((schema.properties ?? {}) as object)))
    )
      return true;
    return this.#unknown(
      asking,
      code,
      `“${of}” has no “${name}”`,
      name,
      Object.keys((schema.properties ?? {}) as object),
    );
  }

  #unknown(asking: Asking, code: string, message: string, name: string, known: Iterable<string>): false {
    const near = nearest(name, known);
    this.#report(asking, code, `${message}.${near ? ` Did you mean ${near}?` : ''}`);
    return false;
  }

  #schemaOf(names: readonly string[], asking: Asking): JsonSchema | undefined {
    const [root, id] = names;
    let schema: JsonSchema | undefined;
    let rest = names.slice(1);
    if (root === 'steps' && id !== undefined) {
      if (names[2] === 'status') return { type: 'string' };
      schema = names[2] === 'output' ? asking.scope.get(id)?.schema : undefined;
      rest = names.slice(3);
    } else if (root === 'inputs') schema = this.#inputs;
    else if (root === 'run') schema = RUN;
    else if (root === 'output') schema = asking.output;
    else schema = asking.scope.bound(root!);
    for (const name of rest) {
      const next: JsonSchema | 'missing' | undefined = fieldOf(schema, name);
      schema = next === 'missing' ? undefined : next;
    }
    return schema;
  }

  #report({ visited, setting }: Asking, code: string, message: string): void {
    this.#subject.report(visited, code, message, { setting });
  }
}

function compiled(text: string): Program | undefined {
  try {
    return compile(text);
  } catch {
    return undefined;
  }
}

function fits(type: string, wanted: string): boolean {
  if (wanted === 'any' || type === 'dyn' || type.startsWith('dyn<')) return true;
  if (wanted === 'timestamp') return type === 'string' || type.endsWith('Timestamp');
  if (wanted === 'double') return type === 'double' || type === 'int' || type === 'uint';
  if (wanted === 'string') return type === 'string' || type === 'Secret' || type.endsWith('Timestamp');
  return type === wanted || type.startsWith(`${wanted}<`);
}

const WORDS: Readonly<Record<string, string>> = {
  double: 'a number',
  int: 'a number',
  string: 'a text',
  bool: 'yes or no',
  list: 'a list',
  map: 'an object',
  timestamp: 'a moment',
  Secret: 'a secret',
};

function word(type: string): string {
  const base = type.replace(/<.*$/, '');
  return WORDS[base] ?? base.replace('google.protobuf.', 'a ').toLowerCase();
}

/** The library's words for types in ours. */
function plain(error: string): string {
  return error
    .replace(/^no such overload: /, 'there is no ')
    .replace(/\b(double|int|string|bool|list|map)\b(?:<[^>]*>)?/g, (type) => word(type));
}
