import type { IncidentState, LineState } from '../../shared/incident/state.ts';
import { timeline, type TimelineLine } from '../../shared/run/timeline.ts';
import type { DocBlock, PageSource } from '../pages/page.ts';
import { plain } from './text.ts';
import { lineEvidence, lineFact, lineText } from './timeline-blocks.ts';
import { timesIn, zoned } from './times.ts';

/** Where the lines of an incident stand on its page. */
const PART = 'timeline';

/** What the blocks of one line are: itself, and beneath it what it rests on and what it said before a correction. */
export type LinePart = 'line' | 'evidence' | 'correction';

/** The key of a line's block, or of what stands beneath it. */
export function timelineKey(group: 'shown' | 'folded', line: number | '', part: LinePart = 'line'): string {
  return `${PART}/${group}/${line}${part === 'line' ? '' : `/${part}`}`;
}

/** One line of an incident's timeline as the page has it. */
export interface CuratedLine {
  line: TimelineLine;
  shown: boolean;
  pinned: boolean;
  block: DocBlock;
  /** Its blocks, the line itself first. */
  parts: { part: LinePart; block: DocBlock }[];
}

/** Beyond this a page is none that anybody could open; the rest is told by `stagebook show`. */
export const MOST_LINES = 300;

/**
 * The timeline of an incident, as people pinned, hid and corrected it. A line says one thing; what it rests on and its place in
 * the chain are folded beneath it, with what it said before a correction. Among the lines that are folded away themselves all
 * of that is one block.
 */
export function curatedLines(source: PageSource): CuratedLine[] {
  const { events, definition, zone, state } = source;
  const deeds = Map.groupBy(state.incident?.lines ?? [], ({ line }) => line);
  const before = new Map(events.map(({ seq, prev }) => [seq, prev]));
  return timeline(events, definition).map((line) => {
    const done = deeds.get(line.seq) ?? [];
    const folded = done.findLast(({ deed }) => deed === 'hide' || deed === 'show');
    const pin = done.findLast(({ deed }) => deed === 'pin' || deed === 'unpin');
    const pinned = pin?.deed === 'pin';
    const shown = pinned || (folded ? folded.deed === 'show' : line.shown);
    const correction = done.findLast(({ deed }) => deed === 'correct');
    const now = correction ? correctedLine(line, correction) : line;
    const told = `${pinned ? '📌 ' : ''}${lineFact(now, zone)}${correction ? ' (corrected)' : ''}`;
    const chain = `line ${line.seq} after ${(before.get(line.seq) ?? '').slice(0, 12) || 'nothing'}`;
    const evidence = lineEvidence(line);
    const keyOf = (part: LinePart): string => timelineKey(shown ? 'shown' : 'folded', line.seq, part);
    const beneath: CuratedLine['parts'] = [];
    if (shown) {
      const content = `${chain}${evidence && ` · ${evidence}`}`;
      beneath.push({ part: 'evidence', block: { key: keyOf('evidence'), content } });
    }
    if (correction) {
      const content = `Corrected by ${plain(correction.by.name)} ${zoned(correction.saidAt, zone)}: ${plain(correction.why)}. It said: ${lineText(line, zone)}`;
      beneath.push({ part: 'correction', block: { key: keyOf('correction'), content } });
    }
    const block: DocBlock = {
      key: keyOf('line'),
      content: shown ? told : `${told}${evidence && ` (${evidence})`} · ${chain}`,
      ...(beneath.length > 0 ? { collapsed: true, children: beneath.map((each) => each.block) } : {}),
    };
    return { line, shown, pinned, block, parts: [{ part: 'line', block }, ...beneath] };
  });
}

function correctedLine(line: TimelineLine, { text, at }: LineState): TimelineLine {
  return { ...line, ...(text ? { fact: text } : {}), ...(at === undefined ? {} : { at }) };
}

/** The same as blocks, in their order: what a reader needs and what is pinned; the rest is folded away. */
export function incidentTimeline(source: PageSource): DocBlock {
  const lines = curatedLines(source);
  const shown = lines.filter((line) => line.shown).slice(-MOST_LINES);
  const folded = lines.filter((line) => !line.shown).slice(-MOST_LINES);
  const left = lines.length - shown.length - folded.length;
  const children = shown.map(({ block }) => block);
  if (folded.length > 0) {
    children.push({
      key: `${PART}/folded`,
      content: `Everything else, ${folded.length} ${folded.length === 1 ? 'line' : 'lines'}`,
      collapsed: true,
      children: folded.map(({ block }) => block),
    });
  }
  if (left > 0) children.push({ key: `${PART}/more`, content: `${left} earlier lines are in the run’s record only.` });
  return { key: PART, content: '## Timeline', children };
}

/** What was changed in what is known of the incident, by whom and why. */
export function correctionBlocks({ corrections }: IncidentState, zone: string): DocBlock[] {
  return corrections.map(({ at, by, field, from, to, why }, index) => ({
    key: `corrections/${index}`,
    content: `${zoned(at, zone)} · **${plain(by.name)}** changed ${plain(field.replaceAll('_', ' '))} from ${said(from, zone)} to ${said(to, zone)}: ${plain(why)}`,
  }));
}

function said(value: unknown, zone: string): string {
  if (value === null || value === undefined) return 'unknown';
  return plain(typeof value === 'string' ? timesIn(value, zone) : JSON.stringify(value), 200);
}
