import { isObject } from '../../../shared/json.ts';
import type { DefinitionReading, DefinitionResults } from '../../../shared/protocol/calls/definitions.ts';
import { walk, type NodePath } from '../../../shared/workflow/definition.ts';
import { printWorkflowText } from '../../../shared/workflow/print.ts';
import type { Pinned } from '../../engine/definitions.ts';
import { hashPersona, personaOf, type PersonaPage } from '../../personas/persona-page.ts';
import { printPersona } from '../../personas/print-persona.ts';
import { lastTrusted, reviewDefinition, trustedBy } from '../../trust.ts';
import { effectOf, keptBody, pinnedOf, type Office } from '../office.ts';
import type { Calls } from './call.ts';

/** What a workflow may do, for whoever is asked to trust it. */
export function definitionCalls(office: Office): Calls<keyof DefinitionResults> {
  const { engine, database, actions } = office;
  return {
    'definition.read': ({ definition: hash }) => {
      const persona = personaOf(keptBody(office, hash));
      if (persona) return readPersona(office, persona, hash);
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

/** What a persona may do, and how that differs from what its name stands for now. */
function readPersona({ database, personas }: Office, persona: PersonaPage, hash: string): DefinitionReading {
  const { id, actions, secrets, tools = {} } = persona.shape;
  const by = trustedBy(database, hash);
  const known = personas.page(id);
  const before = known && hashPersona(known) !== hash ? known : undefined;
  const named = Object.entries(tools).flatMap(([server, names]) => names.map((name) => `${server}/${name}`));
  return {
    title: persona.title || id,
    hash,
    // What somebody trusted once and something else took the place of can be trusted again.
    trusted: known !== undefined && before === undefined,
    ...(by ? { trustedBy: by } : {}),
    inputs: {},
    effects: [],
    secrets: [...secrets],
    personas: [id],
    calls: [],
    persona: { actions: [...actions], tools: named },
    text: printPersona(persona),
    ...(before ? { before: { hash: hashPersona(before), text: printPersona(before) } } : {}),
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
