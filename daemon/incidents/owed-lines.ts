import type { WrittenBlocks } from '../graph/written-blocks.ts';
import {
  curatedLines,
  MOST_LINES,
  timelineKey,
  type CuratedLine,
  type LinePart,
} from '../page-parts/incident-timeline.ts';
import type { PageSource } from '../pages/page.ts';
import type { ToldLine } from './line-check.ts';

/** A block of the timeline that a page should have. */
export interface OwedLine extends ToldLine {
  key: string;
}

/** The blocks of an incident's lines as its page tells them now, in the order of the record, those folded away apart. */
export function linesOf(source: PageSource): { shown: OwedLine[]; folded: OwedLine[] } {
  const [shown = [], folded = []] = groups(source).map((lines) =>
    lines.slice(-MOST_LINES).flatMap(({ line, parts }) => owed(line.seq, parts)),
  );
  return { shown, folded };
}

/**
 * The blocks that a page should have as it was written: a line that another version folded away, or did not, is looked for where
 * that one put it, and one that only that version tells is not forgotten; its words are not known, which is an empty content.
 */
export function owedLines(source: PageSource, written: WrittenBlocks): OwedLine[][] {
  const lines = groups(source);
  const known = new Set(lines.flat().map(({ line }) => line.seq));
  return (['shown', 'folded'] as const).map((group, at) => {
    const elsewhere = group === 'shown' ? 'folded' : 'shown';
    const moved = ({ line }: CuratedLine, to: typeof group): boolean => {
      const from = to === 'shown' ? 'folded' : 'shown';
      return !written.keys.has(timelineKey(from, line.seq)) && written.keys.has(timelineKey(to, line.seq));
    };
    const mine = lines[at]!.slice(-MOST_LINES).filter((line) => !moved(line, elsewhere));
    const others = lines[1 - at]!.filter((line) => moved(line, group));
    return [
      ...mine.flatMap(({ line, parts }) => owed(line.seq, parts)),
      ...others.flatMap(({ line }) => remembered(group, line.seq, written)),
      ...[...numbersIn(group, written)]
        .filter((line) => !known.has(line))
        .flatMap((line) => remembered(group, line, written)),
    ].toSorted((one, other) => one.line - other.line);
  });
}

function groups(source: PageSource): [CuratedLine[], CuratedLine[]] {
  const lines = curatedLines(source);
  return [lines.filter(({ shown }) => shown), lines.filter(({ shown }) => !shown)];
}

function owed(line: number, parts: CuratedLine['parts']): OwedLine[] {
  return parts.map(({ part, block }) => ({ ...named(line, part), key: block.key, content: block.content }));
}

function remembered(group: 'shown' | 'folded', line: number, { keys }: WrittenBlocks): OwedLine[] {
  return (['line', 'evidence', 'correction'] as const)
    .map((part) => ({ ...named(line, part), key: timelineKey(group, line, part), content: '' }))
    .filter(({ key }) => keys.has(key));
}

function numbersIn(group: 'shown' | 'folded', { keys }: WrittenBlocks): number[] {
  const start = timelineKey(group, '');
  return [...keys].flatMap((key) =>
    key.startsWith(start) && /^\d+$/.test(key.slice(start.length)) ? Number(key.slice(start.length)) : [],
  );
}

function named(line: number, part: LinePart): Pick<ToldLine, 'line' | 'part'> {
  return part === 'line' ? { line } : { line, part };
}
