import { join } from 'node:path';
import type { Definition, Role } from '../shared/workflow/definition.ts';
import type { Catalogue, PersonaShape } from '../shared/workflow/role.ts';
import type { Action } from './actions/action.ts';
import { actions as actionList } from './actions/index.ts';
import { catalogueOf } from './engine/compile.ts';
import { hashOf } from './engine/definitions.ts';
import { checkCall } from './mcp/check-call.ts';
import type { McpServers } from './mcp/servers.ts';
import type { KnownPersonas } from './personas/known.ts';
import { loadPersonas } from './personas/load.ts';
import { primitives } from './primitives/index.ts';
import type { Primitive } from './primitives/primitive.ts';
import { SHIPPED, shippedDefinitions } from './workflows.ts';

/** Everything that pages can name, as it is registered. */
export interface Registries {
  primitives: ReadonlyMap<Role, Primitive>;
  actions: ReadonlyMap<string, Action>;
  personas: ReadonlyMap<string, PersonaShape>;
  page(name: string): Definition | undefined;
}

export function registries(): Registries {
  return {
    primitives,
    actions: new Map(actionList.map((action) => [action.name, action])),
    personas: loadPersonas(join(SHIPPED, 'personas')),
    page: (name) => shippedDefinitions().get(name),
  };
}

/** What people trusted in a data directory, as far as pages are checked against it. */
export interface TrustedHere {
  servers: Pick<McpServers, 'pinned'>;
  personas: Pick<KnownPersonas, 'shapes'>;
}

/** What pages are checked against: all that is registered, what was trusted here, and the pages that one calls besides. */
export function catalogue(pages: Readonly<Record<string, Definition>> = {}, here?: TrustedHere): Catalogue {
  const { personas, page, ...registered } = registries();
  const known = catalogueOf(registered, here?.personas.shapes() ?? personas, (name) => pages[name] ?? page(name));
  return here ? { ...known, toolTrouble: checkCall(here.servers) } : known;
}

/** The hashes under which what ships is trusted. */
export function shippedHashes(personas: ReadonlyMap<string, PersonaShape>): Set<string> {
  return new Set(
    [...shippedDefinitions().values()].map((definition) =>
      hashOf({ definition, pages: {}, personas: Object.fromEntries(personas) }),
    ),
  );
}

export { pageKinds } from './pages/index.ts';
