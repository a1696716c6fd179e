import type { ModelBlock, ModelPage } from './store.ts';

/** What `includes?` finds: pages of which a block has the macro of a workflow's header. */
export function pagesWithWorkflow(pages: Iterable<ModelPage>): ModelPage[] {
  const has = ({ content, children }: ModelBlock): boolean =>
    content.includes('{{renderer :stagebook, workflow}}') || children.some(has);
  return [...pages].filter((page) => page.children.some(has));
}
