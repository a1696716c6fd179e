import { defineCheck, eachPageWith, toldApart, type Found, type Subject } from '../check.ts';
import { isTemplate, typeOf } from '../page-types.ts';

/** Types of pages on which a task is somebody's. */
const SHARED = new Set(['incident', 'post-mortem', 'postmortem', 'project', 'runbook', 'feature-design', 'service']);
/** Where fewer of the open tasks have an owner, people do not write owners down. */
const LEAST_SHARE = 0.1;

export const ownerlessTask = defineCheck({
  check: 'ownerless-task',
  title: 'Tasks without an owner',
  explanation: 'What is everybody’s task is nobody’s: say whose it is with owner::, or an @name.',
  severity: 'hint',
  run(subject): Iterable<Found> {
    const everywhere = assigns(subject);
    return eachPageWith('tasks', function* (page) {
      const type = typeOf(page);
      // Who writes a journal means themselves.
      if (page.kind !== 'page' || isTemplate(page) || type === 'run') return;
      if (!everywhere && !SHARED.has(type ?? '')) return;
      const apart = toldApart();
      for (const { owned, text, place } of page.tasks) {
        if (owned || text === '') continue;
        const line = text.length > 100 ? `${text.slice(0, 100)}…` : text;
        yield { page, place, about: apart(text), message: `“${line}” has no owner. Say whose it is.` };
      }
    })(subject) as Iterable<Found>;
  },
});

function assigns({ graph }: Subject): boolean {
  let [open, owned] = [0, 0];
  for (const page of graph.reviewedHaving('tasks')) {
    open += page.tasks.length;
    for (const task of page.tasks) if (task.owned) owned += 1;
  }
  return owned > 0 && owned >= open * LEAST_SHARE;
}
