import type { PageSource } from '../pages/page.ts';
import { link, nameOf } from './text.ts';

/** The pages that belong together, as properties: every page links its run, its workflow and the others. */
export function siblingProperties({ definition, state, siblings }: PageSource, own = 'run'): Record<string, string> {
  const links: Record<string, string> = { workflow: link(nameOf(definition.header.title || state.title)) };
  for (const [kind, page] of Object.entries(siblings)) {
    if (kind !== own) links[kind] = link(page);
  }
  return links;
}
