import { DURATIONS, durationsOf, type DurationName } from '../../shared/incident/durations.ts';
import { standing, type IncidentState } from '../../shared/incident/state.ts';
import { lasted } from '../page-parts/incident-facts.ts';
import { durationChart } from '../page-parts/incident-chart.ts';
import { section } from '../page-parts/structure.ts';
import { table } from '../page-parts/table.ts';
import { link, plain } from '../page-parts/text.ts';
import { siblingProperties } from '../page-parts/siblings.ts';
import { utcDate, zoned } from '../page-parts/times.ts';
import { definePage, type DocBlock, type PageSource } from './page.ts';

/** Beyond this the page would be none that anybody reads; the older ones have their own pages. */
const MOST = 200;

/** All incidents of a graph: which are open, and how long things take, as median and spread, never as a mean. */
export const incidentsPage = definePage({
  kind: 'incidents',
  name: () => 'Incidents',
  render: (source) => {
    const all = [...(source.incidents?.() ?? [])];
    const open = all.filter((incident) => standing(incident) !== 'Closed');
    return {
      name: 'Incidents',
      properties: {
        type: 'incidents',
        open: String(open.length),
        incidents: String(all.length),
        ...workflowOf(source),
      },
      blocks: [
        {
          key: 'open',
          content: `## Open, ${open.length}`,
          children:
            open.length === 0
              ? [{ key: 'open/none', content: 'None.' }]
              : open.slice(0, MOST).map((each) => line(each, 'open', source.zone)),
        },
        ...section('durations', 'How long it takes', durations(all)),
        ...section(
          'closed',
          'Closed',
          all
            .filter((incident) => standing(incident) === 'Closed')
            .slice(0, MOST)
            .map((each) => line(each, 'closed', source.zone)),
        ),
      ],
    };
  },
});

/** It tells of many runs, so only of its workflow, which is the same for all that are written by one. */
function workflowOf(source: PageSource): Record<string, string> {
  const { workflow } = siblingProperties(source, 'incidents');
  return workflow === undefined ? {} : { workflow };
}

function line(incident: IncidentState, part: string, zone: string): DocBlock {
  const { id, severity, title, service, alerts } = incident;
  const about = service !== '' && !title.includes(service) ? `${title} (${service})` : title;
  const { resolve } = durationsOf(incident);
  const took = part === 'closed' && resolve !== null ? `, after ${lasted(resolve)}` : '';
  const fires = part === 'open' && alerts.firing > 0 ? `, ${alerts.firing} firing` : '';
  return {
    key: `${part}/${id}`,
    content: `${link(id)} **${severity}** ${plain(about)} · ${standing(incident)}${took}${fires} · since ${zoned(incident.openedAt, zone)}`,
  };
}

function durations(all: readonly IncidentState[]): DocBlock[] {
  const measured = all.map((incident) => ({ incident, took: durationsOf(incident) }));
  const rows = DURATIONS.map(({ name, title, means }) => {
    const values = valuesOf(measured, name);
    if (values.length === 0) return [title, '–', '–', '–', '0', means];
    return [
      title,
      lasted(quantile(values, 0.5)),
      // One has no spread.
      values.length === 1 ? '–' : `${lasted(quantile(values, 0.25))} to ${lasted(quantile(values, 0.75))}`,
      values.length === 1 ? '–' : `${lasted(values[0]!)} to ${lasted(values.at(-1)!)}`,
      String(values.length),
      means,
    ];
  });
  const head = ['Duration', 'Median', 'Half of them', 'All of them', 'Count', 'What it means'];
  const charts = DURATIONS.flatMap(({ name, title }): DocBlock[] => {
    const points = measured
      .map(({ incident, took }) => [incident.openedAt, took[name]] as const)
      .filter((point): point is readonly [number, number] => point[1] !== null)
      .toSorted(([one], [other]) => one - other);
    if (points.length < 2) return [];
    return [
      {
        key: `durations/chart/${name}`,
        content: `![${title}](../assets/stagebook-incidents-${name}.svg)`,
        asset: { name: `stagebook-incidents-${name}.svg`, content: durationChart(title, points) },
      },
    ];
  });
  return [
    {
      key: 'durations/table',
      content: `Of ${all.length} ${all.length === 1 ? 'incident' : 'incidents'}, up to ${utcDate(latest(all))}\n${table(head, rows)}`,
    },
    ...charts,
  ];
}

function latest(all: readonly IncidentState[]): number {
  return all.reduce((last, { lastAt }) => Math.max(last, lastAt), 0);
}

function valuesOf(measured: readonly { took: Record<DurationName, number | null> }[], name: DurationName): number[] {
  return measured.flatMap(({ took }) => took[name] ?? []).toSorted((one, other) => one - other);
}

/** By linear interpolation between the two nearest, in whole seconds. */
function quantile(sorted: readonly number[], share: number): number {
  const at = (sorted.length - 1) * share;
  const [low, high] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
  return Math.round((low + (high - low) * (at - Math.floor(at))) / 1_000) * 1_000;
}
