import { chartSvg } from '../../shared/chart.ts';
import { section } from '../page-parts/structure.ts';
import { table } from '../page-parts/table.ts';
import { plain } from '../page-parts/text.ts';
import { elapsed, utcDate } from '../page-parts/times.ts';
import type { DocBlock, PageDoc } from '../pages/page.ts';
import type { WorkflowFigures } from './figures.ts';
import { quantile } from './quantile.ts';

export interface FiguresPageSource {
  figures: readonly WorkflowFigures[];
  /** Milliseconds since the epoch. */
  since: number;
  now: number;
}

/** The page of how workflows go: counts, medians and spreads, never a mean. The same figures give the same page. */
export function figuresDoc({ figures, since, now }: FiguresPageSource): PageDoc {
  const runs = figures.reduce((sum, each) => sum + each.runs.length, 0);
  return {
    name: 'Workflow figures',
    properties: { type: 'figures', from: utcDate(since), to: utcDate(now), runs: String(runs) },
    blocks:
      figures.length === 0
        ? [{ key: 'none', content: `No run has ended since ${utcDate(since)}.` }]
        : figures.flatMap((each) => section(`workflow/${each.workflow}`, plain(each.workflow), partsOf(each))),
  };
}

function partsOf(figures: WorkflowFigures): DocBlock[] {
  const { workflow, runs, stages, gates } = figures;
  const key = (part: string): string => `${part}/${workflow}`;
  const ended = (outcome: WorkflowFigures['runs'][number]['outcome']): number =>
    runs.filter((run) => run.outcome === outcome).length;
  const rows = [
    ['The whole run', ...spread(runs.filter(({ outcome }) => outcome === 'completed').map(({ tookMs }) => tookMs))],
    ...stages.map(({ title, persona, tookMs }) => [
      `${plain(title)}${persona === undefined ? '' : ` (${plain(persona)})`}`,
      ...spread(tookMs),
    ]),
  ];
  return [
    {
      key: key('outcomes'),
      content: `${runs.length} ${runs.length === 1 ? 'run' : 'runs'}: ${ended('completed')} completed, ${ended('failed')} failed, ${ended('cancelled')} cancelled.`,
    },
    {
      key: key('durations'),
      content: `How long it takes, from the start to the end with all waiting\n${table(['Part', 'Median', 'Half of them', 'All of them', 'Count'], rows)}`,
    },
    ...chart(figures),
    ...(gates.length === 0
      ? []
      : [
          {
            key: key('gates'),
            content: `What its gates said\n${table(
              ['Gate', 'Passed', 'Rejected'],
              gates.map(({ title, passed, rejected }) => [plain(title), String(passed), String(rejected)]),
            )}`,
          },
        ]),
  ];
}

function spread(values: readonly number[]): string[] {
  const sorted = values.toSorted((one, other) => one - other);
  if (sorted.length === 0) return ['–', '–', '–', '0'];
  const at = (share: number): string => elapsed(quantile(sorted, share));
  return [at(0.5), `${at(0.25)} to ${at(0.75)}`, `${at(0)} to ${at(1)}`, String(sorted.length)];
}

function chart({ workflow, runs }: WorkflowFigures): DocBlock[] {
  const points = runs
    .filter(({ outcome }) => outcome === 'completed')
    .map(({ startedAt, tookMs }): [number, number] => [startedAt, tookMs / 60_000])
    .toReversed();
  if (points.length < 2) return [];
  const title = `${workflow}: minutes from start to end`;
  const name = `stagebook-figures-${assetName(workflow)}.svg`;
  return [
    {
      key: `chart/${workflow}`,
      content: `![${plain(title)}](../assets/${name})`,
      asset: { name, content: chartSvg({ unit: 'min', lines: [{ name: workflow, points }] }, { title, height: 140 }) },
    },
  ];
}

/** A workflow's name as that of a file: letters and digits, and what tells names apart that have none. */
function assetName(workflow: string): string {
  const plainly = workflow
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60);
  const sum = [...workflow].reduce((total, letter) => (total * 31 + letter.codePointAt(0)!) % 0xffff, 7);
  return `${plainly}-${sum.toString(16)}`;
}
