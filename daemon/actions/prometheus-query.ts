import { z } from 'zod';
import { evidenceSchema, resultSchema } from '../../shared/incident/evidence.ts';
import { formatValue } from '../../shared/chart.ts';
import { instant, instantEvidence, nameOf, type Sample } from '../telemetry-sources/prometheus.ts';
import { capitalized } from '../telemetry-sources/finding.ts';
import { gapOf } from '../telemetry-sources/source.ts';
import { iso, moment, scrapedAt } from '../telemetry-sources/time.ts';
import { defineAction } from './action.ts';

const query = z.string().min(1).meta({ description: 'PromQL.' });
const unit = z.string().default('').meta({ description: 'ratio, seconds, requests/s …: how numbers are said.' });
const number = z.number().nullable();
const available = z.boolean().meta({ description: 'False marks a gap: the source gave no answer.' });
const reason = z.string().meta({ description: 'Why there is a gap; empty when there is none.' });

const input = z.strictObject({
  name: z.string().default('').meta({ description: 'What it is, in words: requests since it began.' }),
  query,
  unit,
  at: moment.default('').meta({ description: 'A moment; now when empty.' }),
});
const output = z.object({
  available,
  reason,
  found: z.boolean().meta({ description: 'There is at least one number.' }),
  value: number.meta({ description: 'Of the highest series; null when there is none.' }),
  samples: z.array(z.object({ labels: z.record(z.string(), z.string()), value: number })),
  evidence: evidenceSchema,
  result: resultSchema,
});

export const prometheusQuery = defineAction<z.infer<typeof input>, z.infer<typeof output>>({
  name: 'prometheus.query',
  summary: 'Asks Prometheus for what a query gives at one moment.',
  effect: 'read',
  taints: true,
  input,
  output,
  async run({ name, query: asked, unit: said, at }, context) {
    const when = scrapedAt(at, context.clock.now());
    const again = { name, unit: said };
    try {
      const { samples, doubt } = await instant(context, asked, when);
      const value = highest(samples);
      const finding = `${sentence(capitalized(name) || asked, said, value, samples.length)}${doubt}`;
      const evidence = instantEvidence(context, asked, when, { samples, finding }, again);
      return { available: true, reason: '', found: value !== null, value, samples, evidence, result: samples };
    } catch (error) {
      const gap = gapOf(error, context.signal);
      const evidence = instantEvidence(context, asked, when, { gap }, again);
      return { available: false, reason: gap, found: false, value: null, samples: [], evidence, result: null };
    }
  },
});

function highest(samples: readonly Sample[]): number | null {
  const values = samples.flatMap(({ value }) => value ?? []);
  return values.length === 0 ? null : Math.max(...values);
}

function sentence(what: string, saidIn: string, value: number | null, series: number): string {
  if (value === null) return `${what}: there was nothing to measure.`;
  const of = series > 1 ? `, the highest of ${series} series` : '';
  // What is counted is said to the last one: the impact is made of it.
  const said = saidIn === '' && Math.abs(value) >= 10 ? String(Math.round(value)) : formatValue(value, saidIn);
  return `${what}: ${said}${of}.`;
}

const limit = z.number().optional();
const condition = z.strictObject({
  name: z.string().min(1),
  query,
  unit,
  below: limit.meta({ description: 'It has to be less than this.' }),
  above: limit.meta({ description: 'It has to be more than this.' }),
  when_empty: z
    .enum(['fails', 'holds'])
    .default('fails')
    .meta({ description: 'What it means when there is no number, as when there is no traffic.' }),
});
const checkInput = z.strictObject({ conditions: z.array(condition).min(1) });
const checkOutput = z.object({
  available: available.meta({ description: 'Every condition could be measured.' }),
  reason,
  holds: z.boolean().meta({ description: 'Every condition was measured and holds.' }),
  said: z.string().meta({ description: 'What was seen, in one sentence.' }),
  at: z.iso.datetime(),
  conditions: z.array(
    z.object({
      name: z.string(),
      available: z.boolean(),
      reason: z.string(),
      holds: z.boolean(),
      value: number,
      limit: z.string(),
      evidence: evidenceSchema,
      result: resultSchema,
    }),
  ),
  evidence: evidenceSchema.meta({ description: 'Of the first condition that does not hold, else of the first.' }),
  result: resultSchema,
});

export const prometheusCheck = defineAction<z.infer<typeof checkInput>, z.infer<typeof checkOutput>>({
  name: 'prometheus.check',
  summary: 'Measures several conditions in Prometheus at once and says whether all of them hold.',
  effect: 'read',
  taints: true,
  input: checkInput,
  output: checkOutput,
  async run(settings, context) {
    const now = scrapedAt('', context.clock.now());
    const conditions = await Promise.all(
      settings.conditions.map(async ({ name, query: asked, unit: said, below, above, when_empty }) => {
        const limits = [
          ...(below === undefined ? [] : [`below ${formatValue(below, said)}`]),
          ...(above === undefined ? [] : [`above ${formatValue(above, said)}`]),
        ].join(' and ');
        try {
          const { samples, doubt } = await instant(context, asked, now);
          const value = highest(samples);
          const holds =
            value === null
              ? when_empty === 'holds'
              : (below === undefined || value < below) && (above === undefined || value > above);
          const worst = samples.find((sample) => sample.value === value);
          const which = samples.length > 1 && worst ? ` (${nameOf(worst.labels)})` : '';
          const seen =
            value === null
              ? `${capitalized(name)} could not be measured: there was nothing to measure${holds ? ', which is as it should be' : ''}.`
              : `${capitalized(name)} was ${formatValue(value, said)}${which}; it ${holds ? 'is' : 'is not'} ${limits || 'limited'}.`;
          const finding = `${seen}${doubt}`;
          const evidence = instantEvidence(context, asked, now, { samples, finding }, { name, unit: said });
          return { name, available: true, reason: '', holds, value, limit: limits, evidence, result: samples };
        } catch (error) {
          const gap = gapOf(error, context.signal);
          const evidence = instantEvidence(context, asked, now, { gap }, { name, unit: said });
          return {
            name,
            available: false,
            reason: gap,
            holds: false,
            value: null,
            limit: limits,
            evidence,
            result: null,
          };
        }
      }),
    );
    const missing = conditions.filter((one) => !one.available);
    const worst = conditions.find((one) => !one.holds) ?? conditions[0]!;
    return {
      available: missing.length === 0,
      reason: missing[0]?.reason ?? '',
      holds: conditions.every(({ holds }) => holds),
      said: conditions.map(({ evidence }) => evidence.finding).join(' '),
      at: iso(now),
      conditions,
      evidence: worst.evidence,
      result: worst.result,
    };
  },
});
