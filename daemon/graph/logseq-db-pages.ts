import { LOGSEQ_QUERIES } from '../../shared/logseq/methods.ts';
import { toDbName } from '../../shared/logseq/names.ts';
import { isDeleted, wholeNames } from '../../shared/logseq/page-rows.ts';
import { wholeName } from '../../shared/logseq/references.ts';
import type { LogseqHost } from './host.ts';
import { toPage, type HostPageEntity } from './logseq-entity.ts';
import { pageKey } from './names.ts';

/** A page of a DB graph with its whole name: a name with slashes is a page under pages. */
export interface NamedEntity {
  entity: HostPageEntity;
  name: string;
}

export interface DbPages {
  /** The page that Logseq gives for an id, a uuid or a title, of which there may be several. */
  byId(id: string | number): Promise<HostPageEntity | null>;
  /** The whole names of all pages, by their uuids. */
  all(): Promise<Map<string, string>>;
  /** The pages that a name can mean, the likeliest first. */
  meant(name: string): AsyncIterable<NamedEntity>;
}

/** The pages of a DB graph by their names. */
export function dbPages(host: LogseqHost): DbPages {
  const byId = async (id: string | number): Promise<HostPageEntity | null> =>
    toPage(await host.call('logseq.Editor.getPage', [id]));

  const all = async (): Promise<Map<string, string>> =>
    wholeNames(await host.call('logseq.DB.datascriptQuery', [LOGSEQ_QUERIES.pagesInDb]));

  async function* meant(name: string): AsyncGenerator<NamedEntity> {
    const wanted = toDbName(name);
    const parts = wanted.split('/');
    const seen = new Set<string>();
    let others = false;
    // Mostly the last part is enough; of several pages of that title, Logseq gives any.
    for (const title of new Set([parts.at(-1)!, wanted])) {
      const entity = await byId(title);
      if (!entity) continue;
      others = true;
      if (isDeleted(entity)) continue;
      const full = await wholeName(entity, byId);
      if (pageKey(full) !== pageKey(wanted)) continue;
      seen.add(entity.uuid);
      yield { entity, name: full };
    }
    if (!others) return;
    for (const [uuid, full] of await all()) {
      if (seen.has(uuid) || pageKey(full) !== pageKey(wanted)) continue;
      const entity = await byId(uuid);
      if (entity) yield { entity, name: full };
    }
  }

  return { byId, all, meant };
}
