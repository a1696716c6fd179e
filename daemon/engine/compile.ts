import type { Failure } from '../../shared/failure.ts';
import type { JsonSchema } from '../../shared/json.ts';
import { checkDefinition } from '../../shared/workflow/check.ts';
import type { Definition, Role } from '../../shared/workflow/definition.ts';
import type { ActionShape, Catalogue, PersonaShape } from '../../shared/workflow/role.ts';
import { z } from 'zod';
import type { Action } from '../actions/action.ts';
import type { Primitive } from '../primitives/primitive.ts';
import { cronTrouble } from './cron-triggers.ts';
import type { Pinned } from './definitions.ts';

interface Registries {
  primitives: ReadonlyMap<Role, Primitive>;
  actions: ReadonlyMap<string, Action>;
}

/** What the checker has to know of everything that can be named on a page. */
export function catalogueOf(
  registries: Registries,
  personas: ReadonlyMap<string, PersonaShape>,
  page?: (name: string) => Definition | undefined,
): Catalogue {
  return {
    roles: registries.primitives,
    actions: shapesOf(registries.actions),
    personas,
    page: (name) => {
      const definition = page?.(name);
      return definition && { definition };
    },
    cronTrouble,
  };
}

const shapes = new WeakMap<ReadonlyMap<string, Action>, ReadonlyMap<string, ActionShape>>();

function shapesOf(actions: ReadonlyMap<string, Action>): ReadonlyMap<string, ActionShape> {
  let known = shapes.get(actions);
  if (!known) {
    known = new Map([...actions].map(([name, action]) => [name, shapeOf(action)]));
    shapes.set(actions, known);
  }
  return known;
}

/** The schemas only once they are asked for: a page names a few of a hundred actions. */
function shapeOf(action: Action): ActionShape {
  const { effect } = action;
  let input: JsonSchema | undefined;
  let output: JsonSchema | undefined;
  return {
    name: action.name,
    effect: (settings) => (typeof effect === 'function' ? effect(settings) : effect),
    get input() {
      return (input ??= z.toJSONSchema(action.input, { unrepresentable: 'any', io: 'input' }) as JsonSchema);
    },
    get output() {
      return (output ??= z.toJSONSchema(action.output, { unrepresentable: 'any', io: 'output' }) as JsonSchema);
    },
    verifiable: action.verify !== undefined,
    takesSource: action.takesSource ?? false,
    ...(action.literal ? { literal: action.literal } : {}),
  };
}

/** Why a pinned definition cannot run with what is registered now: its first error. Undefined when it can. */
export function brokenBy(pinned: Pinned, registries: Registries): Failure | undefined {
  const personas = new Map(Object.entries(pinned.personas));
  const catalogue = catalogueOf(registries, personas, (name) => pinned.pages[name]);
  for (const definition of [pinned.definition, ...Object.values(pinned.pages)]) {
    const error = checkDefinition(definition, catalogue).find((problem) => problem.severity === 'error');
    if (!error) continue;
    return {
      code: 'definition.broken',
      message: `“${definition.header.title}” cannot run: ${error.message}`,
      retryable: false,
      data: { code: error.code, node: error.place.node ?? '' },
    };
  }
  return undefined;
}
