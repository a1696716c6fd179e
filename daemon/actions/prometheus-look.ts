import { z } from 'zod';
import { hashJson } from '../../shared/canonical-json.ts';
import { evidenceSchema, resultSchema, type Evidence } from '../../shared/incident/evidence.ts';
import { alertAnswer, rulesAnswer } from '../telemetry-sources/prometheus.ts';
import { addressIn, askSource, gapOf } from '../telemetry-sources/source.ts';
import { iso } from '../telemetry-sources/time.ts';
import { defineAction, type ActionContext } from './action.ts';

const labels = z.record(z.string(), z.string());
const available = z.boolean().meta({ description: 'False marks a gap: the source gave no answer.' });
const reason = z.string().meta({ description: 'Why there is a gap; empty when there is none.' });
const match = labels.default({}).meta({ description: 'Only those with these labels.' });

const fits = (has: Readonly<Record<string, string>>, wanted: Readonly<Record<string, string>>): boolean =>
  Object.entries(wanted).every(([name, value]) => value === '' || has[name] === value);

function seen(context: ActionContext, path: string, page: string, result: unknown, finding: string): Evidence {
  const source = context.services.config.sources?.prometheus;
  return {
    source: 'prometheus',
    query: path,
    from: null,
    to: iso(context.clock.now()),
    digest: result === undefined ? '' : hashJson(result),
    link: source && !source.grafana ? addressIn(source.ui ?? source.url, page) : '',
    finding,
  };
}

const alertsInput = z.strictObject({ match });
const alertsOutput = z.object({
  available,
  reason,
  count: z.int().meta({ description: 'How many fire.' }),
  alerts: z.array(
    z.object({
      name: z.string(),
      state: z.string(),
      since: z.string(),
      value: z.string(),
      labels,
      summary: z.string(),
    }),
  ),
  evidence: evidenceSchema,
  result: resultSchema,
});

export const prometheusAlerts = defineAction<z.infer<typeof alertsInput>, z.infer<typeof alertsOutput>>({
  name: 'prometheus.alerts',
  summary: 'Reads which alerts of Prometheus are pending and firing.',
  effect: 'read',
  taints: true,
  input: alertsInput,
  output: alertsOutput,
  async run({ match: wanted }, context) {
    const path = '/api/v1/alerts';
    try {
      const { data } = await askSource(context, 'prometheus', alertAnswer, { path });
      const alerts = data.alerts
        .filter((alert) => fits(alert.labels, wanted))
        .map(({ labels: has, annotations, state, activeAt = '', value = '' }) => ({
          name: has.alertname ?? '',
          state,
          since: activeAt,
          value,
          labels: has,
          summary: annotations.summary ?? annotations.description ?? '',
        }))
        .toSorted((one, other) => (one.since < other.since ? -1 : 1));
      const firing = alerts.filter(({ state }) => state === 'firing');
      const names = [...new Set(firing.map(({ name }) => name))].join(', ');
      const finding =
        firing.length === 0
          ? 'No alert fires in Prometheus.'
          : `${firing.length} alert${firing.length > 1 ? 's fire' : ' fires'}: ${names}.`;
      // A value changes with every evaluation; what fires since when does not.
      const lasting = alerts.map(({ value: _, ...alert }) => alert);
      const evidence = seen(context, path, '/alerts', lasting, finding);
      return { available: true, reason: '', count: firing.length, alerts, evidence, result: lasting };
    } catch (error) {
      const gap = gapOf(error, context.signal);
      const evidence = seen(context, path, '/alerts', undefined, gap);
      return { available: false, reason: gap, count: 0, alerts: [], evidence, result: null };
    }
  },
});

const rulesInput = z.strictObject({
  name: z.string().default('').meta({ description: 'Only rules of this name.' }),
  match,
});
const rulesOutput = z.object({
  available,
  reason,
  count: z.int(),
  rules: z.array(
    z.object({
      group: z.string(),
      name: z.string(),
      kind: z.string().meta({ description: 'alerting or recording.' }),
      query: z.string(),
      for_s: z.number(),
      state: z.string(),
      labels,
      summary: z.string(),
      runbook: z.string(),
      trouble: z.string().meta({ description: 'Why it could not be evaluated last; empty when it could.' }),
    }),
  ),
  evidence: evidenceSchema,
  result: resultSchema,
});

export const prometheusRules = defineAction<z.infer<typeof rulesInput>, z.infer<typeof rulesOutput>>({
  name: 'prometheus.rules',
  summary: 'Reads the alerting and recording rules that Prometheus evaluates.',
  effect: 'read',
  taints: true,
  input: rulesInput,
  output: rulesOutput,
  async run({ name, match: wanted }, context) {
    const path = '/api/v1/rules';
    try {
      const { data } = await askSource(context, 'prometheus', rulesAnswer, { path });
      const rules = data.groups.flatMap((group) =>
        group.rules
          .filter((rule) => (name === '' || rule.name === name) && fits(rule.labels ?? {}, wanted))
          .map((rule) => ({
            group: group.name,
            name: rule.name,
            kind: rule.type,
            query: rule.query,
            for_s: rule.duration ?? 0,
            state: rule.state ?? '',
            labels: rule.labels ?? {},
            summary: rule.annotations?.summary ?? '',
            runbook: rule.annotations?.runbook_url ?? '',
            trouble: rule.lastError ?? '',
          })),
      );
      const broken = rules.filter(({ trouble }) => trouble !== '').length;
      const finding = `There ${rules.length === 1 ? 'is 1 rule' : `are ${rules.length} rules`}${broken > 0 ? `, ${broken} of which cannot be evaluated` : ''}.`;
      const lasting = rules.map(({ state: _, trouble: __, ...rule }) => rule);
      const evidence = seen(context, path, '/rules', lasting, finding);
      return { available: true, reason: '', count: rules.length, rules, evidence, result: lasting };
    } catch (error) {
      const gap = gapOf(error, context.signal);
      const evidence = seen(context, path, '/rules', undefined, gap);
      return { available: false, reason: gap, count: 0, rules: [], evidence, result: null };
    }
  },
});
