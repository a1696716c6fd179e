import { hash } from 'node:crypto';
import { z } from 'zod';
import { lineProblems } from './line-check.ts';

const text = z.string();
const named = { line: z.int(), part: z.enum(['evidence', 'correction']).optional() };
const lines = z.array(z.strictObject({ ...named, content: text }));
const digests = z.array(z.strictObject({ ...named, digest: text }));

/** A timeline as it is told, what a reader needs first apart from what is folded away. */
export const timelineSchema = z.strictObject({ shown: lines, folded: lines });
export type Timeline = z.infer<typeof timelineSchema>;

/** Which lines a timeline had when it was exported, with the SHA-256 of their words. */
export const drawnSchema = z.strictObject({ shown: digests, folded: digests });
type Drawn = z.infer<typeof drawnSchema>;

/** What looking at exported lines gave. */
export interface LinesVerdict {
  problems: string[];
  /** What stands in other words than this version has for it. */
  notes: string[];
  /** Of what it cannot be told whether somebody changed it. */
  unclear: string[];
}

/** What is exported of a timeline, so that it can be told later whether somebody changed it, also by another version. */
export function drawn({ shown, folded }: Timeline): Drawn {
  const of = (list: Timeline['shown']): Drawn['shown'] =>
    list.map(({ content, ...name }) => ({ ...name, digest: digestOf(content) }));
  return { shown: of(shown), folded: of(folded) };
}

/**
 * Holds an exported timeline against what was written down of it, and that against the words of this version (`record`). Where
 * nothing was written down, a line in other words may be another version's or somebody's.
 */
export function checkExported(record: Timeline, timeline: Timeline, exported: Drawn | undefined): LinesVerdict {
  const groups = ['shown', 'folded'] as const;
  if (!exported) {
    const differences = groups.flatMap((group) => lineProblems(record[group], timeline[group]));
    return { problems: [], notes: [], unclear: differences.map((each) => `${each}: ${UNCLEAR}`) };
  }
  let otherwise = 0;
  const problems = groups.flatMap((group) => {
    const now = new Map(record[group].map((each) => [nameOf(each), each]));
    const given = new Map(timeline[group].map((each) => [nameOf(each), each]));
    const names = new Set(exported[group].map(nameOf));
    otherwise += record[group].filter((each) => !names.has(nameOf(each))).length;
    const asExported = exported[group].map(({ digest, ...name }) => {
      const same = (line: Timeline['shown'][number] | undefined) =>
        line && digestOf(line.content) === digest ? line : undefined;
      const known = same(now.get(nameOf(name)));
      if (!known) otherwise += 1;
      return known ?? same(given.get(nameOf(name))) ?? { ...name, content: '' };
    });
    return lineProblems(asExported, timeline[group]);
  });
  if (otherwise === 0) return { problems, notes: [], unclear: [] };
  const what = otherwise === 1 ? '1 line of its timeline is' : `${otherwise} lines of its timeline are`;
  return { problems, notes: [`${what} as another version of Stagebook told and exported them.`], unclear: [] };
}

const UNCLEAR = 'exported by another version, or changed by somebody; which of them cannot be told';
const digestOf = (content: string): string => hash('sha256', content.trim());
const nameOf = ({ line, part }: { line: number; part?: string | undefined }): string => `${line} ${part ?? ''}`;
