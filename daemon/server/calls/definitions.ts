import { isObject } from '../../../shared/json.ts';
import type { DefinitionReading } from '../../../shared/protocol.ts';
import { walk, type NodePath } from '../../../shared/workflow/definition.ts';
import { printWorkflowText } from '../../../shared/workflow/print.ts';
import type { Pinned } from '../../engine/definitions.ts';
import { lastTrusted, reviewDefinition, trustedBy } from '../../trust.ts';
import { effectOf, pinnedOf, type Office } from '../office.ts';
import type { Calls } from './call.ts';

/** What a workflow may do, for whoever is asked to trust it. */
export function definitionCalls(office: Office): Calls<'definition.read'> {
  const { engine, database, actions } = office;
  return {
    'definition.read': ({ definition: hash }) => {
      const pinned = pinnedOf(office, hash);
      const { inputs } = pinned.definition.header.settings;
      const { title, personas, secrets, pages } = reviewDefinition(database, hash, actions);
      const by = trustedBy(database, hash);
      const before = lastTrusted(database, title, hash);
      return {
        title,
        hash,
        trusted: engine.trusted(hash),
        ...(by ? { trustedBy: by } : {}),
        inputs: isObject(inputs) ? inputs : {},
        effects: effectsOf(office, pinned),
        secrets,
        personas,
        calls: pages,
        text: textOf(pinned),
        ...(before ? { before: { hash: before.hash, text: textOf(before.pinned) } } : {}),
      };
    },
  };
}

/** Every step that writes, in order, those of called pages behind. */
function effectsOf(office: Office, { definition, pages }: Pinned): DefinitionReading['effects'] {
  const all = [['', definition] as const, ...Object.entries(pages)];
  return all.flatMap(([page, { body }]) => {
    const personas = new Map<NodePath, string>();
    const effects: DefinitionReading['effects'] = [];
    for (const { node, path, parent } of walk(body)) {
      const { role, title, settings } = node;
      const persona =
        role === 'stage' && typeof settings.persona === 'string' ? settings.persona : personas.get(parent);
      if (persona !== undefined) personas.set(path, persona);
      if (role !== 'step' || typeof settings.uses !== 'string') continue;
      const { uses } = settings;
      const effect = effectOf(office, uses, isObject(settings.with) ? settings.with : {});
      if (effect !== 'write' && effect !== 'irreversible') continue;
      const where = page === '' ? path : `${page} › ${path}`;
      effects.push({ path: where, title, uses, effect, ...(persona === undefined ? {} : { persona }) });
    }
    return effects;
  });
}

/** All that can run, as pages would have it. */
function textOf({ definition, pages }: Pinned): string {
  const called = Object.entries(pages).map(([name, page]) => `\n# ${name}\n\n${printWorkflowText(page)}`);
  return [printWorkflowText(definition), ...called].join('');
}
