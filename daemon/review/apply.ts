import { hashJson } from '../../shared/canonical-json.ts';
import { fail, toFailure } from '../../shared/failure.ts';
import type { Graph, GraphPage } from '../graph/graph.ts';
import type { Fix } from './finding.ts';
import { previewOf, wayBack } from './tree.ts';

/** What a fix did to a page: enough to take it back. */
export interface Done {
  page: string;
  /** The page as it was; null when the fix made it. */
  before: Pick<GraphPage, 'properties' | 'blocks' | 'text'> | null;
  /** The page's revision once the fix was made: what is undone must still be so. */
  after: string;
}

export interface PagePreview {
  page: string;
  before: string;
  after: string;
}

/** The name of exactly this change: what a person saw is what is done. */
export function digestOf({ pages }: Fix): string {
  return hashJson({ pages });
}

/** What a fix would change, page by page. Throws `review.changed` when a page is no longer as it was reviewed. */
export async function previewFix(graph: Graph, { pages }: Fix): Promise<PagePreview[]> {
  const previews: PagePreview[] = [];
  for (const { page, revision, changes } of pages) {
    const found = await asReviewed(graph, page, revision);
    previews.push({ page, ...previewOf(found, changes, graph.restore !== undefined) });
  }
  return previews;
}

/**
 * Makes a fix: all of its pages or none. Throws `review.changed` when a page is no longer as it was reviewed, and then
 * nothing has changed; what the graph throws is thrown once everything is back.
 */
export async function applyFix(graph: Graph, { pages }: Fix): Promise<Done[]> {
  const found = [];
  for (const each of pages) found.push({ ...each, before: await asReviewed(graph, each.page, each.revision) });
  const done: Done[] = [];
  try {
    for (const { page, revision, changes, before } of found) {
      const after = await graph.change(page, revision, changes);
      done.push({ page: after.name, before: before && keep(before, graph), after: after.revision });
    }
  } catch (error) {
    await undoFix(graph, done);
    if (toFailure(error).code === 'graph.changed') throw changedSince(pages.map(({ page }) => page));
    throw error;
  }
  return done;
}

/**
 * Takes a fix back, the last page first: files are then as they were, byte for byte. Throws `review.changed_since` when
 * somebody has changed one of the pages since the fix; then nothing is taken back.
 */
export async function undoFix(graph: Graph, done: readonly Done[]): Promise<void> {
  const pages = [];
  for (const each of done) {
    const is = await graph.read(each.page);
    if (is?.revision !== each.after) {
      throw fail(
        'conflict',
        'review.changed_since',
        `“${each.page}” was changed after the fix. Take the fix back by hand, or keep it.`,
      );
    }
    pages.push({ ...each, is });
  }
  for (const { page, before, is } of pages.toReversed()) {
    if (graph.restore && (before === null || before.text !== undefined)) {
      await graph.restore(page, is.revision, before?.text ?? null);
    } else await graph.change(page, is.revision, wayBack(before, is));
  }
}

async function asReviewed(graph: Graph, page: string, revision: string | null): Promise<GraphPage | null> {
  const found = await graph.read(page);
  if ((found?.revision ?? null) === revision) return found;
  throw changedSince([page]);
}

function changedSince(pages: readonly string[]): Error {
  const names = pages.map((page) => `“${page}”`).join(', ');
  return fail('conflict', 'review.changed', `${names} changed since the review. It is reviewed again: look once more.`);
}

/** Of a file its text is enough; blocks in Logseq are told by their uuids. */
function keep({ properties, blocks, text }: GraphPage, { restore }: Graph): Done['before'] {
  return restore && text !== undefined ? { properties: {}, blocks: [], text } : { properties, blocks };
}
