import { hashDefinition } from '../../../shared/workflow/canonical.ts';
import { defineCheck, type Found } from '../check.ts';
import { DAY_MS, days } from '../days.ts';
import { isTemplate } from '../page-types.ts';
import { isWorkflow, workflowOn } from '../workflow-pages.ts';

export const unrehearsedWorkflow = defineCheck({
  check: 'unrehearsed-workflow',
  title: 'Workflows that nobody has rehearsed for long',
  explanation:
    'A runbook that was never played through fails when it is needed. stagebook rehearse does it without any effect.',
  severity: 'hint',
  *run({ graph, ports, now, limits, note }): Iterable<Found> {
    const pages = graph
      .reviewed()
      .filter((page) => page.workflow !== undefined && !isTemplate(page) && isWorkflow(page));
    if (pages.length === 0) return;
    const { rehearsed } = ports;
    if (!rehearsed) {
      note('When workflows were rehearsed was not checked: nobody here can be asked.');
      return;
    }
    for (const page of pages) {
      const { definition } = workflowOn(page);
      // One that does not check is told as that.
      if (!definition) continue;
      const at = rehearsed(hashDefinition(definition), definition, {});
      const age = at === null ? Infinity : Math.floor((now - at) / DAY_MS);
      if (age <= limits.rehearsedDays) continue;
      const when = at === null ? 'was never rehearsed' : `was last rehearsed ${days(age)} ago`;
      yield { page, message: `“${page.name}” ${when}. Rehearse it: stagebook rehearse "${page.name}".` };
    }
  },
});
