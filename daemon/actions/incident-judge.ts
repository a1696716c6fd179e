import { z } from 'zod';
import { hypothesesOf } from '../../shared/incident/hypotheses.ts';
import { impactOf } from '../../shared/incident/impact.ts';
import { resolvedAt } from '../../shared/incident/state.ts';
import { LEVELS, severityOf } from '../../shared/incident/severity.ts';
import { iso, length, moment } from '../telemetry-sources/time.ts';
import { parseDuration } from '../../shared/workflow/duration.ts';
import { defineAction } from './action.ts';

const classifyInput = z.strictObject({
  severity: z.string().default('').meta({ description: 'As the alert or a person says it: P1, sev2, critical.' }),
});
const classifyOutput = z.object({
  level: z.enum(LEVELS),
  known: z.boolean().meta({ description: 'False when it was taken for P2 because nobody knows better.' }),
  why: z.string(),
});

export const incidentClassify = defineAction<z.infer<typeof classifyInput>, z.infer<typeof classifyOutput>>({
  name: 'incident.classify',
  summary:
    'Reads a severity as one of P0 to P3; an unknown one is P2, and it says so. What people or graver alerts say counts.',
  effect: 'read',
  input: classifyInput,
  output: classifyOutput,
  run({ severity }, { services }) {
    const given = severityOf(severity);
    const incident = services.incidents?.current();
    // A person has said it, or a graver alert came before this began.
    const isOverruled = incident !== undefined && (incident.severitySaid === true || incident.severity < given.level);
    if (!isOverruled) return Promise.resolve(given);
    const { severity: level, severityKnown: known, severityWhy } = incident;
    return Promise.resolve({ level, known, why: severityWhy || 'somebody said so' });
  },
});

const number = z.number().nullable();
const impactInput = z.strictObject({
  requests: number.default(null).meta({ description: 'Requests since it began; null where nobody measured.' }),
  failing: number.default(null),
  users: number.default(null),
  started: moment.default('').meta({ description: 'When the impact began; empty when that is not known.' }),
  ended: moment.default('').meta({ description: 'When it ended; when the incident’s alerts did, where it is empty.' }),
  objective: z.number().gt(0).max(1).default(0.999).meta({ description: 'The share of requests that has to succeed.' }),
  period_requests: number.default(null).meta({ description: 'Requests in the whole period of the objective.' }),
  counted_s: number
    .default(null)
    .meta({ description: 'Over how many seconds the requests were counted, as incident.queries says it.' }),
  update_every: length.default('30m').meta({ description: 'How long people may wait for the next word.' }),
});
const impactOutput = z.object({
  minutes: number,
  requests: number,
  failing: number,
  share: number,
  users: number,
  objective: z.number(),
  budget_requests: number,
  budget_spent: number.meta({ description: 'The share of the error budget that it has used.' }),
  burn_rate: number,
  counted_s: number,
  unmeasured: z.array(z.string()),
  sentence: z.string(),
  measured_at: z.iso.datetime(),
  next_update_due: z.iso.datetime(),
});

export const incidentImpact = defineAction<z.infer<typeof impactInput>, z.infer<typeof impactOutput>>({
  name: 'incident.impact',
  summary: 'Says the impact in numbers, with the error budget; what was not measured stays unknown.',
  effect: 'read',
  input: impactInput,
  output: impactOutput,
  run(
    {
      requests,
      failing,
      users,
      started,
      ended,
      objective,
      period_requests: periodRequests,
      counted_s: countedS,
      update_every,
    },
    { clock, services },
  ) {
    const now = clock.now();
    const incident = services.incidents?.current();
    // An alert that nobody says anything else of was over when it was resolved, however late it is looked at.
    const over = ended === '' ? incident && resolvedAt(incident)?.at : Date.parse(ended);
    const minutes = started === '' ? null : Math.max(0, ((over ?? now) - Date.parse(started)) / 60_000);
    const isOver = over !== undefined;
    const since = started === '' ? null : `${iso(Date.parse(started)).slice(0, 19)}Z`;
    const impact = impactOf({ requests, failing, users, minutes, isOver, since, countedS, objective, periodRequests });
    return Promise.resolve({
      ...impact,
      measured_at: iso(now),
      next_update_due: iso(now + parseDuration(update_every)),
    });
  },
});

