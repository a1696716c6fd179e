import { z } from 'zod';
import { hashJson } from '../../shared/canonical-json.ts';
import type { Evidence, Series } from '../../shared/incident/evidence.ts';
import type { JsonObject } from '../../shared/json.ts';
import { exploreLink, promqlAt, promqlOver } from './grafana.ts';
import { addressIn, askSource, sourceOf, type Looker } from './source.ts';
import { iso, type Range } from './time.ts';

/** Prometheus writes numbers as texts, for the sake of `NaN` and `+Inf`. */
const sample = z.tuple([z.number(), z.string()]);
const metric = z.record(z.string(), z.string());

/** Given with an answer that is not all of it: a store behind it did not answer, or a limit was reached. */
const warnings = z.array(z.string()).default([]);

const instantAnswer = z.object({
  status: z.literal('success'),
  warnings,
  data: z.discriminatedUnion('resultType', [
    z.object({ resultType: z.literal('vector'), result: z.array(z.object({ metric, value: sample })) }),
    z.object({ resultType: z.literal('scalar'), result: sample }),
    z.object({ resultType: z.literal('string'), result: sample }),
    z.object({ resultType: z.literal('matrix'), result: z.array(z.unknown()) }),
  ]),
});
const rangeAnswer = z.object({
  status: z.literal('success'),
  warnings,
  data: z.object({
    resultType: z.literal('matrix'),
    result: z.array(z.object({ metric, values: z.array(sample) })),
  }),
});

/** Of more series than this, those that reach highest are kept. */
const MOST = 20;

export type Sample = {
  labels: Record<string, string>;
  /** Null for what is no number (0 by 0). */
  value: number | null;
};
export type Line = {
  labels: Record<string, string>;
  points: [at: number, value: number | null][];
};

/**
 * What PromQL gives at one moment, by labels. `doubt` is a sentence, after a space, for an answer that Prometheus itself warns of;
 * empty for others. Throws as `askSource` does.
 */
export async function instant(
  context: Looker,
  query: string,
  at: number,
): Promise<{ samples: Sample[]; doubt: string }> {
  const { grafana } = sourceOf(context, 'prometheus');
  const { result, doubt } = grafana
    ? { result: await promqlAt(context, grafana, query, at), doubt: '' }
    : await resultAt(context, query, at);
  const samples = samplesOf(result);
  const top = samples.sort((one, other) => (other.value ?? -Infinity) - (one.value ?? -Infinity)).slice(0, MOST);
  return { samples: top.sort(byLabels), doubt };
}

function samplesOf(result: Result): Sample[] {
  if (isScalar(result)) return [{ labels: {}, value: numberOf(result[1]) }];
  return result.map((one) => ({ labels: one.metric, value: numberOf(one.value[1]) }));
}

function doubtOf(said: readonly string[]): string {
  const [first] = said;
  return first === undefined
    ? ''
    : ` Prometheus warns that this may not be all: “${first.trim().split('\n')[0]!.slice(0, 200)}”.`;
}

type Result = Awaited<ReturnType<typeof promqlAt>>;

async function resultAt(context: Looker, query: string, at: number): Promise<{ result: Result; doubt: string }> {
  const { data, warnings: said } = await askSource(context, 'prometheus', instantAnswer, {
    path: '/api/v1/query',
    query: { query, time: String(at / 1000) },
  });
  const result = data.resultType === 'vector' || data.resultType === 'scalar' ? data.result : [];
  return { result, doubt: doubtOf(said) };
}

function isScalar(result: Result): result is [number, string] {
  return typeof result[0] === 'number';
}

/** What PromQL gives over a range, by labels; null at each step where there was nothing. `doubt` as of `instant`. */
export async function ranged(context: Looker, query: string, range: Range): Promise<{ lines: Line[]; doubt: string }> {
  const { from, to, stepMs } = range;
  const { grafana } = sourceOf(context, 'prometheus');
  const { result, doubt } = grafana
    ? { result: await promqlOver(context, grafana, query, range), doubt: '' }
    : await resultOver(context, query, range);
  const lines = result.map((one) => {
    const at = new Map(one.values.map(([seconds, value]) => [Math.round(seconds * 1000), numberOf(value)]));
    const points: Line['points'] = [];
    for (let time = from; time <= to; time += stepMs) points.push([time, at.get(time) ?? null]);
    return { labels: one.metric, points };
  });
  return { lines: lines.sort(byPeak).slice(0, MOST).sort(byLabels), doubt };
}

