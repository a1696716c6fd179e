import type { ReviewItem, ReviewOverview } from '../../shared/review.ts';
import type { DocBlock, PageDoc } from '../pages/page.ts';
import { table } from '../page-parts/table.ts';
import { link, plain, webLink } from '../page-parts/text.ts';
import { utcDate, zoned } from '../page-parts/times.ts';
import { SEVERITIES } from './finding.ts';

/** What the page of a review is computed from. */
export interface ReviewPageSource extends Omit<ReviewOverview, 'groups'> {
  groups: (ReviewOverview['groups'][number] & { items: ReviewItem[] })[];
  /** IANA zone in which times are written. */
  zone: string;
  /** The address of the panel, where a fix is shown and made. */
  panel?: string;
  /** Where the chart is, as the page's Markdown names it. */
  chart?: string;
}

/** Findings in one fold; what comes after them is in the next one. */
const IN_A_FOLD = 25;
const DAYS_SHOWN = 14;
/** What links to pages only because it reviews them. */
const REVIEW_PAGES = 'Review/';

/** The page of a graph's review: prompts to look, by what depends on them. The same review gives the same page. */
export function reviewDoc(source: ReviewPageSource): PageDoc {
  const { at, pages, counts, groups, snoozed, dismissed, zone } = source;
  const open = SEVERITIES.reduce((sum, severity) => sum + counts[severity], 0);
  const [first] = groups;
  return {
    name: `${REVIEW_PAGES}${utcDate(at)}`,
    properties: {
      type: 'review',
      reviewed: zoned(at, zone),
      pages: String(pages),
      findings: String(open),
      errors: String(counts.error),
    },
    blocks: [
      {
        key: 'summary',
        content: first
          ? `${count(open, 'thing')} on ${count(pages, 'page')} could use a hand; most depends on “${plain(first.title)}”.`
          : `Nothing on ${count(pages, 'page')} needs a hand.`,
      },
      ...health(source),
      ...groups.map((group) => groupBlock(group, source)),
      ...(snoozed + dismissed === 0
        ? []
        : [{ key: 'decided', content: `${snoozed} put off until later, ${dismissed} said to be no issue.` }]),
      ...(source.notes.length === 0
        ? []
        : [
            {
              key: 'notes',
              content: 'Left alone',
              collapsed: true,
              children: source.notes.slice(0, 50).map((note, n) => ({ key: `note/${n}`, content: plain(note) })),
            },
          ]),
    ],
  };
}

function groupBlock(group: ReviewPageSource['groups'][number], source: ReviewPageSource): DocBlock {
  const { check, title, explanation, count: all, items } = group;
  const [first = [], ...later] = folds(items.map((item) => findingBlock(item, source)));
  const left = all - items.length;
  const nested = later.map((children, n) => {
    const from = (n + 1) * IN_A_FOLD;
    return { key: `more/${check}/${n}`, content: `${from + 1}–${from + children.length}`, collapsed: true, children };
  });
  return {
    key: `group/${check}`,
    content: `**${plain(title)}** — ${all}${explanation === '' ? '' : `\n${plain(explanation)}`}`,
    collapsed: true,
    children: [
      ...first,
      ...nested,
      ...(left > 0
        ? [{ key: `left/${check}`, content: `and ${left} more: ${panelLink('in the panel', source, '')}` }]
        : []),
    ],
  };
}

function folds(blocks: readonly DocBlock[]): DocBlock[][] {
  const all: DocBlock[][] = [];
  for (let at = 0; at < blocks.length; at += IN_A_FOLD) all.push(blocks.slice(at, at + IN_A_FOLD));
  return all;
}

function findingBlock({ finding, page, message, fix, weight, since }: ReviewItem, source: ReviewPageSource): DocBlock {
  const facts = [
    since === undefined ? undefined : `since ${utcDate(since)}`,
    weight > 0 ? `${count(weight, 'place')} ${weight === 1 ? 'depends' : 'depend'} on it` : undefined,
    fix === undefined ? undefined : `${plain(fix)}: ${panelLink('look and apply', source, finding)}`,
  ].filter((fact) => fact !== undefined);
  const [line, ...rest] = [
    `TODO ${pageLink(page)}: ${plain(message)}`,
    ...(facts.length > 0 ? [facts.join(' · ')] : []),
  ];
  return { key: `finding/${finding}`, content: [line, ...rest].join('\n') };
}

/** A name that would break a link is only said. */
function pageLink(page: string): string {
  return /[[\]{}\n]|::/.test(page) ? plain(page) : link(page);
}

function panelLink(label: string, { panel, graph }: ReviewPageSource, finding: string): string {
  if (panel === undefined) return 'stagebook up, then the panel';
  const place = ['review', graph, ...(finding === '' ? [] : [finding])].map(encodePart).join('/');
  return webLink(label, `${panel}#/${place}`);
}

/** Also what URLs may have and Markdown's links may not. */
function encodePart(part: string): string {
  return encodeURIComponent(part).replace(/[()!'*~]/g, (char) => `%${char.charCodeAt(0).toString(16)}`);
}

const BARS = '▁▂▃▄▅▆▇█';

/** How many were open on the last days: a line of bars, and the numbers folded beneath it. */
function health({ days, chart }: ReviewPageSource): DocBlock[] {
  const shown = days.slice(-DAYS_SHOWN);
  if (shown.length < 2) return [];
  const totals = shown.map(({ counts }) => counts.error + counts.warning + counts.hint);
  const most = Math.max(1, ...totals);
  const bars = totals.map((total) => BARS[Math.round((total / most) * (BARS.length - 1))]).join('');
  const rows = shown.map(({ day, pages, counts }) => [
    day,
    ...SEVERITIES.map((each) => String(counts[each])),
    String(pages),
  ]);
  return [
    {
      key: 'health',
      content: `Open, day by day: ${bars} (${totals[0]} → ${totals.at(-1)})`,
      collapsed: true,
      children: [
        ...(chart === undefined ? [] : [{ key: 'health/chart', content: `![Open findings, day by day](${chart})` }]),
        { key: 'health/table', content: table(['day', 'errors', 'warnings', 'hints', 'pages'], rows) },
      ],
    },
  ];
}

function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`;
}