const finding = z.object({ finding: z.string() });
const measure = z.object({
  name: z.string(),
  available: z.boolean(),
  found: z.boolean(),
  peak: number,
  baseline: number,
  ratio: number,
  evidence: finding,
  reason: z.string().default(''),
});
const hypothesesInput = z.strictObject({
  saturation: z
    .array(measure)
    .default([])
    .meta({ description: 'How full each resource was: outputs of prometheus.query_range.' }),
  traffic: z.array(measure).default([]),
  full_above: z.number().default(0.9),
  logs: z.object({
    available: z.boolean(),
    reason: z.string(),
    evidence: finding,
    compared: z.boolean().default(true),
    patterns: z.array(z.object({ pattern: z.string(), share: z.number(), new: z.boolean(), first: z.string() })),
  }),
  traces: z.object({
    available: z.boolean(),
    reason: z.string(),
    evidence: finding,
    operations: z.array(
      z.object({
        service: z.string(),
        operation: z.string(),
        share: z.number(),
        count: z.number(),
        failed: z.number(),
      }),
    ),
  }),
  changes: z.array(z.object({ title: z.string(), at: z.string() })).default([]),
  began: z.string().nullable().default(null),
});
const hypothesesOutput = z.object({
  hypotheses: z.array(
    z.object({
      id: z.string(),
      statement: z.string(),
      status: z.enum(['proposed', 'supported', 'refuted']),
      for: z.array(z.string()),
      against: z.array(z.string()),
    }),
  ),
  supported: z.int(),
  cause: z.string().meta({ description: 'The statement that is supported best; empty when none is.' }),
  gaps: z.array(z.string()).meta({ description: 'Where nobody could look, and why.' }),
});

export const incidentHypotheses = defineAction<z.infer<typeof hypothesesInput>, z.infer<typeof hypothesesOutput>>({
  name: 'incident.hypotheses',
  summary: 'Says which causes the findings speak for and against, by rules that anybody can check.',
  effect: 'read',
  input: hypothesesInput,
  output: hypothesesOutput,
  run({ saturation, traffic, full_above: fullAbove, logs, traces, changes, began }) {
    const hypotheses = hypothesesOf({ saturation, traffic, fullAbove, patterns: logs, traces, changes, began });
    const supported = hypotheses.filter(({ status }) => status === 'supported');
    const gaps = [...saturation, ...traffic, logs, traces]
      .filter(({ available }) => !available)
      .map(({ reason }) => reason);
    return Promise.resolve({
      hypotheses,
      supported: supported.length,
      cause: supported[0]?.statement ?? '',
      gaps: [...new Set(gaps)],
    });
  },
});

const queriesInput = z.strictObject({
  service: z.string().default('').meta({ description: 'Its label `service`; every series when empty.' }),
  since: moment.default('').meta({ description: 'When the impact began, for what is counted since then.' }),
  window: length.default('1m').meta({ description: 'What rates are taken over.' }),
  traffic: z
    .string()
    .default('')
    .meta({ description: 'PromQL of requests per second; of http_requests_total when empty.' }),
  errors: z.string().default('').meta({ description: 'PromQL of the share that fails, from 0 to 1.' }),
  latency: z.string().default('').meta({ description: 'PromQL of the 95th percentile in seconds.' }),
  logs: z.string().default('').meta({ description: 'LogQL of error lines.' }),
});
const queriesOutput = z.object({
  traffic: z.string(),
  errors: z.string(),
  latency: z.string(),
  requests: z.string().meta({ description: 'Requests since it began.' }),
  failing: z.string().meta({ description: 'Those of them that failed.' }),
  counted_s: z.number().meta({ description: 'How far back these two count, in seconds.' }),
  logs: z.string(),
});

/** Nobody asks a store for more than six hours at once; a rate needs two scrapes at least. */
const [SHORTEST_S, LONGEST_S] = [15, 6 * 3_600];

export const incidentQueries = defineAction<z.infer<typeof queriesInput>, z.infer<typeof queriesOutput>>({
  name: 'incident.queries',
  summary: 'Writes the usual queries for a service, in which its name cannot become a query of its own.',
  effect: 'read',
  input: queriesInput,
  output: queriesOutput,
  run({ service, since, window, traffic, errors, latency, logs }, { clock }) {
    const matcher = service === '' ? '' : `service=${quoted(service)}`;
    const [all, failed] = [`{${matcher}}`, `{${[matcher, 'code=~"5.."'].filter(Boolean).join(', ')}}`];
    const passed = since === '' ? 900 : Math.ceil((clock.now() - Date.parse(since)) / 1_000);
    const seconds = Math.min(LONGEST_S, Math.max(SHORTEST_S, passed));
    const rate = (selector: string): string => `sum(rate(http_requests_total${selector}[${window}]))`;
    return Promise.resolve({
      traffic: traffic || rate(all),
      // No failing request at all is no series: that is a share of 0, as long as there are requests.
      errors: errors || `(${rate(failed)} or vector(0)) / ${rate(all)}`,
      latency:
        latency ||
        `histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket${all}[${window}])))`,
      requests: `sum(increase(http_requests_total${all}[${seconds}s]))`,
      // None of them failed only where there were some.
      failing: `sum(increase(http_requests_total${failed}[${seconds}s])) or 0 * sum(increase(http_requests_total${all}[${seconds}s]))`,
      counted_s: seconds,
      logs: logs || `{${matcher || 'service=~".+"'}} |~ "(?i)(error|exception|fatal|panic|timeout)"`,
    });
  },
});

/** A name from elsewhere, as a text of PromQL and LogQL: it cannot end its quotes. */
function quoted(name: string): string {
  return JSON.stringify(name.replace(/\p{C}/gu, ''));
}
