import { fail } from '../../shared/failure.ts';
import type { ConventionalChange } from './conventional.ts';

/** The groups of https://keepachangelog.com, in its order. */
const GROUPS = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security'] as const;
type Group = (typeof GROUPS)[number];
export type Entries = Partial<Record<Group, string[]>>;

const GROUP_OF: Record<string, Group> = {
  feat: 'Added',
  fix: 'Fixed',
  perf: 'Changed',
  revert: 'Changed',
  deprecate: 'Deprecated',
  remove: 'Removed',
  security: 'Security',
  // A message in no conventional form may be anything: better told than lost.
  '': 'Changed',
};

const BREAKING = '**Breaking:**';

/** The commit of a release itself, which is no change. */
const RELEASE = /^release\b/i;

/** Sorts changes into groups, breaking ones first. What concerns only those who work on the package is left out. */
export function entriesFor(changes: readonly ConventionalChange[], repository: string): Entries {
  const entries: Entries = {};
  const add = (group: Group, entry: string) => (entries[group] ??= []).push(entry);
  for (const change of changes) if (change.breaking) add('Changed', entryFor(change, repository));
  for (const change of changes) {
    const group = GROUP_OF[change.type];
    if (!change.breaking && group !== undefined && !RELEASE.test(change.scope))
      add(group, entryFor(change, repository));
  }
  return entries;
}

function entryFor(
  { scope, description, breaking, breakingNote, pullRequest }: ConventionalChange,
  repository: string,
): string {
  const link =
    pullRequest === 0
      ? ''
      : repository === ''
        ? ` (#${pullRequest})`
        : ` ([#${pullRequest}](${repository}/pull/${pullRequest}))`;
  const note = breakingNote === '' ? '' : `\n${breakingNote.replaceAll(/^(?=.)/gm, '  ')}`;
  return `${breaking ? `${BREAKING} ` : ''}${scope === '' ? '' : `**${scope}:** `}${description}${link}${note}`;
}

/** The text under a version's heading; what breaks comes first, whatever its group. */
export function renderEntries(entries: Entries): string {
  const breaks = (group: Group) => entries[group]?.some((entry) => entry.startsWith(BREAKING));
  const groups = [...GROUPS.filter(breaks), ...GROUPS.filter((group) => !breaks(group))].filter(
    (group) => entries[group]?.length,
  );
  if (groups.length === 0) return 'No notable changes.';
  return groups
    .map((group) => `### ${group}\n\n${(entries[group] ?? []).map((entry) => `- ${entry}`).join('\n')}`)
    .join('\n\n');
}

export interface Section {
  version: string;
  /** As written, or empty. */
  date: string;
  /** What stands between this heading and the next, without empty lines around it. */
  body: string;
}

interface Place extends Section {
  /** Lines: of the heading, the last of the heading, and after the last line of the body. */
  start: number;
  head: number;
  end: number;
}

/** As people write it beside a version: 2026-11-21, 2026/11/21, 21.11.2026, November 21st, 2026, 21 Nov 2026. */
const DAY = String.raw`\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[./]\d{1,2}[./]\d{4}|(?:\d{1,2}(?:st|nd|rd|th)?\.?\s+)?[a-z]{3,9}\.?(?:\s+\d{1,2}(?:st|nd|rd|th)?,?)?\s+\d{4}`;
const HEADING = new RegExp(
  String.raw`^(#{1,3})\s+(?:(?:version|release)\s+)?\[?v?(\d+\.\d+[\w.+-]*|unreleased)\]?(?:\([^)]*\))?(?:\s*[-–—/:,]?\s*\(?(${DAY})\)?)?(?:\s*[-–—]?\s*[[(]?yanked[\])]?)?\s*$`,
  'i',
);
const NAMES = String.raw`(?:change\s?log|changes|history|release\s+notes|releases|news)\b`;
/** What a changelog without any version says of itself. */
const TITLE = new RegExp(String.raw`^#\s+${NAMES}|^${NAMES}[^\n]*\n={3,}\s*$`, 'im');
/** Beneath a heading that is underlined. */
const UNDERLINE = /^(=|-)\1{2,}\s*$/;
const LINK = /^\[[^\]]+\]:\s/;

/** A version's section (or `Unreleased`), or undefined when the changelog has none. */
export function findSection(text: string, version: string): Section | undefined {
  const place = sections(text).find((one) => one.version.toLowerCase() === version.replace(/^v/, '').toLowerCase());
  return place && { version: place.version, date: place.date, body: place.body };
}

