import { BUILT_IN_TAGS, type DbPages } from './db-pages.ts';
import type { ModelBlock, ModelPage } from './store.ts';
import type { World } from './world.ts';

interface Schema {
  type?: string;
  cardinality?: 'one' | 'many';
}

export const STATUS = 'logseq.property/status';
const STATUSES = ['Backlog', 'Todo', 'Doing', 'In Review', 'Done', 'Canceled'];

/** The properties of a DB graph: entities of their own, with a type, that belong to the plugin which made them. */
export function dbProperties(world: World, plugin: string, { tags, kept, shown }: DbPages) {
  const { store } = world;
  store.schemas.set(STATUS, {
    id: store.nextId(),
    uuid: store.newUuid(),
    title: 'Status',
    many: false,
    type: 'default',
  });

  const identOf = (key: string): string => {
    const name = key
      .trim()
      .replaceAll(' ', '')
      .replace(/^[:_]+/, '');
    return name.includes('/') ? name : `plugin.property.${plugin}/${name.replace(/[^0-9a-zA-Z*+!_'?<>=-]/g, '')}`;
  };

  const upsertProperty = (key: string, schema: Schema = {}) => {
    const ident = identOf(key);
    const there = store.schemas.get(ident);
    if (!there && !ident.startsWith(`plugin.property.${plugin}/`)) {
      throw new Error('Plugins can only upsert its own properties');
    }
    const property = {
      id: there?.id ?? store.nextId(),
      uuid: there?.uuid ?? store.newUuid(),
      title: there?.title ?? key,
      many: schema.cardinality === undefined ? (there?.many ?? false) : schema.cardinality === 'many',
      type: schema.type ?? there?.type ?? 'default',
    };
    store.schemas.set(ident, property);
    return { id: property.id, uuid: property.uuid, title: property.title, ident: `:${ident}` };
  };

  const setProperties = (node: ModelBlock | ModelPage, values: Record<string, unknown>): void => {
    for (const [key, value] of Object.entries(values)) {
      const ident = identOf(key);
      if (!store.schemas.has(ident)) {
        upsertProperty(key, {
          type: typeof value === 'number' ? 'number' : typeof value === 'boolean' ? 'checkbox' : 'default',
          cardinality: Array.isArray(value) ? 'many' : 'one',
        });
      }
      const schema = store.schemas.get(ident)!;
      if (!schema.many && Array.isArray(value)) {
        throw new Error(`Property ${key} has cardinality \`one\` but passed multiple values`);
      }
      if (ident === STATUS) {
        // A closed value by its name; others take the status away. A status makes a block a task.
        if (STATUSES.some((status) => status === value)) {
          node.properties.set(ident, value);
          node.tags.add(tags.get(BUILT_IN_TAGS.Task)!.id);
        } else node.properties.delete(ident);
      } else if (value === null || value === undefined) node.properties.delete(ident);
      else if (schema.type === 'number' && typeof value !== 'number') {
        throw new Error(`Property ${key}: “${String(value)}” is not a number`);
      } else node.properties.set(ident, typeof value === 'string' ? kept(value) : value);
    }
    store.touch(node);
  };

  /** Property values in a tree are ids of entities: what they say has to be asked for. */
  const raw = (node: ModelBlock | ModelPage): Record<string, unknown> =>
    Object.fromEntries(
      [...node.properties].map(([ident, value]) => [
        `:${ident}`,
        typeof value === 'string' ? { id: store.schemas.get(ident)!.id + 1_000_000 } : value,
      ]),
    );
  const readable = (node: ModelBlock | ModelPage): Record<string, unknown> =>
    Object.fromEntries(
      [...node.properties].map(([ident, value]) => [`:${ident}`, typeof value === 'string' ? shown(value) : value]),
    );

  return { identOf, upsertProperty, setProperties, raw, readable };
}
