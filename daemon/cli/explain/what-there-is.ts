import { z } from 'zod';
import type { JsonSchema } from '../../../shared/json.ts';
import { ROLES, type Role } from '../../../shared/workflow/definition.ts';
import { nearest } from '../../../shared/workflow/nearest.ts';
import type { Action } from '../../actions/action.ts';
import type { Primitive } from '../../primitives/primitive.ts';
import { registries } from '../../registered.ts';

/** A role, as somebody who writes a page has to know it. */
export interface RoleExplained {
  role: Role;
  summary: string;
  settings: JsonSchema;
  /** Settings that are expressions, with the type that they have to give. */
  expressions: Record<string, string>;
  holds: string;
  stands: string;
  output: JsonSchema;
}

/** An action, in the same way. */
export interface ActionExplained {
  action: string;
  summary: string;
  effect: string;
  /** Whether a fence in another language is its source. */
  fence: boolean;
  with: JsonSchema;
  output: JsonSchema;
  /** The personas that come with Stagebook and may use it. */
  personas: string[];
}

export interface WhatThereIs {
  roles: RoleExplained[];
  actions: ActionExplained[];
}

/** Everything that a page can name: roles in the order of the language, actions in that of the alphabet. */
export function whatThereIs(): WhatThereIs {
  const { primitives, actions, personas } = registries();
  const work = ROLES.filter((role) => primitives.get(role)?.work);
  const mayUse = (name: string): string[] =>
    [...personas.values()].flatMap(({ id, actions: allowed }) => (allowed.some((one) => fits(one, name)) ? [id] : []));
  return {
    roles: ROLES.flatMap((role) => primitives.get(role) ?? []).map((primitive) => explainRole(primitive, work)),
    actions: [...actions.values()]
      .toSorted((one, other) => (one.name < other.name ? -1 : 1))
      .map((action) => explainAction(action, mayUse(action.name))),
  };
}

/** Those that somebody means by a name: a role, an action, or all actions of one integration (`git`, `git.*`). */
export function meant({ roles, actions }: WhatThereIs, name: string): WhatThereIs {
  const area = `${name.replace(/\.\*?$/, '')}.`;
  const exact = actions.filter(({ action }) => action === name);
  return {
    roles: roles.filter(({ role }) => role === name),
    actions: exact.length > 0 ? exact : actions.filter(({ action }) => action.startsWith(area)),
  };
}

/** The name that was meant, where one is near. */
export function nearestName({ roles, actions }: WhatThereIs, name: string): string | undefined {
  const areas = actions.map(({ action }) => action.replace(/\..*$/, ''));
  return nearest(name, [...roles.map(({ role }) => role), ...actions.map(({ action }) => action), ...areas]);
}

function explainRole(primitive: Primitive, work: readonly Role[]): RoleExplained {
  const { role, summary, settings, expressions = {} } = primitive;
  const part = (id: string) => ({ id, role: 'step' as const, schema: { title: 'its output' } });
  const { body } = primitive;
  const parts = body.kind === 'work' && body.max === 1 ? [part('part')] : [part('one'), part('other')];
  return {
    role,
    summary,
    settings: schemaOf(settings, 'input'),
    expressions: Object.fromEntries(Object.entries(expressions).map(([name, { type }]) => [name, type])),
    holds: holdsWords(primitive, work),
    stands: standsWords(primitive),
    output:
      role === 'step'
        ? { title: 'what its action gives' }
        : primitive.output(parts, { role, id: role, title: '', settings: {}, children: [] }),
  };
}

function standsWords({ role, parents, work }: Primitive): string {
  if (role === 'claim') return 'under any block of any page';
  const places = parents?.map((one) => (one === 'top' ? 'at the top of a page' : `in ${one}`));
  return places?.join(', ') ?? (work ? 'wherever parts can stand' : 'nowhere by itself');
}

function holdsWords({ body }: Primitive, work: readonly Role[]): string {
  if (body.kind === 'none') return 'nothing';
  const last = body.last === undefined ? '' : `; at the end an ${body.last}, or none`;
  if (body.kind === 'only') return `${body.roles.join(', ')}${last}`;
  const count = body.max === 1 ? 'one' : body.min > 1 ? `${body.min} or more` : 'any number';
  return `${count} of ${work.join(', ')}${last}`;
}

function explainAction({ name, summary, effect, takesSource, input, output }: Action, personas: string[]) {
  return {
    action: name,
    summary,
    effect: typeof effect === 'function' ? 'by its settings' : effect,
    fence: takesSource ?? false,
    with: schemaOf(input, 'input'),
    output: schemaOf(output, 'output'),
    personas,
  };
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  return z.toJSONSchema(schema, { unrepresentable: 'any', io }) as JsonSchema;
}

const fits = (pattern: string, name: string): boolean =>
  pattern === name || (pattern.endsWith('*') && name.startsWith(pattern.slice(0, -1)));
