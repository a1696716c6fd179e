import { hash } from 'node:crypto';
import { timeline, type Evidence, type TimelineLine } from '../../shared/run/timeline.ts';
import type { DocBlock, PageSource } from '../pages/page.ts';
import { code, plain, webLink } from './text.ts';
import { timesIn, zoned } from './times.ts';

/** Beyond this the rest of a long run is told by `stagebook show`, not by a page that nobody could open. */
const MOST = 300;

/** The timeline as blocks: what a reader needs first, everything else folded away beneath it. */
export function timelineBlock({ events, definition, state, zone }: PageSource, key = 'timeline'): DocBlock {
  const lines = timeline(events, definition);
  const shown = lines.filter((line) => line.shown);
  const rest = lines.filter((line) => !line.shown);
  const children = latest(shown).map((line) => lineBlock(line, zone, key));
  if (rest.length > 0) {
    children.push({
      key: `${key}/rest`,
      content: `Everything else, ${rest.length} ${rest.length === 1 ? 'line' : 'lines'}`,
      collapsed: true,
      children: latest(rest).map((line) => lineBlock(line, zone, key)),
    });
  }
  if (shown.length > MOST || rest.length > MOST) {
    children.push({
      key: `${key}/more`,
      content: `Only the last ${MOST} lines of each are here; all of them: ${code(`stagebook show ${state.run}`)}`,
    });
  }
  return { key, content: '## Timeline', children };
}

function latest(lines: readonly TimelineLine[]): readonly TimelineLine[] {
  return lines.slice(-MOST);
}

/** Characters of what a line rests on that stand in it: a line is read at a glance, and what is longer is folded beneath it. */
const BESIDE = 120;

function lineBlock(line: TimelineLine, zone: string, key: string): DocBlock {
  const own = `${key}/${line.seq}`;
  const evidence = lineEvidence(line);
  if (evidence.length <= BESIDE) return { key: own, content: lineText(line, zone) };
  const beneath = { key: `${own}/evidence`, content: evidence };
  return { key: own, content: lineFact(line, zone), collapsed: true, children: [beneath] };
}

/** A line of a timeline as Markdown, with what it rests on. */
export function lineText(line: TimelineLine, zone: string): string {
  const evidence = lineEvidence(line);
  return `${lineFact(line, zone)}${evidence ? ` (${evidence})` : ''}`;
}

/** What a line says, as it is read at a glance: time, actor, kind and one sentence of fact. */
export function lineFact(line: TimelineLine, zone: string): string {
  const actor = line.actor.kind === 'persona' ? `${line.actor.name} (persona)` : line.actor.name;
  const said = plain(timesIn(line.fact, zone)).replace(/\.$/, '');
  return `${zoned(line.at, zone)} · **${plain(actor)}** · ${line.kind}: ${said}${/[?!…]$/.test(said) ? '' : '.'}`;
}

/** What a line rests on; empty when that is nothing but the record. */
export function lineEvidence({ evidence }: TimelineLine): string {
  return evidence.map(evidenceText).join('; ');
}

/** Values longer than this are told by their beginning and a digest, by which they are found in the journal's events. */
const LONGEST_VALUE = 100;

function evidenceText(evidence: Evidence): string {
  const of = plain(evidence.of, 160);
  if ('link' in evidence) return webLink(evidence.of, evidence.link);
  const text = typeof evidence.value === 'string' ? evidence.value : JSON.stringify(evidence.value);
  if (text.length <= LONGEST_VALUE) return `${of}: ${code(text)}`;
  return `${of}: ${code(text, LONGEST_VALUE)} sha256 ${hash('sha256', text).slice(0, 12)}`;
}
