import type { IncidentState, LineState } from '../../shared/incident/state.ts';
import { timeline, type TimelineLine } from '../../shared/run/timeline.ts';
import type { DocBlock, PageSource } from '../pages/page.ts';
import { plain } from './text.ts';
import { lineText } from './timeline-blocks.ts';
import { zoned } from './times.ts';

/** One line of an incident's timeline as the page has it. */
export interface CuratedLine {
  line: TimelineLine;
  shown: boolean;
  pinned: boolean;
  block: DocBlock;
}

/** Where the lines of an incident stand on its page. */
const PART = 'timeline';
/** Beyond this a page is none that anybody could open; the rest is told by `stagebook show`. */
export const MOST_LINES = 300;

/** The timeline of an incident, as people pinned, hid and corrected it. What a line said before a correction stays on it. */
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
    const mark = pinned ? '📌 ' : '';
    const chain = `after ${(before.get(line.seq) ?? '').slice(0, 12) || 'nothing'}`;
    const { content, correction } = corrected(line, done, zone);
    return {
      line,
      shown,
      pinned,
      block: {
        key: `${PART}/${shown ? 'shown' : 'folded'}/${line.seq}`,
        content: `${mark}${content} · line ${line.seq} ${chain}`,
        ...(correction ? { children: [correction] } : {}),
      },
    };
  });
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

function corrected(
  line: TimelineLine,
  deeds: readonly LineState[],
  zone: string,
): { content: string; correction?: DocBlock } {
  const last = deeds.findLast(({ deed }) => deed === 'correct');
  if (!last) return { content: lineText(line, zone) };
  const now = { ...line, ...(last.text ? { fact: last.text } : {}), ...(last.at === undefined ? {} : { at: last.at }) };
  return {
    content: lineText(now, zone),
    correction: {
      key: `${PART}/correction/${line.seq}`,
      content: `Corrected by ${plain(last.by.name)} ${zoned(last.saidAt, zone)}: ${plain(last.why)}. It said: ${lineText(line, zone)}`,
    },
  };
}

/** What was changed in what is known of the incident, by whom and why. */
export function correctionBlocks({ corrections }: IncidentState, zone: string): DocBlock[] {
  return corrections.map(({ at, by, field, from, to, why }, index) => ({
    key: `corrections/${index}`,
    content: `${zoned(at, zone)} · **${plain(by.name)}** changed ${plain(field.replaceAll('_', ' '))} from ${said(from)} to ${said(to)}: ${plain(why)}`,
  }));
}

function said(value: unknown): string {
  if (value === null || value === undefined) return 'unknown';
  return plain(typeof value === 'string' ? value : JSON.stringify(value), 200);
}
