import { isObject, type Json, type JsonObject, type JsonSchema } from '../../json.ts';
import { tryCompile } from '../cel/program.ts';
import { fieldOf } from '../cel/schema-type.ts';
import type { Node } from '../definition.ts';
import { inputSchema } from '../inputs.ts';
import { expressionAt, type Part } from '../role.ts';
import type { Check, Subject, Visited } from './check.ts';
import type { Asking } from './asking.ts';
import { ExpressionCheck } from './expression.ts';
import { Names } from './names.ts';
import { checkRouteValues } from './route-values.ts';
import { Visible } from './visible.ts';

/** Expressions compile, name only what is in scope, ask with has() for what may be missing, and have the right type. */
export const expressions: Check = {
  name: 'expressions',
  run(subject) {
    const walk = new Walk(subject);
    const scope = new Visible();
    for (const node of subject.definition.body) walk.visit(node, scope);
    walk.header(scope);
  },
};

/** Goes through a page in the order in which it runs, and keeps what is in scope (language.md, Scope). */
class Walk {
  readonly #subject: Subject;
  readonly #check: ExpressionCheck;
  readonly #names: Names;

  constructor(subject: Subject) {
    this.#subject = subject;
    this.#names = new Names(subject);
    this.#check = new ExpressionCheck(subject, this.#names);
  }

  /** Checks a node and what is in it; then the scope holds what later nodes see. Gives the type of its output. */
  visit(node: Node, scope: Visible): JsonSchema {
    const visited = this.#subject.visited(node);
    const { shape } = visited;
    const base = scope.fork();
    if (node.role === 'foreach' && typeof node.settings.as === 'string') {
      base.bind(node.settings.as, this.#itemOf(node, visited, scope));
    }
    // A step's own output is what its undo takes back.
    const action = node.role === 'step' ? this.#subject.catalogue.actions.get(String(node.settings.uses)) : undefined;
    if (node.role === 'step') base.set(node.id, { schema: action?.output ?? {}, certain: true });
    const inner = base.fork();
    const parts = this.#parts(visited, base, inner);
    const output = node.role === 'step' ? (action?.output ?? {}) : this.#outputOf(visited, parts);
    this.#settings(visited, scope, node.role === 'repeat' ? parts.at(-1)?.schema : output);
    const after = shape?.after(node.settings) ?? 'all';
    if (after !== 'hidden') scope.merge(inner, after);
    const certain = shape?.mayGiveNothing?.(node.settings) !== true;
    scope.set(node.id, { schema: output, certain });
    return certain ? output : { anyOf: [output, { type: 'null' }] };
  }

  header(scope: Visible): void {
    const visited = this.#subject.visited(this.#subject.definition.header);
    const { settings } = visited.node;
    this.#check.templates({ visited, scope, setting: 'output' }, settings.output);
    const start = new Visible();
    this.#check.templates({ visited, scope: start, setting: 'memory' }, settings.memory);
    this.#check.templates({ visited, scope: start, setting: 'concurrency' }, settings.concurrency);
    const triggers = Array.isArray(settings.triggers) ? settings.triggers : [];
    for (const [index, trigger] of triggers.entries()) {
      if (!isObject(trigger)) continue;
      const setting = `triggers.${index}`;
      const asking = { visited, scope: start, setting: `${setting}.alert`, starting: true };
      if (typeof trigger.alert === 'string') this.#check.bare(trigger.alert, 'bool', asking);
      this.#check.templates({ ...asking, setting: `${setting}.inputs` }, trigger.inputs);
    }
  }

  /** Checks what is in a node; `inner` then holds what its parts make visible, `base` is what they all begin with. */
  #parts({ node, shape }: Visited, base: Visible, inner: Visible): Part[] {
    const facts = this.#factsOf(node);
    if (facts) inner.assume(facts.whenTrue);
    const apart: Visible[] = [];
    const parts = node.children.map((child): Part => {
      if (child.role === 'otherwise') {
        // It runs in place of what stands before it, so it sees nothing of that.
        const other = base.fork();
        if (facts) other.assume(facts.whenFalse);
        const schema = this.visit(child, other);
        apart.push(other);
        return { id: child.id, role: child.role, schema };
      }
      const own = shape?.siblings === 'in-order' ? inner : shape?.siblings === 'apart' ? base.fork() : inner.fork();
      const schema = this.visit(child, own);
      if (shape?.siblings === 'apart') apart.push(own);
      if (shape?.siblings === 'instead') inner.merge(own, 'maybe');
      return { id: child.id, role: child.role, schema };
    });
    for (const own of apart) inner.merge(own, 'all');
    return parts;
  }

