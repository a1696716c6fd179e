import { defineCheck, type Found } from '../check.ts';

export const caseTwin = defineCheck({
  check: 'case-twin',
  title: 'Files that are one page',
  explanation:
    'Their names differ in capitals or in how letters are encoded, which Logseq does not tell apart: it shows one of them.',
  severity: 'warning',
  *run({ graph }): Iterable<Found> {
    for (const pages of graph.twins()) {
      const twins = pages.filter(({ kind }) => kind === 'page' || kind === 'journal');
      if (twins.length < 2) continue;
      const [first, ...others] = twins.toSorted((one, other) =>
        (one.path ?? one.name) < (other.path ?? other.name) ? -1 : 1,
      );
      for (const page of others) {
        yield {
          page,
          about: page.path ?? page.name,
          message: `${page.path ?? page.name} and ${first!.path ?? first!.name} are the same page for Logseq. Put together what they say, and keep one.`,
        };
      }
    }
  },
});
