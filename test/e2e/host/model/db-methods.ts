import { pagesWithWorkflow } from './workflow-pages.ts';
import { LOGSEQ_QUERIES } from '../../../../shared/logseq/methods.ts';
import { BUILT_IN_TAGS, dbPages } from './db-pages.ts';
import { dbProperties, STATUS } from './db-properties.ts';
import { placeOf, withoutIndent, type Batch } from './inserting.ts';
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

/**
 * The methods of a DB graph: properties and tags are entities, names with slashes are pages under pages, references are
 * kept as uuids, and what is deleted lies in the recycle bin.
 */
export function dbMethods(world: World): Record<string, Method> {
  const { store } = world;
  const plugin = (world.options.pluginId ?? '_test_plugin').replace(/^[:_\s]+/, '');
  const pages = dbPages(world);
  const { tags, library, findPage, find, isTag, pageAt, kept, shown } = pages;
  const { identOf, upsertProperty, setProperties, raw, readable } = dbProperties(world, plugin, pages);

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
      const all = [...store.pages.values()];
      if (query === LOGSEQ_QUERIES.writtenInDb) {
        return all.filter((page) => page.children.length > 0).map((page) => page.uuid);
      }
      if (query !== LOGSEQ_QUERIES.pagesInDb) throw new Error(`The model does not know the query ${query}`);
      return all.map((page) => ({
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