  /** What a condition around its parts tells about what exists. */
  #factsOf(node: Node) {
    const condition = node.role === 'when' ? node.settings.if : node.role === 'stage' ? node.settings.when : undefined;
    return typeof condition === 'string' ? tryCompile(condition)?.facts : undefined;
  }

  #outputOf({ node, shape }: Visited, parts: readonly Part[]): JsonSchema {
    if (node.role !== 'call') return shape?.output(parts, node) ?? {};
    const called = this.#subject.catalogue.page?.(String(node.settings.page))?.definition;
    const { output } = called?.header.settings ?? {};
    if (!isObject(output)) return {};
    return { type: 'object', properties: Object.fromEntries(Object.keys(output).map((name) => [name, {}])) };
  }

  /** The type of a `foreach`'s item. */
  #itemOf(node: Node, visited: Visited, scope: Visible): JsonSchema {
    const list = this.#schemaOf(node.settings.in, { visited, scope, setting: 'in' });
    return isObject(list?.items) ? list.items : {};
  }

  /** What is known of the value of an expression that is only a chain of names. */
  #schemaOf(text: Json | undefined, asking: Asking): JsonSchema | undefined {
    const program = typeof text === 'string' ? tryCompile(text) : undefined;
    const [only] = program?.paths ?? [];
    if (!program || !only || only.bound || program.text.trim() !== program.text.slice(only.start, only.end))
      return undefined;
    return this.#names.schemaOf(only.names, asking);
  }

  #settings(visited: Visited, scope: Visible, output: JsonSchema | undefined): void {
    const { node, shape } = visited;
    for (const [setting, value] of Object.entries(node.settings)) {
      const bare = expressionAt(shape, setting);
      const asking: Asking = { visited, scope, setting };
      if (bare) {
        if (typeof value !== 'string') continue;
        if (node.role === 'route') {
          checkRouteValues(this.#subject, visited, this.#schemaOf(value, asking));
        }
        this.#check.bare(
          value,
          bare.type,
          bare.sees?.includes('output') ? { ...asking, output: output ?? {} } : asking,
        );
      } else if (setting === 'remember') {
        this.#check.templates({ ...asking, output: output ?? {} }, value);
      } else if (setting === 'with') {
        this.#check.templates({ ...asking, secrets: node.role === 'step', wanted: this.#wanted(node) }, value);
      } else {
        this.#check.templates(asking, value);
      }
    }
  }

  /** The types that a step's action, or a called page, takes at each place of `with`. */
  #wanted(node: Node): (path: readonly string[]) => JsonSchema | undefined {
    const { catalogue } = this.#subject;
    const called = node.role === 'call' ? catalogue.page?.(String(node.settings.page))?.definition : undefined;
    const takes = called
      ? inputSchema(called.header.settings.inputs)
      : catalogue.actions.get(String(node.settings.uses))?.input;
    return (path) => {
      let schema: JsonObject | undefined = takes;
      for (const name of path) {
        const field = /^\d+$/.test(name) && isObject(schema?.items) ? schema.items : fieldOf(schema, name);
        schema = field === 'missing' ? undefined : field;
      }
      return schema;
    };
  }
}
