import { z } from 'zod';
import { isObject, type JsonObject } from '../../shared/json.ts';
import { messageSchema } from '../notices/channel.ts';
import type { ReportedEvent } from '../journal/reported.ts';
import { troubleIn } from './event-shapes.ts';

/** More events than this in one report are no report of ours. */
const MOST_EVENTS = 5_000;
/** No later than this, in milliseconds since the epoch: the year 2286. */
const LAST_MOMENT = 1e13;

const name = z.string().min(1).max(500);
const object = z.custom<JsonObject>(isObject, 'must be an object');
const position = z.int().min(1).max(10_000_000);

const event = z
  .strictObject({
    seq: position,
    type: z.string().max(60),
    node: z.string().max(10_000),
    attempt: z.int().min(1),
    epoch: z.int().min(1),
    at: z.number().min(0).max(LAST_MOMENT),
    payload: object,
  })
  .superRefine(({ type, payload }, context) => {
    const trouble = troubleIn(type, payload);
    if (trouble !== undefined) context.addIssue(trouble);
  });

const row = z.object({
  run: name,
  number: z.int(),
  definition: name,
  title: z.string(),
  dryRun: z.boolean(),
  memory: name,
  parent: z.strictObject({ run: name, node: z.string() }),
  at: z.number().min(0).max(LAST_MOMENT),
  graph: z.string().optional(),
});

/** Something that a step wants done where pages and messages are: at the hub, once for each key. */
export const deedSchema = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('page.write'), kind: name, data: z.json() }),
  z.strictObject({ do: z.literal('page.append'), page: name, content: z.string(), part: name }),
  z.strictObject({ do: z.literal('notice'), channel: z.enum(['slack', 'email', 'pagerduty']), message: messageSchema }),
]);
export type Deed = z.infer<typeof deedSchema>;

/** What a worker tells a hub of one run. */
export const reportSchema = z
  .strictObject({
    hub: name,
    /** The worker's name. */
    node: name,
    run: name,
    events: z.array(event).max(MOST_EVENTS),
    /** With the first events of a run that another one has called. */
    begin: z.strictObject({ row, body: z.string() }).optional(),
    deeds: z
      .array(z.strictObject({ key: name, deed: deedSchema }))
      .max(MOST_EVENTS)
      .optional(),
  })
  .superRefine(({ events }, context) => {
    const first = events[0]?.seq ?? 0;
    const at = events.findIndex(({ seq }, index) => seq !== first + index);
    if (at > 0) context.addIssue(`event ${events[at]!.seq} does not follow event ${events[at - 1]!.seq}`);
  })
  .transform((report) => ({ ...report, events: report.events as unknown as ReportedEvent[] }));
export type Report = z.infer<typeof reportSchema>;

/** What a step of a worker has to know before it can go on. */
export const questionSchema = z
  .strictObject({ hub: name, node: name, run: name, after: z.int().min(0) })
  .and(
    z.discriminatedUnion('ask', [
      z.object({ ask: z.literal('page.read'), page: name }),
      z.object({ ask: z.literal('page.section'), page: name, key: name }),
      z.object({ ask: z.literal('incident.number') }),
    ]),
  );
export type Question = z.infer<typeof questionSchema>;
