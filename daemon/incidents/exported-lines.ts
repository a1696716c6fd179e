import { z } from 'zod';
import { lineProblems } from './line-check.ts';

const text = z.string();
const lines = z.array(
  z.strictObject({ line: z.int(), part: z.enum(['evidence', 'correction']).optional(), content: text }),
);

/** A timeline as it is told, what a reader needs first apart from what is folded away. */
export const timelineSchema = z.strictObject({ shown: lines, folded: lines });
export type Timeline = z.infer<typeof timelineSchema>;

/** What looking at exported lines gave. */
export interface LinesVerdict {
  problems: string[];
  /** Of what it cannot be told whether somebody changed it. */
  unclear: string[];
}

/**
 * Holds an exported timeline against how this version tells the record. Lines in other words are somebody's when this version
 * exported them; else they may be the other version's. Nothing in a file vouches for itself, so neither may pass unsaid.
 */
export function checkExported(record: Timeline, timeline: Timeline, byThisVersion: boolean): LinesVerdict {
  const differences = [...lineProblems(record.shown, timeline.shown), ...lineProblems(record.folded, timeline.folded)];
  if (byThisVersion) return { problems: differences, unclear: [] };
  return { problems: [], unclear: differences.map((each) => `${each}: ${UNCLEAR}`) };
}

const UNCLEAR = 'told so by the version that exported it, or changed by somebody; which of them cannot be told';
