import { pagesWithWorkflow } from './workflow-pages.ts';
import { LOGSEQ_QUERIES } from '../../../../shared/logseq/methods.ts';
import { placeOf } from './file-methods.ts';
import { mapReferences } from './references.ts';
import { isPage, pageOf, titleKey, type ModelBlock, type ModelPage } from './store.ts';
import { UUID, type Method, type World } from './world.ts';

interface InsertOptions {
  before?: boolean;
  sibling?: boolean;
  start?: boolean;
  end?: boolean;
  customUUID?: string;
  properties?: Record<string, unknown>;
}

interface Batch {
  content: string;
  properties?: Record<string, unknown>;
  children?: Batch[];
}

interface Schema {
  type?: string;
  cardinality?: 'one' | 'many';
}

/** Tags that every DB graph has. */
const BUILT_IN_TAGS = { Task: 'logseq.class/Task', Page: 'logseq.class/Page', Tag: 'logseq.class/Tag' };

const STATUS = 'logseq.property/status';
const STATUSES = ['Backlog', 'Todo', 'Doing', 'In Review', 'Done', 'Canceled'];

/**
 * The methods of a DB graph: properties and tags are entities, names with slashes are pages under pages, references are
 * kept as uuids, and what is deleted lies in the recycle bin.
 */
