import { z } from 'zod';
import { formatValue } from '../../shared/chart.ts';
import { evidenceSchema, resultSchema } from '../../shared/incident/evidence.ts';
import { parseDuration } from '../../shared/workflow/duration.ts';
import { ranged, rangeEvidence, type Line } from '../telemetry-sources/prometheus.ts';
import { capitalized } from '../telemetry-sources/finding.ts';
import { gapOf } from '../telemetry-sources/source.ts';
import { iso, length, moment, rangeOf, scrapedAt } from '../telemetry-sources/time.ts';
import { defineAction } from './action.ts';

const input = z.strictObject({
  name: z.string().default('').meta({ description: 'What it measures, in words: share of failing requests.' }),
  query: z.string().min(1).meta({ description: 'PromQL.' }),
  unit: z.string().default('').meta({ description: 'ratio, seconds, requests/s …: how numbers are said.' }),
  over: length.default('15m').meta({ description: 'How far back it looks.' }),
  to: moment.default('').meta({ description: 'Where the range ends; now when empty.' }),
  step: length.optional().meta({ description: 'Between two points; by default there are sixty.' }),
  baseline: length.default('1h').meta({ description: 'The time before the range that it is compared with.' }),
});
type Input = z.infer<typeof input>;

const number = z.number().nullable();
const output = z.object({
  available: z.boolean().meta({ description: 'False marks a gap: the source gave no answer.' }),
  reason: z.string().meta({ description: 'Why there is a gap; empty when there is none.' }),
  name: z.string(),
  unit: z.string(),
  found: z.boolean().meta({ description: 'There is at least one number.' }),
  last: number.meta({ description: 'The newest number of the highest series.' }),
  peak: number,
  mean: number,
  baseline: number.meta({ description: 'The median of the time before; null when nothing was measured then.' }),
  ratio: number.meta({ description: 'The peak by the baseline; null without one, or when that is 0.' }),
  began: z.iso
    .datetime()
    .nullable()
    .meta({ description: 'The first moment in the range from which it stayed apart from the baseline to the peak.' }),
  evidence: evidenceSchema,
  result: resultSchema,
});
type Output = z.infer<typeof output>;

/** One measurement over a time, beside the time before it: in an incident it matters what changed. */
export const prometheusQueryRange = defineAction<Input, Output>({
  name: 'prometheus.query_range',
  summary: 'Asks Prometheus for a query over a time, and compares it with the time before.',
  effect: 'read',
  taints: true,
  input,
  output,
  async run({ name, query, unit, over, to, step, baseline: before }, context) {
    const range = rangeOf(over, scrapedAt(to, context.clock.now()), step);
    const what = name || query;
    const again = { name, query, unit, over, to: iso(range.to), step: `${range.stepMs}ms`, baseline: before };
    try {
      const earlier = { ...range, from: range.from - parseDuration(before), to: range.from };
      const stepMs = Math.max(range.stepMs, Math.ceil((earlier.to - earlier.from) / 1000 / 60) * 1000);
      const [{ lines, doubt }, past] = await Promise.all([
        ranged(context, query, range),
        ranged(context, query, {
          from: earlier.to - Math.floor((earlier.to - earlier.from) / stepMs) * stepMs,
          to: earlier.to,
          stepMs,
        }),
      ]);
      const numbers = figures(lines, past.lines);
      const finding = `${sentence(capitalized(name) || query, unit, numbers, before)}${doubt || past.doubt}`;
      const also =
        numbers.baseline === null
          ? []
          : [
              {
                name: `median of the ${before} before`,
                points: range.from === range.to ? [] : level(range, numbers.baseline),
              },
            ];
      const evidence = rangeEvidence(context, query, range, again, { lines, finding, unit, also });
      return { available: true, reason: '', name: what, unit, ...numbers, evidence, result: lines };
    } catch (error) {
      const gap = gapOf(error, context.signal);
      const evidence = rangeEvidence(context, query, range, again, { gap });
      const nothing = { found: false, last: null, peak: null, mean: null, baseline: null, ratio: null, began: null };
      return { available: false, reason: gap, name: what, unit, ...nothing, evidence, result: null };
    }
  },
});

const level = ({ from, to }: { from: number; to: number }, value: number): [number, number][] => [
  [from, value],
  [to, value],
];

type Figures = Pick<Output, 'found' | 'last' | 'peak' | 'mean' | 'baseline' | 'ratio' | 'began'>;

/** Of several series the one that peaks highest speaks: a shard that fails is not averaged away. */
function figures(lines: readonly Line[], past: readonly Line[]): Figures {
  const speaking = lines
    .map((line) => ({ line, values: valuesOf(line) }))
    .filter(({ values }) => values.length > 0)
    .toSorted((one, other) => Math.max(...other.values) - Math.max(...one.values))[0];
  const baseline = median(past.flatMap(valuesOf));
  if (!speaking) return { found: false, last: null, peak: null, mean: null, baseline, ratio: null, began: null };
  const { line, values } = speaking;
  const peak = Math.max(...values);
  return {
    found: true,
    last: values.at(-1)!,
    peak,
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    baseline,
    ratio: baseline === null || baseline === 0 ? null : peak / baseline,
    began: beganAt(line, baseline ?? values[0]!, peak),
  };
}

const valuesOf = ({ points }: Line): number[] => points.flatMap(([, value]) => value ?? []);

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Back from the peak to where it last lay nearer to the baseline than to the peak. */
function beganAt({ points }: Line, baseline: number, peak: number): string | null {
  if (peak <= baseline) return null;
  const half = baseline + (peak - baseline) / 2;
  const top = points.findIndex(([, value]) => value === peak);
  let began = top;
  while (began > 0 && (points[began - 1]![1] ?? -Infinity) >= half) began -= 1;
  // It was so before the range begins: nobody has seen it begin.
  return began <= 0 ? null : new Date(points[began]![0]).toISOString();
}

function sentence(what: string, unit: string, { found, last, peak, baseline, ratio }: Figures, before: string): string {
  if (!found) return `${what}: there was nothing to measure.`;
  const top = peak === last ? '' : `, at most ${formatValue(peak!, unit)}`;
  const now = `${what} is ${formatValue(last!, unit)}${top}`;
  if (baseline === null) return `${now}; nothing was measured in the ${before} before.`;
  const times = ratio === null || ratio < 1.5 ? '' : ` (${ratio < 10 ? ratio.toFixed(1) : Math.round(ratio)} times)`;
  return `${now}; in the ${before} before it was ${formatValue(baseline, unit)}${times}.`;
}
