import { defineCheck } from '../check.ts';
import { isBuiltIn } from '../names.ts';
import { isTemplate } from '../page-types.ts';

export const emptyPage = defineCheck({
  check: 'empty-page',
  title: 'Pages that say nothing',
  explanation: 'Whoever follows a link to one learns nothing: it was begun and forgotten, or emptied.',
  severity: 'hint',
  names: true,
  onPage(page, { graph }) {
    // A journal without notes is a day without notes; a page above others shows those.
    if (page.kind !== 'page' || !page.empty || graph.isAbove(page.key) || isTemplate(page)) return [];
    if (isBuiltIn(page.key)) return [];
    return [{ page, message: `“${page.name}” says nothing. Write it, or delete it where nothing leads to it.` }];
  },
});
