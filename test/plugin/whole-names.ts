import { LOGSEQ_QUERIES } from '../../shared/logseq/methods.ts';
import { isDeleted } from '../../shared/logseq/page-rows.ts';
import { makeWholeNames, type DbPage, type WholeNames } from '../../plugin/whole-names.ts';
import type { Model } from '../e2e/host/model/model.ts';

/** The names of a model's pages, as the plugin finds them. */
export function wholeNamesOf(model: Pick<Model, 'call'>): WholeNames {
  return makeWholeNames({
    page: (id) => dbPageOf(model, id),
    all: () => model.call('logseq.DB.datascriptQuery', [LOGSEQ_QUERIES.pagesInDb]),
    async written(uuid) {
      const tree = (await model.call('logseq.Editor.getPageBlocksTree', [uuid])) as { title: string }[] | undefined;
      return (tree ?? []).some(({ title }) => title !== '');
    },
  });
}

export async function dbPageOf(model: Pick<Model, 'call'>, id: string | number): Promise<DbPage | null> {
  const page = (await model.call('logseq.Editor.getPage', [id])) as
    { id: number; uuid: string; title: string; parent?: { id: number } } | undefined;
  return page ? { ...page, parent: page.parent?.id, deleted: isDeleted({ ...page }) } : null;
}
