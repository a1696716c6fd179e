import { pagesWithWorkflow } from './workflow-pages.ts';
import { LOGSEQ_QUERIES } from '../../../../shared/logseq/methods.ts';
import { propertiesOf } from '../../../../shared/outline/index.ts';
import { camel, camelCased, insertProperties, needsTitle, onlyProperties, unquote } from './file-text.ts';
import { placeOf, withoutIndent, type Batch } from './inserting.ts';
import { mapReferences } from './references.ts';
import { isPage, pageOf, titleKey, type ModelBlock, type ModelPage } from './store.ts';
import { UUID, type Method, type World } from './world.ts';

interface InsertOptions {
  before?: boolean;
  sibling?: boolean;
  focus?: boolean;
  customUUID?: string;
  isPageBlock?: boolean;
  properties?: Record<string, unknown>;
}

/** The methods of a file graph: properties are lines of the text, and much else is left to the caller. */
export function fileMethods(world: World): Record<string, Method> {
  const { store } = world;

  /** Pages come into being by being named. They have no blocks and no file then. */
  const refer = (content: string): void => {
    mapReferences(content, (name) => {
      if (!store.pageByTitle(name)) store.addPage(name);
      return undefined;
    });
  };

  const findPage = (id: unknown): ModelPage | undefined => {
    if (typeof id === 'number') return store.pages.get(id);
    if (typeof id !== 'string') return undefined;
    if (UUID.test(id) && !world.isOld) return [...store.pages.values()].find((page) => page.uuid === id);
    return store.pageByTitle(id);
  };

  const makePage = (
    name: string,
    properties: Record<string, unknown>,
    firstBlock: boolean,
    journal: boolean,
  ): ModelPage => {
    const title = name
      .trim()
      .replace(/^\[\[|\]\]$/g, '')
      .replace(/^#+/, '')
      .replace(/^\/|\/$/g, '');
    return world.transact('create-page', [], (made) => {
      const told: ModelBlock[] = [];
      const one = (part: string, own: Record<string, unknown>): ModelPage => {
        const page = store.pageByTitle(part) ?? store.addPage(part, { journal });
        made(page);
        const titled = needsTitle(part) ? { title: part.includes(',') ? `"${part}"` : part } : {};
        const head = { ...titled, ...own };
        if (page.children.length === 0 && Object.keys(head).length > 0) {
          const block = store.insert(page, 0, insertProperties('', head));
          block.preBlock = true;
          told.push(block);
        }
        return page;
      };
      const parts = title.split('/');
      for (let i = 1; i < parts.length; i += 1) one(parts.slice(0, i).join('/'), {});
      const page = one(title, properties);
      if (firstBlock && (page.children.length === 0 || needsTitle(title))) {
        const block = store.insert(page, page.children.length, '');
        told.push(block);
        world.editSoon(block);
      }
      return { told, result: page };
    });
  };

  const insert = (id: string, content: string, options: InsertOptions = {}): ModelBlock | undefined => {
    if (typeof id !== 'string' || id.trim() === '') throw new Error("Page title or block UUID shouldn't be empty.");
    const named = UUID.test(id) ? undefined : id;
    const target = named === undefined ? world.block(id) : (findPage(named) ?? makePage(named, {}, false, false));
    if (!target) return undefined;
    const custom = world.isOld ? undefined : (options.customUUID ?? options.properties?.id);
    if (typeof custom === 'string') {
      if (!UUID.test(custom)) throw new Error(`${custom} is not a valid UUID string.`);
      if (store.blocks.has(custom)) throw new Error(`Custom block UUID already exists (${custom}).`);
    }
    const { parent, at } = placeOf(target, options.sibling ?? false, options.before ?? false);
    const text = insertProperties(content, { ...options.properties, ...(custom === undefined ? {} : { id: custom }) });
    return world.transact('insert-blocks', [pageOf(parent)], () => {
      const block = store.insert(parent, at, text.trimStart(), typeof custom === 'string' ? custom : undefined);
      refer(text);
      if (world.isOld || options.focus !== false) world.editSoon(block);
      return { told: [block], result: block };
    });
  };

  const insertBatch = (
    id: string,
    batch: Batch | Batch[],
    options: { sibling?: boolean; before?: boolean; keepUUID?: boolean } = {},
  ) => {
    const target = world.blockByUuid(id) ?? findPage(id);
    if (!target) return undefined;
    const trees = Array.isArray(batch) ? batch : [batch];
    const keep = !world.isOld && options.keepUUID === true;
    for (const { properties } of keep ? flatten(trees) : []) {
      const uuid = properties?.id;
      if (typeof uuid === 'string' && store.blocks.has(uuid)) {
        throw new Error(`Custom block UUID already exists (${uuid}).`);
      }
    }
    let anchor: ModelBlock | ModelPage = target;
    if (!world.isOld && options.before && options.sibling && !isPage(target)) {
      // The block in front, which for a first child is its parent.
      const siblings = target.parent.children;
      anchor = siblings[siblings.indexOf(target) - 1] ?? target.parent;
    }
    const sibling = !isPage(anchor) && (options.sibling ?? anchor.children.length === 0);
    return world.transact('insert-blocks', [pageOf(anchor)], () => {
      const told: ModelBlock[] = [];
      const add = (parent: ModelBlock | ModelPage, at: number, tree: Batch): ModelBlock => {
        const content = withoutIndent(insertProperties(tree.content, tree.properties ?? {})).trim();
        const own = tree.properties?.id;
        const block = store.insert(parent, at, content, keep && typeof own === 'string' ? own : undefined);
        refer(content);
        told.push(block);
        for (const [i, child] of (tree.children ?? []).entries()) add(block, i, child);
        return block;
      };
      const parent = sibling && !isPage(anchor) ? anchor.parent : anchor;
      const first = sibling && !isPage(anchor) ? parent.children.indexOf(anchor) + 1 : 0;
      for (const [i, tree] of trees.entries()) add(parent, first + i, tree);
      // An old host puts the first block in the place of an empty one.
      if (world.isOld && sibling && !isPage(anchor) && anchor.content === '' && told.length > 1) store.remove(anchor);
      if (told.length > 0) world.editSoon(told.at(-1)!);
      return { told, result: null };
    });
  };

  const save = (block: ModelBlock, content: string): void => {
    if (block.content.trim() === content.trim()) return;
    world.transact('save-block', [pageOf(block)], () => {
      block.content = content.trimStart();
      const first = isPage(block.parent) && block.parent.children[0] === block;
      block.preBlock = first && onlyProperties(block.content);
      refer(content);
      store.touch(block);
      const { title } = block.preBlock ? propertiesOf(block.content) : {};
      const page = pageOf(block);
      if (title && titleKey(unquote(title)) !== titleKey(page.title) && !store.pageByTitle(unquote(title))) {
        page.title = unquote(title);
      }
      return { told: [block], result: undefined };
    });
  };

  const setProperty = (id: unknown, key: string, value: unknown): void => {
    const block = world.blockByUuid(id);
    if (block) save(block, insertProperties(block.content, { [key.toLowerCase().replaceAll(' ', '-')]: value }));
  };

  const template = (name: string): ModelBlock | undefined =>
    [...store.blocks.values()].find((block) => propertiesOf(block.content).template === name);

  const pageEntity = (page: ModelPage) => ({
    id: page.id,
    uuid: page.uuid,
    name: titleKey(page.title),
    originalName: page.title,
    format: 'markdown',
    'journal?': page.journal,
    createdAt: page.createdAt,
    updatedAt: page.updatedAt,
    ...(page.children.length > 0 && { file: { id: page.id + 100_000 } }),
    ...(page.children[0]?.preBlock && { properties: camelCased(propertiesOf(page.children[0].content)) }),
  });

  const blockEntity = (block: ModelBlock, children?: unknown[], level?: number): Record<string, unknown> => {
    const siblings = block.parent.children;
    const properties = propertiesOf(block.content);
    const marker = /^(TODO|DOING|DONE|LATER|NOW|WAITING|CANCELED) /.exec(block.content)?.[1];
    return {
      id: block.id,
      uuid: block.uuid,
      content: block.content,
      format: 'markdown',
      parent: { id: block.parent.id },
      left: { id: (siblings[siblings.indexOf(block) - 1] ?? block.parent).id },
      page: { id: pageOf(block).id },
      properties: camelCased(properties),
      ...(marker && { marker }),
      ...(block.preBlock && { 'preBlock?': true }),
      ...(properties.collapsed === 'true' && { 'collapsed?': true }),
      ...(level !== undefined && { level }),
      ...(children && { children }),
    };
  };
  const tree = (blocks: readonly ModelBlock[], level = 1): unknown[] =>
    blocks.map((block) => blockEntity(block, tree(block.children, level + 1), level));

  const getBlock = (id: unknown, options?: { includeChildren?: boolean }) => {
    const block = typeof id === 'number' ? world.block(id) : world.blockByUuid(id);
    if (!block) return undefined;
    if (options?.includeChildren) return blockEntity(block, tree(block.children, 2), 1);
    return blockEntity(
      block,
      block.children.map(({ uuid }) => ['uuid', uuid]),
    );
  };

  const common: Record<string, Method> = {
    getPage: (id: unknown) => {
      const page = findPage(id);
      return page && pageEntity(page);
    },
    getAllPages: () => [...store.pages.values()].map(pageEntity),
    createPage: (
      name: string,
      properties?: Record<string, unknown>,
      options?: { createFirstBlock?: boolean; redirect?: boolean; journal?: boolean },
    ) => {
      const page =
        store.pageByTitle(name) ??
        makePage(name, properties ?? {}, options?.createFirstBlock ?? true, options?.journal ?? false);
      if (options?.redirect !== false) world.current = page;
      return pageEntity(page);
    },
    deletePage: (name: string) => {
      const page = store.pageByTitle(name);
      if (!page) return undefined;
      world.transact('delete-page', [page], () => {
        store.removePage(page);
        return { told: [], result: undefined };
      });
    },
    renamePage: (from: string, to: string) => {
      const page = store.pageByTitle(from);
      if (!page) return undefined;
      world.transact('rename-page', [page], () => {
        page.title = to.trim();
        const head = page.children[0];
        if (head?.preBlock && propertiesOf(head.content).title)
          head.content = insertProperties(head.content, { title: to });
        return { told: [], result: undefined };
      });
    },
    getPageBlocksTree: (id: unknown) => {
      const page = findPage(id);
      return page && tree(page.children);
    },
    getCurrentPageBlocksTree: () => world.current && tree(world.current.children),
    getBlock,
    getCurrentBlock: (options?: { includeChildren?: boolean }) =>
      world.editing && getBlock(world.editing.uuid, options),
    insertBlock: (id: string, content: string, options?: InsertOptions) => {
      const block = insert(id, content, options);
      return block && blockEntity(block);
    },
    insertBatchBlock: insertBatch,
    appendBlockInPage: (id: string, content: string, options?: InsertOptions) => {
      const page = findPage(id) ?? (UUID.test(id) ? world.block(id) : makePage(id, {}, true, false));
      const last = page?.children.at(-1);
      const block = last
        ? insert(last.uuid, content, { ...options, sibling: true, before: false })
        : insert(id, content, { ...options, sibling: false });
      return block && blockEntity(block);
    },
    updateBlock: (id: string, content: string, options?: { properties?: Record<string, unknown> }) => {
      const block = world.blockByUuid(id);
      const text = world.isOld ? content : insertProperties(content, options?.properties ?? {});
      if (world.editing && world.editing.uuid === id) world.editing.text = text;
      else if (block) save(block, text);
      return null;
    },
    removeBlock: (id: string) => {
      const block = world.blockByUuid(id);
      if (!block) return null;
      return world.transact('delete-blocks', [pageOf(block)], () => {
        store.remove(block);
        return { told: [], result: null };
      });
    },
    moveBlock: (source: string, target: string, options?: { before?: boolean; children?: boolean }) => {
      const [from, to] = [world.blockByUuid(source), world.blockByUuid(target)];
      if (!from || !to) return null;
      return world.transact('move-blocks', [pageOf(from), pageOf(to)], () => {
        const parent = options?.children && !options.before ? to : to.parent;
        const at = parent === to ? 0 : parent.children.indexOf(to) + (options?.before ? 0 : 1);
        store.move(from, parent, at);
        return { told: [from], result: null };
      });
    },
    setBlockCollapsed: (id: string, flag: unknown) => {
      const block = world.blockByUuid(id);
      const wanted = typeof flag === 'object' && flag !== null && 'flag' in flag ? flag.flag : flag;
      if (block)
        setProperty(
          id,
          'collapsed',
          wanted === 'toggle' ? propertiesOf(block.content).collapsed !== 'true' : wanted || '',
        );
      return null;
    },
    upsertBlockProperty: setProperty,
    removeBlockProperty: (id: string, key: string) => setProperty(id, key, ''),
    getBlockProperty: (id: string, key: string) =>
      camelCased(propertiesOf(world.blockByUuid(id)?.content ?? ''))[camel(key)],
    getBlockProperties: (id: string) => {
      const block = world.blockByUuid(id);
      return block && camelCased(propertiesOf(block.content));
    },
    datascriptQuery: (query: string) => {
      if (query === LOGSEQ_QUERIES.workflows) {
        return pagesWithWorkflow(store.pages.values()).map((page) => [
          { 'original-name': page.title, name: page.title.toLowerCase() },
        ]);
      }
      if (query !== LOGSEQ_QUERIES.written) throw new Error(`The model does not know the query ${query}`);
      return [...store.pages.values()]
        .filter((page) => page.children.some((block) => !block.preBlock))
        .map((page) => page.title);
    },
  };
  if (world.isOld) return common;
  return {
    ...common,
    getTemplate: (name: string) => {
      const block = template(name);
      return block && blockEntity(block);
    },
    existTemplate: (name: string) => template(name) !== undefined,
    createTemplate: (id: string, name: string, options?: { overwrite?: boolean }) => {
      const old = template(name);
      if (old && !options?.overwrite) throw new Error('Template already exists!');
      if (old) setProperty(old.uuid, 'template', '');
      setProperty(id, 'template', name);
    },
    removeTemplate: (name: string) => {
      const block = template(name);
      if (block) setProperty(block.uuid, 'template', '');
    },
    insertTemplate: (id: string, name: string) => {
      const [source, target] = [template(name), world.blockByUuid(id)];
      if (!source || !target) return null;
      const copy = (block: ModelBlock): Batch => ({
        content: insertProperties(block.content, { id: '', template: '', 'template-including-parent': '' }),
        children: block.children.map(copy),
      });
      const whole = propertiesOf(source.content)['template-including-parent'] !== 'false';
      insertBatch(id, whole ? [copy(source)] : source.children.map(copy), { sibling: true });
      return null;
    },
  };
}

function flatten(trees: readonly Batch[]): Batch[] {
  return trees.flatMap((tree) => [tree, ...flatten(tree.children ?? [])]);
}
