import { fromDbName } from './names.ts';

/** A page as a database graph answers with it, as far as its name goes. */
export interface NamedPage {
  id: number;
  title?: string | undefined;
  name?: string | undefined;
  /** The page that this one is under. */
  parent?: number | undefined;
}

/** A reference as a database graph keeps it in a text: a page by its uuid. */
const REFERENCE = /(#?)\[\[([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})]]/gi;

/** A name that a tag can have without brackets. */
const WORD = /^[^\s#[\](),.;:!?]+$/;

/**
 * Spells references in texts of one reading by the names of their pages, as people write them. What no page is found for stays as
 * it is. Both readers of a database graph use it: a workflow has to be the same to both, or what one trusts the other would not.
 */
export function speller(
  pageById: (id: string | number) => Promise<NamedPage | null>,
): (text: string) => Promise<string> {
  const names = new Map<string, Promise<string | undefined>>();
  const nameOf = async (uuid: string): Promise<string | undefined> => {
    const page = await pageById(uuid);
    return page ? fromDbName(await wholeName(page, pageById)) : undefined;
  };
  return async (text) => {
    const found = new Map<string, string | undefined>();
    for (const [, , uuid = ''] of text.matchAll(REFERENCE)) {
      const name = names.get(uuid) ?? nameOf(uuid);
      names.set(uuid, name);
      found.set(uuid, await name);
    }
    if (found.size === 0) return text;
    return text.replace(REFERENCE, (whole, hash: string, uuid: string) => {
      const name = found.get(uuid);
      if (name === undefined) return whole;
      return hash !== '' && WORD.test(name) ? `#${name}` : `${hash}[[${name}]]`;
    });
  };
}

/**
 * Whether this is Logseq's own Library. Logseq puts the first part of a new name with slashes under it, and leaves it out when it
 * says a name.
 */
export function isLibrary({ title, parent }: { title?: string | undefined; parent?: unknown }): boolean {
  return title === 'Library' && (parent === undefined || parent === null);
}

/** The whole name of a page in a database graph, with those above it, as Logseq has it. */
export async function wholeName(of: NamedPage, pageById: (id: number) => Promise<NamedPage | null>): Promise<string> {
  const parts: string[] = [];
  const seen = new Set<number>();
  for (let page: NamedPage | null = of; page && !seen.has(page.id);) {
    if (page !== of && isLibrary(page)) break;
    seen.add(page.id);
    parts.unshift(page.title ?? page.name ?? '');
    page = page.parent === undefined ? null : await pageById(page.parent);
  }
  return parts.join('/');
}
