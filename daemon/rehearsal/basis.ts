import { z } from 'zod';
import { hashJson } from '../../shared/canonical-json.ts';
import { isObject } from '../../shared/json.ts';
import { walk, type Definition } from '../../shared/workflow/definition.ts';
import type { PersonaShape } from '../../shared/workflow/role.ts';
import type { Action } from '../actions/action.ts';
import { hashManifest, type Manifest } from '../mcp/manifest.ts';

/** Everything that a workflow stands on, each with a hash: when one of them moves, an earlier rehearsal says less. */
export interface Basis {
  /** The hash of the definition, pages that it calls included. */
  definition: string;
  actions: Record<string, string>;
  personas: Record<string, string>;
  /** MCP servers, by the manifest that somebody trusted; `none` where nobody did. */
  servers: Record<string, string>;
}

/** What there is to stand on now. */
export interface Ground {
  actions: ReadonlyMap<string, Action>;
  personas: ReadonlyMap<string, PersonaShape>;
  manifest(server: string): Manifest | undefined;
}

/** What a workflow and the pages that it calls stand on now. `hash` is the definition's. */
export function basisOf(hash: string, definitions: readonly Definition[], ground: Ground): Basis {
  const basis: Basis = { definition: hash, actions: {}, personas: {}, servers: {} };
  for (const { node } of definitions.flatMap(({ body }) => walk(body))) {
    const { uses, persona } = node.settings;
    if (node.role === 'stage' && typeof persona === 'string') {
      const shape = ground.personas.get(persona);
      basis.personas[persona] = shape ? hashJson({ ...shape }) : 'none';
    }
    if (node.role !== 'step' || typeof uses !== 'string') continue;
    const action = ground.actions.get(uses);
    basis.actions[uses] = action ? versionOf(action) : 'none';
    const given = node.settings.with;
    if (uses !== 'mcp.call' || !isObject(given) || typeof given.server !== 'string') continue;
    const manifest = ground.manifest(given.server);
    basis.servers[given.server] = manifest ? hashManifest(manifest) : 'none';
  }
  return basis;
}

/** What is another than it was, in words: “the action git.push”. Empty when nothing moved. */
export function moved(before: Basis, now: Basis): string[] {
  const found = before.definition === now.definition ? [] : ['the page itself'];
  for (const [kind, word] of [
    ['actions', 'the action'],
    ['personas', 'the persona'],
    ['servers', 'the MCP server'],
  ] as const) {
    for (const name of new Set([...Object.keys(before[kind]), ...Object.keys(now[kind])])) {
      // What the page no longer names has moved with the page.
      if (before[kind][name] === now[kind][name] || now[kind][name] === undefined) continue;
      if (before[kind][name] !== undefined) found.push(`${word} ${name}`);
    }
  }
  return found;
}

const versions = new WeakMap<Action, string>();

/** What an action takes and gives and does, as one hash. */
function versionOf(action: Action): string {
  let version = versions.get(action);
  if (version === undefined) {
    const { name, effect, touches, literal, takesSource } = action;
    version = hashJson({
      name,
      effect: typeof effect === 'function' ? 'by its settings' : effect,
      touches,
      literal,
      takesSource,
      verifies: action.verify !== undefined,
      input: z.toJSONSchema(action.input, { unrepresentable: 'any', io: 'input' }),
      output: z.toJSONSchema(action.output, { unrepresentable: 'any', io: 'output' }),
    });
    versions.set(action, version);
  }
  return version;
}
