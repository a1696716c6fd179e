import { fail, toFailure } from '../../shared/failure.ts';
import type { Json, JsonObject } from '../../shared/json.ts';
import { strongest, type Assumed } from '../../shared/run/assumed.ts';
import type { Actor } from '../../shared/run/event.ts';
import type { Node, NodeKey, Role } from '../../shared/workflow/definition.ts';
import { expressionAt } from '../../shared/workflow/role.ts';
import { holdsTemplate } from '../../shared/workflow/template.ts';
import { Stopped, type Durable } from './durable.ts';
import type { Execution, Place, Primitive, Undo } from '../primitives/primitive.ts';
import { childKey } from './keys.ts';
import type { NodeScope, Visible } from './scope.ts';

/** What stays the same for a whole run. The interpreter knows the world through this and the durable port only. */
export interface RunContext {
  durable: Durable;
  primitives: ReadonlyMap<Role, Primitive>;
  by: Actor;
  dryRun: boolean;
  /** Does a step's action. */
  perform(step: StepExecution): Promise<Json>;
  evaluate(expression: string, scope: NodeScope, extra?: { output?: Json }): Json;
  seen(expression: string, scope: NodeScope): Json;
  resolve(setting: Json, scope: NodeScope, extra?: { output?: Json }): Json;
  /** The taint of what expressions, or settings with some in them, are made from; 0 without any. */
  taint(settings: Json, scope: NodeScope, expressions?: readonly string[]): number;
  /** How far that is assumed, in a dry run (`assumed.ts`); undefined where all of it is known, as in any other run. */
  assumed(settings: Json, scope: NodeScope, expressions?: readonly string[]): Assumed | undefined;
  /** Says that a dry run came by something without doing it: what is looked up from here on may be otherwise then. */
  undone(): void;
  /** The sequence number of the last event. */
  seq(): number;
  digest(shown: Json): string;
}

/** A step about to be done: what `perform` is given. */
export interface StepExecution {
  node: Node;
  key: NodeKey;
  persona: string | null;
  /** It stands in an undo: what it takes back may have been made anew since. */
  undoing: boolean;
  scope: NodeScope;
  signal: AbortSignal;
  dryRun: boolean;
  durable: Durable;
  /** Says that its output comes from elsewhere. */
  taint(seq: number): void;
  /** Says that its output is not the one that a real run would have; `changes` where it would change something besides. */
  assume(degree: Assumed, changes: boolean): void;
}

/** What changes on the way down. */
interface Surroundings {
  persona: string | null;
  undos: Undo[] | null;
  /** Whether this is part of an undo. */
  undoing?: boolean;
  because?: string;
  /** What the node around is made from. */
  origin: Origin;
}

/** What is known of all that a node is made from. */
interface Origin {
  /** The last event that brought in something from elsewhere; 0 without any. */
  taint: number;
  /** How far a dry run assumes it. */
  assumed: Assumed | undefined;
}

const nothingYet = (): Origin => ({ taint: 0, assumed: undefined });

/** Runs the body of a definition in order. Resolves with the last node's output; rejects with the failure that ended it. */
export async function execute(
  body: readonly Node[],
  run: RunContext,
  scope: NodeScope,
  signal: AbortSignal,
): Promise<Json> {
  let output: Json = null;
  for (const node of body)
    output = await executeNode(node, '', '', run, { persona: null, undos: null, origin: nothingYet() }, scope, signal);
  return output;
}

/** Of what is over. */
const NOTHING_STOPS = new AbortController().signal;