function sections(text: string): Place[] {
  const lines = text.split(/\r?\n/);
  const places: Place[] = [];
  let fence: string | undefined;
  let level = 0;
  const close = (end: number) => {
    const last = places.at(-1);
    if (last?.end !== -1) return;
    last.end = end;
    last.body = lines
      .slice(last.head + 1, end)
      .join('\n')
      .trim();
  };
  for (const [index, line] of lines.entries()) {
    const mark = /^\s*(```+|~~~+)/.exec(line)?.[1];
    if (mark !== undefined && (fence === undefined || line.trim().startsWith(fence)))
      fence = fence === undefined ? mark : undefined;
    if (fence !== undefined) continue;
    const under = UNDERLINE.exec(lines[index + 1] ?? '')?.[1];
    const heading = HEADING.exec(under === undefined ? line : `${under === '=' ? '#' : '##'} ${line}`);
    if (heading) {
      close(index);
      level = heading[1]?.length ?? 2;
      const head = under === undefined ? index : index + 1;
      places.push({ version: heading[2] ?? '', date: heading[3] ?? '', body: '', start: index, head, end: -1 });
    } else if ((/^(#{1,6})\s/.exec(line)?.[1]?.length ?? 9) <= level || LINK.test(line)) close(index);
  }
  close(lines.length);
  return places;
}

const PREAMBLE = `# Changelog

All notable changes to this project are told here.
The format is that of [Keep a Changelog](https://keepachangelog.com/en/1.1.0/), and versions follow
[Semantic Versioning](https://semver.org/).

## [Unreleased]
`;

export interface NewSection {
  version: string;
  date: string;
  entries: Entries;
  /** For the links at the end of the file; empty without a repository that has pages. */
  repository: string;
  tag: string;
  previousTag: string;
}

/**
 * The changelog with a section for a version, before the older ones. What a person wrote under Unreleased moves into it,
 * first in its group. A section that is there already stays as it is: somebody may have edited it.
 * Throws `changelog.no_place` when the file is no changelog.
 */
export function addSection(text: string | undefined, section: NewSection): string {
  if (text !== undefined && findSection(text, section.version)) return text;
  const current = text?.trim() ? text : PREAMBLE;
  const end = current.includes('\r\n') ? '\r\n' : '\n';
  const lines = current.split(/\r?\n/);
  const places = sections(current);
  const unreleased = places.find(({ version }) => /^unreleased$/i.test(version));
  const newest = places.find((place) => place !== unreleased);
  if (!unreleased && !newest && text?.trim() && !TITLE.test(text.replace(/^\uFEFF/, ''))) {
    throw fail(
      'invalid',
      'changelog.no_place',
      'The changelog has no heading of a version (such as "## 1.2.0"), nor "# Changelog". Give the file those headings.',
    );
  }
  const own = unreleased ? mergeEntries(readEntries(unreleased.body), section.entries) : section.entries;
  const at = unreleased ? unreleased.end : (newest?.start ?? lines.length);
  const before = lines.slice(0, unreleased ? unreleased.head + 1 : at);
  const body = [`## [${section.version}] - ${section.date}`, '', ...renderEntries(own).split('\n')];
  const joined = [...trimEnd(before), '', ...body, '', ...trimStart(lines.slice(at))];
  return `${trimEnd(withLinks(joined, section)).join(end)}${end}`;
}

/** Reads groups and entries as a person writes them; what stands in no group counts as Changed. */
function readEntries(body: string): Entries {
  const entries: Entries = {};
  let group: Group = 'Changed';
  for (const line of body.split('\n')) {
    const heading = /^###\s+(\w+)/.exec(line)?.[1];
    const named = GROUPS.find((one) => one.toLowerCase() === heading?.toLowerCase());
    if (named) group = named;
    else if (/^[-*]\s+/.test(line)) (entries[group] ??= []).push(line.replace(/^[-*]\s+/, ''));
    else if (line.trim() !== '') {
      const list = (entries[group] ??= []);
      const last = list.pop();
      list.push(last === undefined ? line.trim() : `${last}\n${line}`);
    }
  }
  return entries;
}

function mergeEntries(first: Entries, second: Entries): Entries {
  const both = GROUPS.map((group) => [group, [...(first[group] ?? []), ...(second[group] ?? [])]] as const);
  return Object.fromEntries(both.filter(([, list]) => list.length > 0));
}

/** The links that make `[1.2.0]` lead to what changed. */
function withLinks(lines: readonly string[], { version, repository, tag, previousTag }: NewSection): string[] {
  if (repository === '') return [...lines];
  const compare = (from: string, to: string) => `${repository}/compare/${from}...${to}`;
  const own = `[${version}]: ${previousTag === '' ? `${repository}/releases/tag/${tag}` : compare(previousTag, tag)}`;
  const open = `[Unreleased]: ${compare(tag, 'HEAD')}`;
  const first = lines.findIndex((line) => LINK.test(line));
  const text = first === -1 ? trimEnd(lines) : trimEnd(lines.slice(0, first));
  const links = first === -1 ? [] : lines.slice(first).filter((line) => !/^\[unreleased\]:/i.test(line));
  return [...text, '', open, own, ...links];
}

function trimEnd(lines: readonly string[]): string[] {
  return lines.slice(0, lines.findLastIndex((line) => line.trim() !== '') + 1);
}

function trimStart(lines: readonly string[]): string[] {
  const first = lines.findIndex((line) => line.trim() !== '');
  return first === -1 ? [] : lines.slice(first);
}
