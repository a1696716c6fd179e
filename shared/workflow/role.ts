import type { z } from 'zod';
import type { JsonObject, JsonSchema } from '../json.ts';
import type { Definition, Node, Role, Settings } from './definition.ts';

/** What a role may contain. `work` is any role that can stand in a body (language.md, "any body"). */
export type Body =
  | { kind: 'none' }
  | { kind: 'work'; min: number; max?: number; last?: Role }
  | { kind: 'only'; roles: readonly Role[]; min: number; last?: Role };

/** A setting that is a bare CEL expression, and the type its value must have. */
export interface ExpressionSetting {
  type: 'bool' | 'list' | 'timestamp' | 'string' | 'any';
  /** Names in scope besides the usual ones: `output` (the child's, in `until`). */
  sees?: readonly 'output'[];
}

/** The type of a part's output as its container's `output` rule gets it. */
export interface Part {
  id: string;
  role: Role;
  schema: JsonSchema;
}

/**
 * What the checker has to know of a role. A primitive's file gives it; the checker and the engine read it.
 * The meaning of `siblings` and `after` is language.md, Scope.
 */
export interface RoleShape {
  role: Role;
  /** Whether it can stand wherever "any body" is allowed. */
  work: boolean;
  /** Settings as written. Durations are texts, `${{ }}` may stand for any value unless `literal` names the setting. */
  settings: z.ZodType;
  /** Settings in which `${{ }}` is refused. */
  literal?: readonly string[];
  expressions?: Readonly<Record<string, ExpressionSetting>>;
  body: Body;
  /** Where it may stand, when not in any body: the roles of its parent, `top` for the top level. */
  parents?: readonly (Role | 'top')[];
  /** Whether its parts see those before them, none, or those before them as failed ones, in whose place they run. */
  siblings: 'in-order' | 'apart' | 'instead';
  /**
   * After it succeeded: `all` parts certainly have an output, `maybe` some, `hidden`: inner ids are not visible at all.
   */
  after(settings: Settings): 'all' | 'maybe' | 'hidden';
  /** The type of its own output; `parts` are its direct children in order. `null` schema: `{ type: 'null' }`. */
  output(parts: readonly Part[], node: Node): JsonSchema;
  /** Whether it may end well without an output of its own: then has() is asked first, and the output is there only with a value. */
  mayGiveNothing?(settings: Settings): boolean;
  /** Whether a waiting role (`gate`, `ask`, `wait`) may stand anywhere inside. */
  mayWaitInside?: boolean;
}

/** What a setting of a role is as an expression; undefined when it is none, whatever its name. */
export function expressionAt(
  shape: Pick<RoleShape, 'expressions'> | undefined,
  setting: string,
): ExpressionSetting | undefined {
  const { expressions } = shape ?? {};
  return expressions && Object.hasOwn(expressions, setting) ? expressions[setting] : undefined;
}

/** What the checker has to know of an action. */
export interface ActionShape {
  name: string;
  /** Effect for these settings (engine.md, Effects). */
  effect(withSettings: Settings): Effect;
  input: JsonSchema;
  output: JsonSchema;
  /** Whether an unknown outcome can be cleared up by asking the counterpart. */
  verifiable: boolean;
  /** Whether a fence in another language may be given. */
  takesSource: boolean;
  /** Settings that are script text, in which `${{ }}` is refused. */
  literal?: readonly string[];
}

export type Effect = 'read' | 'repeatable' | 'write' | 'irreversible';

/** What a persona may do, as far as the checker compares a page with it. Patterns as in `git.*`, `github.create_*`. */
export interface PersonaShape {
  id: string;
  actions: readonly string[];
  secrets: readonly string[];
  /** Tools of MCP servers by server, names or patterns: what `mcp.call` may call. */
  tools?: Readonly<Record<string, readonly string[]>>;
  /** Patterns of paths that nothing of its work may name, in whatever way: `secrets/*`. */
  restrictedPaths?: readonly string[];
  /** Names of variables that no step and no server gets, as patterns. */
  blockList?: readonly string[];
  /** Actions and tools that need a signed gate before them in their stage. */
  requireApprovalFor?: readonly string[];
  /** Tokens that the definitions of its tools may cost. */
  tokenBudget?: number;
  prompt?: string;
}

/** Everything that exists to be named on a page. The engine's registries give it; tests make their own. */
export interface Catalogue {
  roles: ReadonlyMap<Role, RoleShape>;
  actions: ReadonlyMap<string, ActionShape>;
  personas: ReadonlyMap<string, PersonaShape>;
  /** The definition of another workflow page, for `call`; undefined when there is no such page. */
  page?(name: string): { definition: Definition } | undefined;
  /** What is wrong with a call of a tool of an MCP server, by the tools that are known of it; undefined when nothing is. */
  toolTrouble?(
    server: string,
    tool: string,
    args: JsonObject,
  ): { is: 'arguments' | 'tool' | 'unchecked'; why: string } | undefined;
  /** What is wrong with a trigger's cron expression or zone, in one sentence; undefined when nothing is. */
  cronTrouble?(cron: string, zone: string | undefined): string | undefined;
}