async function resultOver(context: Looker, query: string, { from, to, stepMs }: Range) {
  const { data, warnings: said } = await askSource(context, 'prometheus', rangeAnswer, {
    path: '/api/v1/query_range',
    query: { query, start: String(from / 1000), end: String(to / 1000), step: String(stepMs / 1000) },
  });
  return { result: data.result, doubt: doubtOf(said) };
}

function numberOf(text: string): number | null {
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

function byLabels(one: { labels: Record<string, string> }, other: { labels: Record<string, string> }): number {
  const [a, b] = [nameOf(one.labels), nameOf(other.labels)];
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A series by its labels, as PromQL writes it. */
export function nameOf(labels: Readonly<Record<string, string>>): string {
  const { __name__: name = '', ...rest } = labels;
  const inside = Object.entries(rest)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
    .join(', ');
  return inside === '' ? name || 'value' : `${name}{${inside}}`;
}

/** Evidence of a question about one moment. */
export function instantEvidence(
  context: Looker,
  query: string,
  at: number,
  found: { samples: readonly Sample[]; finding: string } | { gap: string },
  { name, unit }: { name: string; unit: string },
): Evidence {
  return {
    source: 'prometheus',
    query,
    from: null,
    to: iso(at),
    digest: 'gap' in found ? '' : hashJson(found.samples),
    link: link(context, query, at, 3600),
    finding: 'gap' in found ? found.gap : found.finding,
    again: { uses: 'prometheus.query', with: { name, query, at: iso(at), unit } },
  };
}

/** Evidence of a question about a range, with its chart. */
export function rangeEvidence(
  context: Looker,
  query: string,
  range: Range,
  settings: JsonObject,
  found: { lines: readonly Line[]; finding: string; unit: string; also?: Series['lines'] } | { gap: string },
): Evidence {
  const { from, to, stepMs } = range;
  const asked = {
    source: 'prometheus' as const,
    query,
    from: iso(from),
    to: iso(to),
    step_s: stepMs / 1000,
    link: link(context, query, to, Math.max(1, Math.round((to - from) / 1000))),
    again: { uses: 'prometheus.query_range', with: settings },
  };
  if ('gap' in found) return { ...asked, digest: '', finding: found.gap };
  const { lines, finding, unit, also = [] } = found;
  return {
    ...asked,
    digest: hashJson(lines),
    finding,
    series: { unit, lines: [...highest(lines, 5 - also.length), ...also] },
  };
}

const peak = ({ points }: Line): number => Math.max(-Infinity, ...points.map(([, value]) => value ?? -Infinity));
const byPeak = (one: Line, other: Line): number => peak(other) - peak(one);

/** The lines that reach highest: those that matter in an incident. */
function highest(lines: readonly Line[], count: number): Series['lines'] {
  return [...lines]
    .sort(byPeak)
    .slice(0, count)
    .map(({ labels, points }) => ({ name: nameOf(labels), points }));
}

/** Where a person sees the same in Prometheus' own pages; empty when no Prometheus is configured. */
function link(context: Looker, query: string, at: number, seconds: number): string {
  if (!context.services.config.sources?.prometheus) return '';
  const { ui, url, grafana } = sourceOf(context, 'prometheus');
  if (grafana) return ui === undefined ? '' : exploreLink(ui, grafana.datasource, query, at - seconds * 1_000, at);
  return addressIn(ui ?? url, '/graph', {
    'g0.expr': query,
    'g0.tab': '0',
    'g0.range_input': `${seconds}s`,
    'g0.end_input': iso(at).slice(0, 19).replace('T', ' '),
  });
}

export const alertAnswer = z.object({
  status: z.literal('success'),
  data: z.object({
    alerts: z.array(
      z.object({
        labels: metric,
        annotations: metric,
        state: z.string(),
        activeAt: z.string().optional(),
        value: z.string().optional(),
      }),
    ),
  }),
});

export const rulesAnswer = z.object({
  status: z.literal('success'),
  data: z.object({
    groups: z.array(
      z.object({
        name: z.string(),
        file: z.string().default(''),
        rules: z.array(
          z.object({
            type: z.string(),
            name: z.string(),
            query: z.string(),
            state: z.string().optional(),
            duration: z.number().optional(),
            labels: metric.optional(),
            annotations: metric.optional(),
            health: z.string().default(''),
            lastError: z.string().optional(),
          }),
        ),
      }),
    ),
  }),
});