export function dbMethods(world: World): Record<string, Method> {
  const { store } = world;
  const plugin = (world.options.pluginId ?? '_test_plugin').replace(/^[:_\s]+/, '');
  const tags = new Map<string, ModelPage>();
  for (const [title, ident] of Object.entries(BUILT_IN_TAGS)) tags.set(ident, store.addPage(title));
  // Logseq's own, too: under it comes the first part of a new name with slashes.
  const library = store.addPage('Library');
  store.schemas.set(STATUS, {
    id: store.nextId(),
    uuid: store.newUuid(),
    title: 'Status',
    many: false,
    type: 'default',
  });

  const findPage = (id: unknown): ModelPage | undefined => {
    if (typeof id === 'number') return store.pages.get(id);
    if (typeof id !== 'string') return undefined;
    if (UUID.test(id)) return [...store.pages.values()].find((page) => page.uuid === id);
    return store.pageByTitle(id);
  };
  const find = (id: unknown): ModelBlock | ModelPage | undefined =>
    findPage(id) ?? (typeof id === 'string' && !UUID.test(id) ? undefined : world.block(id));

  const isTag = (page: ModelPage): boolean => [...tags.values()].includes(page);

  /** The page of a name, part by part, each made where it is missing. */
  const pageAt = (name: string, uuid?: string, made?: (page: ModelPage) => void): ModelPage => {
    const parts = name
      .split('/')
      .map((part) => part.trim())
      .filter((part) => part !== '');
    let above: ModelPage | undefined;
    for (const [i, part] of parts.entries()) {
      const over: ModelPage | undefined = above;
      // By its title, and that of the page over it alone: not by what is over them.
      const there =
        over === undefined
          ? store.pageByTitle(part)
          : [...store.pages.values()].find(
              (page) =>
                titleKey(page.title) === titleKey(part) &&
                page.above !== undefined &&
                titleKey(page.above.title) === titleKey(over.title),
            );
      const page: ModelPage =
        there ??
        store.addPage(part, {
          ...(parts.length > 1 && { above: above ?? library }),
          ...(uuid !== undefined && i === parts.length - 1 && { uuid }),
        });
      if (!there) made?.(page);
      above = page;
    }
    if (!above) throw new Error('Page title can’t be blank.');
    return above;
  };

  /** Text as it is kept: what it refers to by uuid. */
  const kept = (content: string, node?: ModelBlock): string =>
    mapReferences(content, (name) => {
      if (UUID.test(name)) return undefined;
      // Unlike `getPage`, references tell capitals from small letters.
      const page =
        [...store.pages.values()].find(({ title }) => title === name) ??
        (name.includes('/') ? pageAt(name) : store.addPage(name));
      if (node && content.includes(`#${name}`)) {
        tags.set(`user.class/${name}`, page);
        node.tags.add(page.id);
      }
      return page.uuid;
    });
  const shown = (text: string): string =>
    mapReferences(text, (name) => (UUID.test(name) ? findPage(name)?.title : undefined));

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

  const insertOne = (parent: ModelBlock | ModelPage, at: number, content: string, uuid?: string): ModelBlock => {
    const block = store.insert(parent, at, '', uuid);
    block.content = kept(content.trim(), block);
    return block;
  };

  const insert = (id: unknown, content: string, options: InsertOptions = {}): ModelBlock | undefined => {
    const target = find(id);
    if (!target) return undefined;
    const custom = options.customUUID ?? options.properties?.id;
    if (custom !== undefined && (typeof custom !== 'string' || !UUID.test(custom))) {
      throw new Error(`${String(custom)} is not a valid UUID string.`);
    }
    if (custom !== undefined && store.blocks.has(custom))
      throw new Error(`Custom block UUID already exists (${custom}).`);
    const place =
      options.start && !options.sibling
        ? { parent: target, at: 0 }
        : placeOf(target, options.sibling ?? false, options.before ?? false);
    return world.transact('insert-blocks', [pageOf(target)], () => {
      const block = insertOne(place.parent, place.at, content, custom);
      const { id: _, ...properties } = options.properties ?? {};
      setProperties(block, properties);
      return { told: [block], result: block };
    });
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

  const pageEntity = (page: ModelPage) => ({
    id: page.id,
    uuid: page.uuid,
    name: titleKey(page.title),
    title: page.title,
    content: page.title,
    fullTitle: page.title,
    type: isTag(page) ? 'class' : page.journal ? 'journal' : 'page',
    createdAt: page.createdAt,
    updatedAt: page.updatedAt,
    ...(page.above && { parent: { id: page.above.id } }),
    ...(page.deletedAt !== undefined && { ':logseq.property/deleted-at': page.deletedAt }),
    tags: [{ id: tags.get(BUILT_IN_TAGS.Page)!.id }, ...[...page.tags].map((id) => ({ id }))],
    ...raw(page),
  });

  const blockEntity = (block: ModelBlock, children?: unknown[], level?: number): Record<string, unknown> => ({
    id: block.id,
    uuid: block.uuid,
    title: block.content,
    content: block.content,
    fullTitle: shown(block.content),
    order: `a${String(block.parent.children.indexOf(block)).padStart(6, '0')}`,
    format: 'markdown',
    parent: { id: block.parent.id },
    page: { id: pageOf(block).id },
    ...(block.tags.size > 0 && { tags: [...block.tags].map((id) => ({ id })) }),
    ...(block.collapsed && { 'collapsed?': true }),
    ...raw(block),
    ...(level !== undefined && { level }),
    ...(children && { children }),
  });
  const tree = (blocks: readonly ModelBlock[], level = 1): unknown[] =>
    blocks.map((block) => blockEntity(block, tree(block.children, level + 1), level));

  const getBlock = (id: unknown, options?: { includeChildren?: boolean; includePage?: boolean }) => {
    const node = find(id);
    if (!node) return undefined;
    // Without options, a page is given as well.
    if (isPage(node)) return options && !options.includePage ? undefined : pageEntity(node);
    if (options?.includeChildren) return blockEntity(node, tree(node.children, 2), 1);
    return blockEntity(
      node,
      node.children.map(({ uuid }) => ['uuid', uuid]),
    );
  };

  return {
    getCurrentPage: () => world.current && pageEntity(world.current),
    getPage: (id: unknown) => {
      const page = findPage(id);
      return page && pageEntity(page);
    },
    getAllPages: () =>
      [...store.pages.values()]
        .toSorted((a, b) => a.title.localeCompare(b.title))
        .map(({ id, uuid, title, createdAt, updatedAt }) => ({
          id,
          uuid,
          name: titleKey(title),
          title,
          content: title,
          fullTitle: title,
          createdAt,
          updatedAt,
        })),
    createPage: (
      name: string,
      properties?: Record<string, unknown>,
      options: { redirect?: boolean; customUUID?: string } = {},
    ) => {
      if (typeof name !== 'string' || name.trim() === '') return undefined;
      if (name.includes('#')) throw new Error('Page name can’t include "#".');
      const title = name.replace(/^\/|\/$/g, '');
      // One under another page, too, and one in the recycle bin, where it stays.
      const there = store.pageByTitle(title);
      const page = world.transact('create-page', there ? [there] : [], (made) => {
        const fresh: ModelPage[] = [];
        const found =
          there ??
          pageAt(title, options.customUUID, (one) => {
            made(one);
            fresh.push(one);
          });
        if (fresh.includes(found)) {
          store.insert(found, 0, '');
          setProperties(found, properties ?? {});
        }
        return { told: found.children, result: found };
      });
      if (options.redirect !== false) world.current = page;
      return pageEntity(page);
    },
    deletePage: (name: string) => {
      const page = findPage(name);
      if (!page) return undefined;
      world.transact('delete-page', [page], () => {
        page.deletedAt = store.now();
        return { told: [], result: undefined };
      });
    },
    restorePage: (name: string) => {
      const page = findPage(name);
      if (page) delete page.deletedAt;
    },
    renamePage: (id: string, to: string) => {
      if (!UUID.test(id)) throw new Error('Invalid page uuid');
      const page = findPage(id);
      if (!page) return undefined;
      return world.transact('rename-page', [page], () => {
        page.title = to.trim();
        return { told: [], result: true };
      });
    },
    getPageBlocksTree: (id: unknown) => {
      const page = findPage(id);
      return page && tree(page.children);
    },
    getCurrentPageBlocksTree: () =>
      world.current && world.current.children.length > 0 ? tree(world.current.children) : undefined,
    getBlock,
    getCurrentBlock: (options?: { includeChildren?: boolean }) =>
      world.editing && getBlock(world.editing.uuid, options),
    insertBlock: (id: unknown, content: string, options?: InsertOptions) => {
      const block = insert(id, content, options);
      return block && blockEntity(block);
    },
    insertBatchBlock: (id: unknown, batch: Batch | Batch[], options: { sibling?: boolean; before?: boolean } = {}) => {
      const target = find(id);
      if (!target) return undefined;
      const anchor = isPage(target)
        ? target
        : options.before
          ? (target.parent.children[target.parent.children.indexOf(target) - 1] ?? target.parent)
          : target;
      return world.transact('insert-blocks', [pageOf(anchor)], () => {
        const told: ModelBlock[] = [];
        const add = (parent: ModelBlock | ModelPage, at: number, node: Batch): void => {
          const block = insertOne(parent, at, withoutIndent(node.content));
          const { id: _, ...properties } = node.properties ?? {};
          setProperties(block, properties);
          told.push(block);
          for (const [i, child] of (node.children ?? []).entries()) add(block, i, child);
        };
        const sibling = !isPage(anchor) && (options.sibling ?? anchor.children.length === 0);
        const parent = sibling ? anchor.parent : anchor;
        const first = sibling ? parent.children.indexOf(anchor) + 1 : 0;
        for (const [i, node] of (Array.isArray(batch) ? batch : [batch]).entries()) add(parent, first + i, node);
        if (told.length > 0) world.editSoon(told.at(-1)!);
        return { told, result: told.map((block) => blockEntity(block)) };
      });
    },
    appendBlockInPage: (id: string, content: string, options?: InsertOptions) => {
      const page = findPage(id) ?? pageAt(id);
      const last = page.children.at(-1);
      const block = insert(last?.uuid ?? page.uuid, content, { ...options, sibling: last !== undefined });
      return block && blockEntity(block);
    },
    updateBlock: (id: unknown, content: string, options?: { properties?: Record<string, unknown> }) => {
      const block = find(id);
      if (!block || isPage(block)) return undefined;
      return world.transact('save-block', [pageOf(block)], () => {
        setProperties(block, options?.properties ?? {});
        block.content = kept(content.trim(), block);
        if (world.editing?.uuid === block.uuid) world.editing.text = block.content;
        return { told: [block], result: undefined };
      });
    },
    removeBlock: (id: unknown) => {
      const block = find(id);
      if (!block || isPage(block)) return undefined;
      return world.transact('delete-blocks', [pageOf(block)], () => {
        store.remove(block);
        return { told: [], result: undefined };
      });
    },
    moveBlock: (source: string, target: string, options?: { before?: boolean; children?: boolean }) => {
      const [from, to] = [world.block(source), world.block(target)];
      if (!from || !to) return undefined;
      return world.transact('move-blocks', [pageOf(from), pageOf(to)], () => {
        const parent = options?.children && !options.before ? to : to.parent;
        store.move(from, parent, parent === to ? 0 : parent.children.indexOf(to) + (options?.before ? 0 : 1));
        return { told: [from], result: undefined };
      });
    },
    setBlockCollapsed: (id: unknown, flag: unknown) => {
      const block = find(id);
      if (!block || isPage(block)) return undefined;
      const wanted = typeof flag === 'object' && flag !== null && 'flag' in flag ? flag.flag : flag;
      block.collapsed = wanted === 'toggle' ? !block.collapsed : Boolean(wanted);
      return null;
    },
    upsertProperty,
    getProperty: (key: string) => {
      const property = store.schemas.get(identOf(key));
      return (
        property && {
          id: property.id,
          uuid: property.uuid,
          title: property.title,
          ident: `:${identOf(key)}`,
          type: property.type,
        }
      );
    },
    getAllProperties: () =>
      [...store.schemas].map(([ident, { id, uuid, title }]) => ({ id, uuid, title, ident: `:${ident}` })),
    upsertBlockProperty: (id: unknown, key: string, value: unknown) => {
      const node = find(id);
      if (!node) return undefined;
      return world.transact('set-block-properties', [pageOf(node)], () => {
        setProperties(node, { [key]: value });
        return { told: isPage(node) ? [] : [node], result: undefined };
      });
    },
    removeBlockProperty: (id: unknown, key: string) => {
      const node = find(id);
      if (!node) return undefined;
      return world.transact('set-block-properties', [pageOf(node)], () => {
        node.properties.delete(identOf(key));
        store.touch(node);
        return { told: isPage(node) ? [] : [node], result: undefined };
      });
    },
    getBlockProperty: (id: unknown, key: string) => {
      const value = find(id)?.properties.get(identOf(key));
      return typeof value === 'string' ? shown(value) : value;
    },
    getBlockProperties: (id: unknown) => {
      const node = find(id);
      // What a tag gives by default comes with it.
      const task = node?.tags.has(tags.get(BUILT_IN_TAGS.Task)!.id) ? { [`:${STATUS}`]: 'Todo' } : {};
      return node && { ...task, ...readable(node) };
    },
    getPageProperties: (id: unknown) => {
      const page = findPage(id);
      return page && readable(page);
    },
    createTag: (title: string) => {
      if (title.includes('/')) throw new Error("Tag title shouldn't include forward slash");
      const page = store.pageByTitle(title) ?? store.addPage(title);
      tags.set(`plugin.class.${plugin}/${title}`, page);
      return { ...pageEntity(page), ident: `:plugin.class.${plugin}/${title}` };
    },
    getTag: (id: string) => {
      const page =
        tags.get(id.replace(/^:/, '')) ?? [...tags.values()].find((tag) => titleKey(tag.title) === titleKey(id));
      return page && pageEntity(page);
    },
    addBlockTag: (id: string, tag: string) => {
      const node = find(id);
      const page = tags.get(tag.replace(/^:/, '')) ?? findPage(tag);
      if (!node || !page || !isTag(page)) throw new Error(`Not a valid tag: ${tag}`);
      node.tags.add(page.id);
    },
    removeBlockTag: (id: string, tag: string) => {
      const page = tags.get(tag.replace(/^:/, '')) ?? findPage(tag);
      if (page) find(id)?.tags.delete(page.id);
    },
    datascriptQuery: (query: string) => {
      if (query === LOGSEQ_QUERIES.workflowsInDb) {
        return pagesWithWorkflow(store.pages.values()).map((page) => [{ title: page.title, uuid: page.uuid }]);
      }
      const pages = [...store.pages.values()];
      if (query === LOGSEQ_QUERIES.writtenInDb) {
        return pages.filter((page) => page.children.length > 0).map((page) => page.uuid);
      }
      if (query !== LOGSEQ_QUERIES.pagesInDb) throw new Error(`The model does not know the query ${query}`);
      return pages.map((page) => ({
        id: page.id,
        uuid: page.uuid,
        title: page.title,
        content: page.title,
        ...(page.above && { parent: { id: page.above.id } }),
        ...((page === library || Object.values(BUILT_IN_TAGS).some((ident) => tags.get(ident) === page)) && {
          ':logseq.property/built-in?': true,
        }),
        ...(page.deletedAt !== undefined && { ':logseq.property/deleted-at': page.deletedAt }),
      }));
    },
  };
}

/** As in a file graph: the parser takes the first level of indentation for the block's own. */
function withoutIndent(content: string): string {
  const [first = '', ...rest] = content.split('\n');
  return [first, ...rest.map((line) => line.replace(/^(\t| {1,2})/, ''))].join('\n');
}
