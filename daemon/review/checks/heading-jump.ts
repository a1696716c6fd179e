import type { Change } from '../../graph/graph.ts';
import type { Heading, PageFacts } from '../../graph-index/facts.ts';
import { defineCheck, type Found } from '../check.ts';
import type { Fix } from '../finding.ts';
import { isHighlights } from '../page-types.ts';

export const headingJump = defineCheck({
  check: 'heading-jump',
  title: 'Headings that leave out a level',
  explanation: 'Who reads by headings, or has them read aloud, looks for the part between.',
  severity: 'hint',
  onPage(page) {
    if (page.headings.length < 2 || isHighlights(page)) return [];
    const found: Found[] = [];
    const headings = page.headings.filter(({ place }) => !place.template);
    for (const [at, heading] of headings.entries()) {
      const before = headings[at - 1];
      if (!before || heading.level <= before.level + 1) continue;
      const { level, text, place } = heading;
      found.push({
        page,
        place,
        about: text,
        message: `“${text.slice(0, 100)}” is a heading of level ${level} right after one of level ${before.level}.`,
        fix: raise(page, headings.slice(at), level - before.level - 1),
      });
    }
    return found;
  },
});

/** Raises a heading with everything that stands under it. */
function raise(page: PageFacts, headings: readonly Heading[], by: number): Fix {
  const top = headings[0]!.level;
  const end = headings.findIndex(({ level }) => level < top);
  const under = end === -1 ? headings : headings.slice(0, end);
  const changes = under.map(({ place }): Change => ({
    kind: 'update',
    ref: place.ref!,
    content: place.content.slice(by),
  }));
  return {
    title: `Make it level ${top - by}, and what is under it likewise`,
    pages: [{ page: page.name, revision: page.revision, changes }],
  };
}