async function executeNode(
  node: Node,
  parent: NodeKey,
  mark: string,
  run: RunContext,
  around: Surroundings,
  scope: NodeScope,
  stop: AbortSignal,
): Promise<Json> {
  const key = childKey(parent, mark, node.id);
  const { durable } = run;
  // What has ended is gone through as it went: what stops the run now came later, and what followed it is still to be reached.
  const signal = durable.ended(key) ? NOTHING_STOPS : stop;
  if (durable.skipped(key)) {
    scope.set(node.id, { status: 'skipped' });
    return null;
  }
  const primitive = run.primitives.get(node.role);
  if (!primitive?.run) throw new Error(`a ${node.role} cannot run by itself (${key})`);
  // What was begun may still be cleaned up after a stop, and replay gets what is on record; nothing new begins.
  const startedAt = durable.enteredAt(key) ?? durable.now();
  if (signal.aborted && durable.enteredAt(key) === undefined) {
    if (durable.reached(key)) durable.record({ type: 'node.cancelled', node: key, payload: { startedAt } });
    throw signal.reason;
  }
  const origin = nothingYet();
  try {
    if (!primitive.recordsItself) {
      const persona = typeof node.settings.persona === 'string' ? { persona: node.settings.persona } : {};
      durable.record({ type: 'node.started', node: key, payload: { role: node.role, title: node.title, ...persona } });
    }
    const output = await primitive.run(
      new NodeExecution(node, key, run, { ...around, origin }, scope, signal, primitive),
    );
    if (durable.skipped(key)) {
      scope.set(node.id, { status: 'skipped' });
      return null;
    }
    if (!primitive.recordsItself) {
      const tainted = node.children.length === 0 && origin.taint > 0 ? { taint: origin.taint } : {};
      const own = { ...tainted, ...(origin.assumed ? { assumed: origin.assumed } : {}) };
      durable.record({
        type: 'node.completed',
        node: key,
        payload: { output: keptOutput(node, output), startedAt, ...own },
      });
    }
    // What a cache gives may have been read by another run.
    if (node.role === 'cache') origin.taint = Math.max(origin.taint, durable.completion(key) ?? run.seq());
    around.origin.taint = Math.max(around.origin.taint, origin.taint);
    around.origin.assumed = strongest(around.origin.assumed, origin.assumed);
    const visible: Visible = { status: 'completed' };
    if (output !== null || primitive.mayGiveNothing?.(node.settings) !== true) visible.output = output;
    if (origin.taint > 0) visible.taint = origin.taint;
    if (origin.assumed) visible.assumed = origin.assumed;
    scope.set(node.id, visible);
    keepUndo(node, key, run, around, scope);
    return output;
  } catch (error) {
    if (error instanceof Stopped) {
      if (durable.completion(key) === undefined)
        durable.record({ type: 'node.cancelled', node: key, payload: { startedAt } });
      scope.set(node.id, { status: 'cancelled' });
      keepUndo(node, key, run, around, scope);
    } else {
      const failure = toFailure(error);
      if (!primitive.recordsItself) durable.record({ type: 'node.failed', node: key, payload: { failure, startedAt } });
      scope.set(node.id, { status: 'failed' });
    }
    throw error;
  }
}

/** Containers' outputs are made of their parts' and not recorded twice. */
function keptOutput(node: Node, output: Json): Json {
  return node.role === 'gate' || node.role === 'ask' || node.children.length === 0 ? output : null;
}

/** Hands a finished step's undo to the saga around it. Also after a stop, when the effect had happened all the same. */
function keepUndo(node: Node, key: NodeKey, run: RunContext, around: Surroundings, scope: NodeScope): void {
  if (!around.undos) return;
  const undo = node.children.find((child) => child.role === 'undo');
  if (!undo || run.durable.completion(key) === undefined) return;
  const inner = scope.fork();
  inner.set(node.id, scope.get(node.id) ?? { status: 'completed' });
  around.undos.push({
    step: key,
    run: async (signal) => {
      const own = { persona: around.persona, undos: null, undoing: true, origin: nothingYet() };
      await executeNode(undo, key, '', run, own, inner, signal);
    },
  });
}

class NodeExecution implements Execution {
  readonly node: Node;
  readonly key: NodeKey;
  readonly signal: AbortSignal;
  readonly scope: NodeScope;
  readonly #run: RunContext;
  readonly #around: Surroundings;
  readonly #primitive: Primitive;
  #settings: unknown;

  constructor(
    node: Node,
    key: NodeKey,
    run: RunContext,
    around: Surroundings,
    scope: NodeScope,
    signal: AbortSignal,
    primitive: Primitive,
  ) {
    this.node = node;
    this.key = key;
    this.#run = run;
    this.#around = around;
    this.scope = scope;
    this.signal = signal;
    this.#primitive = primitive;
  }

  get settings(): unknown {
    this.#settings ??= readSettings(this.node, this.#primitive, (setting) => this.resolve(setting));
    return this.#settings;
  }

  get durable(): Durable {
    return this.#run.durable;
  }
  get dryRun(): boolean {
    return this.#run.dryRun;
  }
  get by(): Actor {
    return this.#run.by;
  }
  get persona(): string | null {
    return this.#around.persona;
  }
  get because(): string | undefined {
    return this.#around.because;
  }

