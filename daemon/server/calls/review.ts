import { fail } from '../../../shared/failure.ts';
import type { ReviewResults } from '../../../shared/protocol/calls/review.ts';
import type { ReviewItem, ReviewPreview } from '../../../shared/review.ts';
import { graphId } from '../../graph/graphs.ts';
import type { Office } from '../office.ts';
import type { Caller, Calls } from './call.ts';

/** Of a long page only what changes is sent, with so many lines around it. */
const AROUND = 3;
/** The most characters of a text that is shown. */
const MOST_TEXT = 100_000;
const LONGEST_MESSAGE = 2_000;

/** The review of a graph, and what a person does with it. A plugin may only ask for the page of its own graph's. */
export function reviewCalls({ review, graphs }: Office): Calls<keyof ReviewResults> {
  /** Only graphs that are known: a folder of any name is never opened, let alone written. */
  const known = (graph: string, { peer }: Pick<Caller, 'peer'>): string => {
    const id = graphId(graph);
    const found = graphs.list().find((each) => graphId(each.id) === id);
    if (found && (peer.right === 'sign' || found.by === 'plugin')) return id;
    throw fail('not-found', 'graph.not_found', 'The graph is not open. Open it in Logseq, or name it in config.yaml.');
  };
  return {
    'review.overview': ({ graph, fresh = false }, caller) => review.overview(known(graph, caller), { fresh }),
    'review.findings': async ({ graph, ...request }, caller) => {
      const { findings, total } = await review.findings(known(graph, caller), request);
      return { findings: findings.map(short), total };
    },
    'review.preview': async ({ graph, finding }, caller) => {
      const preview = await review.preview(known(graph, caller), finding);
      return { ...preview, pages: preview.pages.map(onlyChanges) };
    },
    'review.apply': async ({ graph, finding, digest }, caller) => ({
      fix: await review.apply(known(graph, caller), finding, digest, caller.peer.person),
    }),
    'review.undo': async ({ graph, fix }, caller) => {
      await review.undo(known(graph, caller), fix);
      return null;
    },
    'review.decide': async ({ graph, finding, decision }, caller) => {
      const id = known(graph, caller);
      const { person } = caller.peer;
      if (decision.kind === 'snooze') await review.snooze(id, finding, decision.until, person);
      else if (decision.kind === 'dismiss') await review.dismiss(id, finding, decision.reason, person);
      else await review.reopen(id, finding);
      return null;
    },
    'review.page': async ({ graph }, caller) => ({ page: await review.writePage(known(graph, caller)) }),
  };
}

function short(item: ReviewItem): ReviewItem {
  const { message } = item;
  return message.length <= LONGEST_MESSAGE ? item : { ...item, message: `${message.slice(0, LONGEST_MESSAGE)}…` };
}

/** Without the lines at beginning and end that stay. */
function onlyChanges({ page, before, after }: ReviewPreview['pages'][number]): ReviewPreview['pages'][number] {
  const [one, two] = [before.split('\n'), after.split('\n')];
  let head = 0;
  while (head < Math.min(one.length, two.length) && one[head] === two[head]) head += 1;
  let tail = 0;
  while (tail < Math.min(one.length, two.length) - head && one.at(-1 - tail) === two.at(-1 - tail)) tail += 1;
  const from = Math.max(0, head - AROUND);
  const part = (lines: string[]): string =>
    lines
      .slice(from, lines.length - Math.max(0, tail - AROUND))
      .join('\n')
      .slice(0, MOST_TEXT);
  return { page, line: from + 1, before: part(one), after: part(two) };
}
