import { z } from 'zod';
import { durationsOf } from '../../shared/incident/durations.ts';
import { incidentChangeSchema, type IncidentChange } from '../../shared/incident/change.ts';
import { LEVELS } from '../../shared/incident/severity.ts';
import { standing, type IncidentState } from '../../shared/incident/state.ts';
import { fail } from '../../shared/failure.ts';
import { defineAction, type ActionContext, type Incidents } from './action.ts';

function incidentsOf({ services }: ActionContext): Incidents {
  if (services.incidents) return services.incidents;
  throw fail('unavailable', 'incident.no_journal', 'Incidents are kept in the journal, and here is none.');
}

const incident = z.string().meta({ description: 'Its id; empty when the run is about none.' });
const status = z.enum(['Active', 'Stable', 'Closed']);
const told = z.object({ incident, status, severity: z.enum(LEVELS) });
type Told = z.infer<typeof told>;

const tell = (state: IncidentState): Told => ({
  incident: state.id,
  status: standing(state),
  severity: state.severity,
});

export const incidentUpdate = defineAction<IncidentChange, Told>({
  name: 'incident.update',
  summary: 'Says how the run’s incident stands, and opens one when the run has none; its pages follow.',
  effect: 'write',
  input: incidentChangeSchema,
  output: told,
  run: async (change, context) => tell(await incidentsOf(context).say(change, context.key)),
  verify(_change, context) {
    const incidents = incidentsOf(context);
    const state = incidents.current();
    const isDone = state !== undefined && incidents.isSaid(context.key);
    return Promise.resolve(isDone ? { is: 'done', result: tell(state) } : { is: 'not-done' });
  },
});

const nothing = z.strictObject({});
type Nothing = z.infer<typeof nothing>;
const page = z.object({ incident, page: z.string().meta({ description: 'The name of the page.' }) });

const writePage = (name: string, kind: string, summary: string) =>
  defineAction<Nothing, z.infer<typeof page>>({
    name,
    summary,
    effect: 'write',
    needsGraph: true,
    input: nothing,
    output: page,
    async run(_nothing, context) {
      const { id } = await incidentsOf(context).ensure();
      return { incident: id, ...(await context.services.pages.write(kind, null)) };
    },
    // Writing it again changes nothing.
    verify: () => Promise.resolve({ is: 'not-done' }),
  });

export const pageWriteIncident = writePage(
  'page.write_incident',
  'incident',
  'Writes or updates the page of the run’s incident, and opens an incident when the run has none.',
);

export const pageWritePostMortem = writePage(
  'page.write_post_mortem',
  'post-mortem',
  'Writes or updates the post-mortem of the run’s incident, with a question for everything that nobody knows.',
);

const iso = (at: number | undefined): string => (at === undefined ? '' : new Date(at).toISOString());

const alertsOutput = z.object({
  incident,
  firing: z.int(),
  resolved: z.int(),
  all_resolved: z.boolean().meta({ description: 'False when no alert came at all.' }),
  last_ended: z.string(),
  alerts: z.array(
    z.object({
      name: z.string(),
      status: z.enum(['firing', 'resolved']),
      started: z.string(),
      ended: z.string(),
      url: z.string(),
      labels: z.record(z.string(), z.string()),
    }),
  ),
});

export const incidentAlerts = defineAction<Nothing, z.infer<typeof alertsOutput>>({
  name: 'incident.alerts',
  summary: 'Tells which alerts of the run’s incident fire and which are resolved, as their source said.',
  effect: 'read',
  taints: true,
  input: nothing,
  output: alertsOutput,
  run(_nothing, context) {
    const state = incidentsOf(context).current();
    const { firing = 0, resolved = 0, lastEnded, list = [] } = state?.alerts ?? {};
    return Promise.resolve({
      incident: state?.id ?? '',
      firing,
      resolved,
      all_resolved: firing === 0 && resolved > 0,
      last_ended: iso(lastEnded),
      alerts: list.map(({ name, started, ended, url, labels }) => ({
        name,
        status: ended === undefined ? ('firing' as const) : ('resolved' as const),
        started: iso(started),
        ended: iso(ended),
        url,
        labels,
      })),
    });
  },
});

const seconds = z.number().nullable();
const showOutput = z.object({
  incident,
  title: z.string(),
  service: z.string(),
  status: z.union([status, z.literal('')]),
  severity: z.union([z.enum(LEVELS), z.literal('')]),
  severity_known: z.boolean(),
  acknowledged: z.boolean(),
  durations_s: z
    .object({ detect: seconds, acknowledge: seconds, mitigate: seconds, resolve: seconds })
    .meta({ description: 'Null where nobody knows.' }),
});

export const incidentShow = defineAction<Nothing, z.infer<typeof showOutput>>({
  name: 'incident.show',
  taints: true,
  summary: 'Tells how the run’s incident stands, with what people corrected.',
  effect: 'read',
  input: nothing,
  output: showOutput,
  run(_nothing, context) {
    const state = incidentsOf(context).current();
    const took = state && durationsOf(state);
    const of = (ms: number | null | undefined): number | null => ((ms ?? null) === null ? null : ms! / 1_000);
    return Promise.resolve({
      incident: state?.id ?? '',
      title: state?.title ?? '',
      service: state?.service ?? '',
      status: state ? standing(state) : '',
      severity: state?.severity ?? '',
      severity_known: state?.severityKnown ?? false,
      acknowledged: state?.moments.acknowledged !== undefined,
      durations_s: {
        detect: of(took?.detect),
        acknowledge: of(took?.acknowledge),
        mitigate: of(took?.mitigate),
        resolve: of(took?.resolve),
      },
    });
  },
});
