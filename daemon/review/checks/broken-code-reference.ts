import type { CodeRef, PageFacts, Place } from '../../graph-index/facts.ts';
import { defineCheck, type Found, type Repositories, type Subject } from '../check.ts';

/** So many pull requests are asked about at once. */
const AT_ONCE = 4;

export const brokenCodeReference = defineCheck({
  check: 'broken-code-reference',
  title: 'Names of code that is not there',
  explanation:
    'The file moved or became shorter, has no such function any more, or there is no such pull request: what the page says about it may be of long ago.',
  severity: 'warning',
  async run(subject): Promise<Found[]> {
    const found: Found[] = [];
    const pulls: { page: PageFacts; name: string; place: Place }[] = [];
    for (const page of subject.graph.reviewedHaving('code')) {
      found.push(...onPage(page, subject));
      for (const { kind, name, place } of onceEach(page)) if (kind === 'pull') pulls.push({ page, name, place });
    }
    found.push(...(await missingPulls(pulls, subject)));
    return found;
  },
});

/** Each place in code that a page names, once, and none of those in templates. */
function* onceEach({ code }: PageFacts): Iterable<CodeRef & { about: string }> {
  const told = new Set<string>();
  for (const ref of code) {
    const about = ref.line === undefined ? ref.name : `${ref.name}:${ref.line}`;
    if (ref.place.template || told.has(about)) continue;
    told.add(about);
    yield { ...ref, about };
  }
}

function* onPage(page: PageFacts, { ports }: Subject): Iterable<Found> {
  const { repositories } = ports;
  if (!repositories) return;
  for (const { kind, name, line, place, about } of onceEach(page)) {
    if (kind === 'pull') continue;
    if (kind === 'symbol') {
      const files = filesBeside(page, place, repositories);
      const says = (path: string): boolean => repositories.says?.(path, name) ?? true;
      if (files.length > 0 && !files.some(says)) {
        yield {
          page,
          place,
          about: `${name}()`,
          message: `${files.join(' and ')} has no ${name}() any more. Say where it is now.`,
        };
      }
      continue;
    }
    const file = repositories.file(name);
    if (file === undefined && name.includes('/')) {
      yield { page, place, about, message: `No configured repository has a file ${name}. Say where it is now.` };
    } else if (file && line !== undefined && line > file.lines) {
      yield {
        page,
        place,
        about,
        message: `${name} has ${file.lines} ${file.lines === 1 ? 'line' : 'lines'}, and the page names line ${line}.`,
      };
    }
  }
}

/** The files that the same block names, and that there are: only of them can be said that a function is gone. */
function filesBeside({ code }: PageFacts, place: Place, { file }: Repositories): string[] {
  const names = code.flatMap((ref) => (ref.kind === 'path' && ref.place === place ? [ref.name] : []));
  return [...new Set(names)].filter((name) => file(name) !== undefined);
}

async function missingPulls(
  pulls: readonly { page: PageFacts; name: string; place: Place }[],
  { ports }: Subject,
): Promise<Found[]> {
  const { pull } = ports;
  if (!pull) return [];
  const found: Found[] = [];
  for (let at = 0; at < pulls.length; at += AT_ONCE) {
    const some = pulls.slice(at, at + AT_ONCE);
    const there = await Promise.all(some.map(({ name }) => pull(name).catch(() => null)));
    for (const [n, { page, name, place }] of some.entries()) {
      if (there[n] === false) found.push({ page, place, about: name, message: `There is no pull request ${name}.` });
    }
  }
  return found;
}