  evaluate(expression: string, extra?: { output?: Json }): Json {
    return this.#run.evaluate(expression, this.scope, extra);
  }
  seen(expression: string): Json {
    return this.#run.seen(expression, this.scope);
  }
  resolve(setting: Json, extra?: { output?: Json }): Json {
    return this.#run.resolve(setting, this.scope, extra);
  }
  digest(shown: Json): string {
    return this.#run.digest(shown);
  }

  child(part: Node, place: Place = {}): Promise<Json> {
    const scope = (place.scope as NodeScope | undefined) ?? this.scope;
    if (scope !== this.scope) {
      scope.taintNames(this.#settingsTaint());
      if (this.dryRun) scope.assumeNames(this.#run.assumed(this.node.settings, this.scope, this.#expressions()));
    }
    const around = place.because === undefined ? this.#around : { ...this.#around, because: place.because };
    return executeNode(part, this.key, place.mark ?? '', this.#run, around, scope, place.signal ?? this.signal);
  }

  async body(parts: readonly Node[], place: Place = {}): Promise<Json> {
    let output: Json = null;
    for (const part of parts) output = await this.child(part, place);
    return output;
  }

  withPersona(persona: string): Execution<never> {
    return this.#with({ ...this.#around, persona });
  }

  collectingUndos(): { inside: Execution<never>; undos: Undo[] } {
    const undos: Undo[] = [];
    return { inside: this.#with({ ...this.#around, undos }), undos };
  }

  handOn(undos: readonly Undo[]): void {
    this.#around.undos?.push(...undos);
  }

  perform(): Promise<Json> {
    const { node, key, scope, signal, dryRun, durable } = this;
    const { persona, undoing = false } = this.#around;
    const taint = (seq: number): void => this.#taint(seq);
    const assume = (degree: Assumed, changes: boolean): void => this.#assume(degree, changes);
    return this.#run.perform({ node, key, scope, signal, dryRun, durable, persona, undoing, taint, assume });
  }

  assumed(expression: string): Assumed | undefined {
    return this.dryRun ? this.#run.assumed(null, this.scope, [expression]) : undefined;
  }

  assume(degree: Assumed = 'placeholder'): void {
    this.#assume(degree, degree !== 'settings');
  }

  #assume(degree: Assumed, changes: boolean): void {
    const { origin } = this.#around;
    origin.assumed = strongest(origin.assumed, degree);
    if (changes) this.#run.undone();
  }

  comesFromElsewhere(): void {
    this.#taint(this.durable.completion(this.key) ?? this.#run.seq());
  }

  #taint(seq: number): void {
    const { origin } = this.#around;
    origin.taint = Math.max(origin.taint, seq);
  }

  /** Of all that the node's own settings mention: names that it binds are made of that. */
  #settingsTaint(): number {
    return this.#run.taint(this.node.settings, this.scope, this.#expressions());
  }

  /** The settings that are bare expressions. */
  #expressions(): string[] {
    const { settings } = this.node;
    const names = Object.keys(settings).filter((name) => expressionAt(this.#primitive, name) !== undefined);
    return names.flatMap((name) => (typeof settings[name] === 'string' ? [settings[name]] : []));
  }

  #with(around: Surroundings): Execution<never> {
    const { node, key, scope, signal } = this;
    return new NodeExecution(
      node,
      key,
      this.#run,
      around,
      scope,
      signal,
      this.#primitive,
    ) as unknown as Execution<never>;
  }
}

/** Settings of nodes in which nothing is resolved: they come out the same in every run of the definition. */
const unchanging = new WeakMap<Node, unknown>();

/** Settings with `${{ }}` resolved where that is meant for entry, then parsed by the role's schema. */
function readSettings(node: Node, primitive: Primitive, resolve: (setting: Json) => Json): unknown {
  const known = unchanging.get(node);
  if (known !== undefined) return known;
  const asWritten = (name: string): boolean =>
    expressionAt(primitive, name) !== undefined ||
    (primitive.literal?.includes(name) ?? false) ||
    (primitive.deferred?.includes(name) ?? false);
  const settings: JsonObject = {};
  let changes = false;
  for (const [name, value] of Object.entries(node.settings)) {
    const plain = !holdsTemplate(value) || asWritten(name);
    settings[name] = plain ? value : resolve(value);
    changes ||= !plain;
  }
  const parsed = primitive.settings.safeParse(settings);
  if (parsed.success && !changes) unchanging.set(node, parsed.data);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw fail(
    'invalid',
    'settings.invalid',
    `The setting ${issue.path.join('.')} of “${node.title || node.id}” came out wrong: ${issue.message}. Mend it on the page and start again.`,
  );
}
