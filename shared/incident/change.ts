import { z } from 'zod';
import { LEVELS } from './severity.ts';

// What a step or a person says of an incident: settings of `incident.update`, and the payload of its event.

const text = z.string();
const optional = text.nullish();
const texts = z.array(text).nullish();
const moment = z
  .union([z.iso.datetime({ offset: true }), z.literal(true)])
  .nullish()
  .meta({ description: 'When, as in 2026-11-21T03:04:05Z, or true for now.' });
const place = z.strictObject({ title: text, url: optional });

const hypothesisSchema = z.looseObject({
  id: text,
  statement: text,
  status: z.enum(['proposed', 'supported', 'refuted']),
  for: z.array(z.json()).default([]),
  against: z.array(z.json()).default([]),
});

export const actionItemSchema = z.strictObject({
  text,
  kind: z.enum(['prevent', 'mitigate', 'detect', 'process']).nullish(),
  owner: optional,
  due: z.iso.date().nullish(),
});

/** Everything is optional: what is left out, or null, stays as it is. Lists take the place of the ones before. */
export const incidentChangeSchema = z.strictObject({
  title: optional,
  service: optional,
  severity: z.enum(LEVELS).nullish(),
  severity_known: z.boolean().nullish(),
  status: z.enum(['Active', 'Stable', 'Closed']).nullish(),
  summary: optional.meta({ description: 'How it stands now, in one sentence.' }),
  commander: optional,
  scribe: optional,
  liaison: optional,
  responders: texts,
  impact: z.json().optional().meta({ description: 'Numbers by name; null where nothing was measured.' }),
  conditions: texts,
  actions: texts,
  needs: texts,
  next_update_due: z.union([z.iso.datetime({ offset: true }), z.literal('')]).nullish(),
  hypotheses: z.array(hypothesisSchema).nullish(),
  impact_started: moment,
  detected: moment,
  acknowledged: moment,
  mitigated: moment,
  resolved: moment,
  changes: z.array(place).nullish(),
  pull_requests: z.array(place).nullish(),
  related: texts.meta({ description: 'Ids of other incidents.' }),
  trigger: optional.meta({ description: 'What changed, apart from what contributed.' }),
  contributing: texts,
  mitigation: optional,
  resolution: optional,
  went_well: texts,
  went_poorly: texts,
  lucky: texts,
  authors: texts,
  owner: optional,
  meeting: z.iso.date().nullish(),
  messages_sent: texts.meta({ description: 'What was sent to people; kept with those before.' }),
  customer_update: optional.meta({ description: 'A draft for customers; kept with those before.' }),
  action_items: z.array(actionItemSchema).nullish().meta({ description: 'Kept with those before, each text once.' }),
  post_mortem: z.literal(true).nullish().meta({ description: 'A post-mortem is wanted, whatever the severity.' }),
  note: optional.meta({ description: 'A line for the timeline.' }),
});
export type IncidentChange = z.infer<typeof incidentChangeSchema>;
export type ActionItem = z.infer<typeof actionItemSchema>;
