import { z } from 'zod';
import { hashJson } from '../../shared/canonical-json.ts';
import { evidenceSchema, resultSchema, type Evidence } from '../../shared/incident/evidence.ts';
import { parseDuration } from '../../shared/workflow/duration.ts';
import { addressIn, askSource, gapOf } from '../telemetry-sources/source.ts';
import { iso, length } from '../telemetry-sources/time.ts';
import { defineAction, type ActionContext } from './action.ts';

const labels = z.record(z.string(), z.string());
const match = labels.default({}).meta({ description: 'Only those with these labels; an empty value asks nothing.' });

const alertsAnswer = z.array(
  z.object({
    labels,
    annotations: labels.default({}),
    startsAt: z.string(),
    fingerprint: z.string(),
    status: z.object({ state: z.string() }),
    generatorURL: z.string().default(''),
  }),
);

const alertsInput = z.strictObject({ match });
const alertsOutput = z.object({
  available: z.boolean().meta({ description: 'False marks a gap: the source gave no answer.' }),
  reason: z.string().meta({ description: 'Why there is a gap; empty when there is none.' }),
  count: z.int().meta({ description: 'How many are there, silenced ones too.' }),
  firing: z.boolean().meta({ description: 'At least one is there.' }),
  alerts: z.array(
    z.object({
      name: z.string(),
      state: z.string().meta({ description: 'active, suppressed or unprocessed.' }),
      since: z.string(),
      fingerprint: z.string(),
      labels,
      summary: z.string(),
      link: z.string(),
    }),
  ),
  evidence: evidenceSchema,
  result: resultSchema,
});

const filtersOf = (wanted: Readonly<Record<string, string>>): [string, string][] =>
  Object.entries(wanted)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => ['filter', `${name}=${JSON.stringify(value)}`]);

export const alertmanagerAlerts = defineAction<z.infer<typeof alertsInput>, z.infer<typeof alertsOutput>>({
  name: 'alertmanager.alerts',
  summary: 'Reads which alerts Alertmanager holds now, by labels.',
  effect: 'read',
  taints: true,
  input: alertsInput,
  output: alertsOutput,
  async run({ match: wanted }, context) {
    const asked = new URLSearchParams(filtersOf(wanted)).toString();
    const path = `/api/v2/alerts${asked === '' ? '' : `?${asked}`}`;
    const evidenceOf = (result: unknown, finding: string): Evidence => {
      const source = context.services.config.sources?.alertmanager;
      return {
        source: 'alertmanager',
        query: path,
        from: null,
        to: iso(context.clock.now()),
        digest: result === undefined ? '' : hashJson(result),
        link: source ? addressIn(source.ui ?? source.url, '/#/alerts') : '',
        finding,
      };
    };
    try {
      const found = await askSource(context, 'alertmanager', alertsAnswer, { path });
      const alerts = found
        .map(({ labels: has, annotations, startsAt, fingerprint, status, generatorURL }) => ({
          name: has.alertname ?? '',
          state: status.state,
          since: startsAt,
          fingerprint,
          labels: has,
          summary: annotations.summary ?? annotations.description ?? '',
          link: generatorURL,
        }))
        .toSorted((one, other) => (one.fingerprint < other.fingerprint ? -1 : 1));
      const names = [...new Set(alerts.map(({ name }) => name))].join(', ');
      const finding = alerts.length === 0 ? 'No such alert is there.' : `Still there: ${names}.`;
      const evidence = evidenceOf(alerts, finding);
      return {
        available: true,
        reason: '',
        count: alerts.length,
        firing: alerts.length > 0,
        alerts,
        evidence,
        result: alerts,
      };
    } catch (error) {
      const gap = gapOf(error, context.signal);
      return {
        available: false,
        reason: gap,
        count: 0,
        firing: false,
        alerts: [],
        evidence: evidenceOf(undefined, gap),
        result: null,
      };
    }
  },
});

const silenceInput = z.strictObject({
  match: labels.refine((wanted) => Object.values(wanted).some((value) => value !== ''), {
    message: 'a silence without any label would silence everything',
  }),
  for: length.default('1h'),
  comment: z.string().min(1).meta({ description: 'Why; people read it in Alertmanager.' }),
});
const silenceOutput = z.object({ id: z.string(), until: z.iso.datetime(), already: z.boolean() });

const silencesAnswer = z.array(
  z.object({ id: z.string(), comment: z.string(), endsAt: z.string(), status: z.object({ state: z.string() }) }),
);

/** Says in the comment which step it was, so that a silence whose answer was lost is found again. */
const marker = (context: ActionContext): string => `[stagebook ${context.key.slice(0, 16)}]`;

export const alertmanagerSilence = defineAction<z.infer<typeof silenceInput>, z.infer<typeof silenceOutput>>({
  name: 'alertmanager.silence',
  summary: 'Silences alerts with certain labels in Alertmanager for a time.',
  effect: 'write',
  input: silenceInput,
  output: silenceOutput,
  settleMs: 5_000,
  async run({ match: wanted, for: time, comment }, context) {
    const now = context.clock.now();
    const until = iso(now + parseDuration(time));
    const { silenceID: id } = await askSource(context, 'alertmanager', z.object({ silenceID: z.string() }), {
      path: '/api/v2/silences',
      method: 'POST',
      body: {
        matchers: Object.entries(wanted)
          .filter(([, value]) => value !== '')
          .map(([name, value]) => ({ name, value, isRegex: false, isEqual: true })),
        startsAt: iso(now),
        endsAt: until,
        createdBy: context.run.by,
        comment: `${comment} ${marker(context)}`,
      },
    });
    return { id, until, already: false };
  },
  async verify(_input, context) {
    const silences = await askSource(context, 'alertmanager', silencesAnswer, { path: '/api/v2/silences' });
    const found = silences.find(
      ({ comment, status }) => comment.includes(marker(context)) && status.state !== 'expired',
    );
    if (!found) return { is: 'not-done' };
    return { is: 'done', result: { id: found.id, until: new Date(found.endsAt).toISOString(), already: true } };
  },
});
