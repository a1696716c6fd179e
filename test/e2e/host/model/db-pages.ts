import { mapReferences } from './references.ts';
import { titleKey, type ModelBlock, type ModelPage } from './store.ts';
import { UUID, type World } from './world.ts';

/** Tags that every DB graph has. */
export const BUILT_IN_TAGS = { Task: 'logseq.class/Task', Page: 'logseq.class/Page', Tag: 'logseq.class/Tag' };

export type DbPages = ReturnType<typeof dbPages>;

/** The pages and tags of a DB graph: names with slashes are pages under pages, and text refers to pages by uuid. */
export function dbPages(world: World) {
  const { store } = world;
  const tags = new Map<string, ModelPage>();
  for (const [title, ident] of Object.entries(BUILT_IN_TAGS)) tags.set(ident, store.addPage(title));
  // Logseq's own, too: under it comes the first part of a new name with slashes.
  const library = store.addPage('Library');

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

  return { tags, library, findPage, find, isTag, pageAt, kept, shown };
}
