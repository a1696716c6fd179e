import { z } from 'zod';
import type { Failure } from '../../shared/failure.ts';
import type { Json, JsonSchema } from '../../shared/json.ts';
import type { Assumed } from '../../shared/run/assumed.ts';
import type { Actor } from '../../shared/run/event.ts';
import type { Node, NodeKey, Role } from '../../shared/workflow/definition.ts';
import { DURATION } from '../../shared/workflow/duration.ts';
import type { Part, RoleShape } from '../../shared/workflow/role.ts';
import type { Durable } from '../engine/durable.ts';

export { Stopped } from '../engine/durable.ts';

/**
 * One role of the language: what it may hold (its shape) and what it means (`run`).
 * A role without `run` is a part that its container reads (`check`, `case`, `otherwise` …).
 */
export interface Primitive<S = unknown> extends RoleShape {
  /** One sentence for who writes a page, as `stagebook explain` prints it. */
  summary: string;
  settings: z.ZodType<S>;
  /** Settings that `run` resolves itself, because they need more than what is in scope on entry. */
  deferred?: readonly string[];
  /** True when `run` records the node's own start and end. The others' are recorded for them. */
  recordsItself?: boolean;
  run?(execution: Execution<S>): Promise<Json>;
}

/** What a primitive sees while one node of its role runs. No journal, no socket, no other primitive. */
export interface Execution<S = unknown> {
  readonly node: Node;
  readonly key: NodeKey;
  /** Resolved and parsed; settings that are expressions, literals or deferred are as written. */
  readonly settings: S;
  readonly signal: AbortSignal;
  readonly durable: Durable;
  readonly scope: Scope;
  readonly dryRun: boolean;
  readonly by: Actor;
  /** The id of the persona whose stage this is in; null outside. */
  readonly persona: string | null;
  /** Why it came to this node, where that is not the usual way: what failed before, in a fallback. */
  readonly because: string | undefined;
  /** The value of a bare expression. Throws `expression.*` when it cannot be evaluated. */
  evaluate(expression: string, extra?: { output?: Json }): Json;
  /** The values that the names in an expression have now, for evidence. */
  seen(expression: string): Json;
  /** A setting with its `${{ }}` replaced. */
  resolve(setting: Json, extra?: { output?: Json }): Json;
  /** Runs one part. `mark` (`[i]`, `#n`) goes on this node's segment of the part's key. */
  child(part: Node, place?: Place): Promise<Json>;
  /** Runs parts in order in one scope and gives the last one's output; null for none. */
  body(parts: readonly Node[], place?: Place): Promise<Json>;
  /** The stage's persona from here on. */
  withPersona(persona: string): Execution<S>;
  /** Does this step's action (engine.md, Effects). */
  perform(): Promise<Json>;
  /** Says that this node's output comes from elsewhere (security.md 9). */
  comesFromElsewhere(): void;
  /** How far a dry run assumes what an expression mentions; undefined in any other run. */
  assumed(expression: string): Assumed | undefined;
  /** Says in a dry run that this node's outcome is not the one that a real run would have. */
  assume(degree?: Assumed): void;
  /** Collects the undos of steps finished inside, for `saga`. */
  collectingUndos(): { inside: Execution<S>; undos: Undo[] };
  /** Hands undos on to the `saga` around this node, where there is one. */
  handOn(undos: readonly Undo[]): void;
  /** The digest of exactly what a person is shown for this gate. */
  digest(shown: Json): string;
}

export interface Place {
  mark?: string;
  scope?: Scope;
  signal?: AbortSignal;
  /** Why it is come to at all: whoever is asked something in it reads that. */
  because?: string;
}

/** How to take back a step that has ended: its `undo`, ready to run. */
export interface Undo {
  step: NodeKey;
  run(signal: AbortSignal): Promise<void>;
}

/** The nodes that expressions can see (language.md, Scope). */
export interface Scope {
  /** A scope that sees all of this one; what it adds is not seen here. */
  fork(names?: Readonly<Record<string, Json>>): Scope;
  /** Makes what a fork added visible here. */
  merge(fork: Scope): void;
}

/** Declares a primitive. Only here for the types. */
export function definePrimitive<S>(primitive: Primitive<S>): Primitive {
  return primitive;
}

/** A duration as written: `500ms`, `30s`, `5m`, `4h`, `7d`. */
export const duration = z.string().regex(DURATION, 'a duration such as 500ms, 30s, 5m, 4h or 7d');
/** A bare CEL expression as written. */
export const expression = z.string().min(1);
/** Failure codes as `retry` and `fallback` name them: whole (`git.rejected`) or by area (`network.*`). */
export const codes = z.array(z.string()).min(1);

/** Failures that no policy may step over: a person or a rule decided, or nobody knows what happened. */
const FINAL = ['gate.rejected', 'persona.refused', 'effect.unknown', 'effect.conflict'];

/** Whether a policy with these `on` codes (all that are eligible, when absent) may act on a failure. */
export function actsOn(failure: Failure, on: readonly string[] | undefined, byDefault: boolean): boolean {
  if (FINAL.includes(failure.code)) return false;
  if (!on) return byDefault;
  return on.some(
    (code) => code === failure.code || (code.endsWith('.*') && failure.code.startsWith(code.slice(0, -1))),
  );
}

/**
 * What a bare expression decides; in a dry run `unknown` where it mentions what was not done. What rests on anything that was
 * not done, or comes after it, is on record as taken for granted: as it stands `now`, or of which nothing is known.
 */
export async function settle<T>(
  x: Pick<Execution, 'assume' | 'assumed' | 'durable' | 'key'>,
  text: string,
  decide: () => T,
  unknown: () => T,
): Promise<() => T> {
  const degree = x.assumed(text);
  if (degree === undefined) return decide;
  x.assume(degree);
  const how = degree === 'placeholder' ? 'unknown' : 'now';
  await x.durable.decide(x.key, 'assumed', () => how);
  if (how === 'unknown') return unknown;
  return () => {
    try {
      return decide();
    } catch {
      return unknown();
    }
  };
}

export const NOTHING: JsonSchema = { type: 'null' };

/** The output rule of containers that give their last part's output. */
export function lastOutput(parts: readonly Part[]): JsonSchema {
  return parts.filter((part) => part.role !== 'otherwise').at(-1)?.schema ?? NOTHING;
}

/** The output of every part under its id. */
export function outputById(
  parts: readonly Part[],
  wrap: (schema: JsonSchema) => JsonSchema = (schema) => schema,
): JsonSchema {
  return {
    type: 'object',
    properties: Object.fromEntries(parts.map((part) => [part.id, wrap(part.schema)])),
    required: parts.map((part) => part.id),
  };
}

/** `{ ok, output | failure }`, what `on-failure: continue` gives for a part. */
export function settledSchema(output: JsonSchema): JsonSchema {
  return {
    type: 'object',
    properties: {
      ok: { type: 'boolean' },
      output,
      failure: {
        type: 'object',
        properties: { code: { type: 'string' }, message: { type: 'string' } },
        required: ['code', 'message'],
      },
    },
    required: ['ok'],
  };
}

/** Splits off the last `otherwise`, where a container has one. */
export function splitOtherwise(node: Node): { parts: readonly Node[]; otherwise?: Node } {
  const last = node.children.at(-1);
  return last?.role === 'otherwise' ? { parts: node.children.slice(0, -1), otherwise: last } : { parts: node.children };
}

/** Children of one role, in order. */
export function childrenOf(node: Node, role: Role): readonly Node[] {
  return node.children.filter((child) => child.role === role);
}
