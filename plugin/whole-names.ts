import { fromDbName, toDbName } from '../shared/logseq/names.ts';
import { wholeNames } from '../shared/logseq/page-rows.ts';
import { wholeName, type NamedPage } from '../shared/logseq/references.ts';

/** A page as a database graph answers with it. */
export interface DbPage extends NamedPage {
  uuid: string;
  /** In the recycle bin. */
  deleted: boolean;
}

export interface DbPages {
  /** By its id, its uuid, or its own part of the name, of which Logseq gives the oldest page. */
  page(id: string | number): Promise<DbPage | null>;
  /** The answer to the query `pagesInDb`. */
  all(): Promise<unknown>;
  /** Whether anything stands on it. */
  written(uuid: string): Promise<boolean>;
}

/** Names of pages in a database graph, where a name with slashes is a page under pages, and a title can be that of several. */
export interface WholeNames {
  /** What everybody else calls a page. The page is remembered: it is the one that is meant by this name. */
  of(page: DbPage): Promise<string>;
  /** The uuid of the page of a whole name. Of several the remembered one, else one that something stands on. */
  find(name: string): Promise<string | undefined>;
}

export function makeWholeNames({ page: pageOf, all, written }: DbPages): WholeNames {
  const remembered = new Map<string, string>();

  async function isCalled(page: DbPage | null, key: string): Promise<boolean> {
    return page !== null && !page.deleted && keyOf(await wholeName(page, pageOf)) === key;
  }

  /** The likeliest first. */
  async function* candidates(name: string, key: string): AsyncGenerator<string> {
    const db = toDbName(name);
    let titled = false;
    for (const title of new Set([db.split('/').at(-1)!, db])) {
      const page = await pageOf(title);
      titled ||= page !== null;
      if (page && (await isCalled(page, key))) yield page.uuid;
    }
    if (!titled) return;
    for (const [uuid, whole] of wholeNames(await all())) if (keyOf(whole) === key) yield uuid;
  }

  return {
    async of(page) {
      const name = fromDbName(await wholeName(page, pageOf));
      remembered.set(name, page.uuid);
      return name;
    },
    async find(name) {
      const key = keyOf(toDbName(name));
      const known = remembered.get(name);
      // It may have been renamed, or moved, since.
      if (known !== undefined && (await isCalled(await pageOf(known), key))) return known;
      let first: string | undefined;
      for await (const uuid of candidates(name, key)) {
        if (uuid === first) continue;
        if (await written(uuid)) return uuid;
        first ??= uuid;
      }
      return first;
    },
  };
}

/** What two names have in common when Logseq takes them for the same page. */
const keyOf = (name: string): string => name.trim().normalize('NFC').toLowerCase();
