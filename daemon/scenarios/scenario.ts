import { z } from 'zod';
import { DURATION } from '../../shared/workflow/duration.ts';

const duration = z.string().regex(DURATION, 'a duration such as 30s or 5m');

/** What an action answers: an output as it is, or one of these by its `$` key. */
const special = z.union([
  z.strictObject({
    $fail: z.strictObject({
      kind: z.enum([
        'network',
        'timeout',
        'unavailable',
        'rate-limit',
        'locked',
        'invalid',
        'denied',
        'conflict',
        'not-found',
      ]),
      code: z.string(),
      message: z.string().optional(),
      /** For a failure that came before anything was sent. */
      answered: z.boolean().optional(),
    }),
  }),
  /** It takes this long. */
  z.strictObject({ $after: duration, $give: z.json() }),
  /** It takes effect, and the answer is lost. */
  z.strictObject({ $lost: z.json() }),
  /** It never answers. */
  z.strictObject({ $hang: z.literal(true) }),
  /** One answer after the other; the last one stays. */
  z.strictObject({ $each: z.array(z.json()).min(1) }),
]);
export type Special = z.infer<typeof special>;

/** Reads an answer's `$` form; undefined for a plain output. Throws a ZodError for a `$` form that is none. */
export function readSpecial(answer: unknown): Special | undefined {
  const isSpecial =
    typeof answer === 'object' && answer !== null && Object.keys(answer).some((key) => key.startsWith('$'));
  return isSpecial ? special.parse(answer) : undefined;
}

/** What a person does once it is asked of them. Names are ids of nodes. */
const deed = z.union([
  z.strictObject({ sign: z.string(), by: z.string(), after: duration.optional() }),
  z.strictObject({ refuse: z.string(), by: z.string(), reason: z.string().optional(), after: duration.optional() }),
  z.strictObject({ answer: z.string(), with: z.json(), by: z.string().optional(), after: duration.optional() }),
  z.strictObject({ cancel: z.string(), by: z.string().optional(), after: duration.optional() }),
]);
export type Deed = z.infer<typeof deed>;

const answers = z.record(z.string(), z.json());

const expectation = z.strictObject({
  status: z.enum(['completed', 'failed', 'cancelled', 'waiting', 'suspended']),
  failure: z.string().optional(),
  /** Id or path of a node → its status; `absent` for one that must not be reached. */
  nodes: z.record(z.string(), z.string()).optional(),
  /** Id of a route → the case it took; of a fallback → what it chose. */
  routes: z.record(z.string(), z.string()).optional(),
  /** Names of the writes that took effect, in order. */
  effects: z.array(z.string()).optional(),
  /** Writes that must not have happened. */
  never: z.array(z.string()).optional(),
  memory: z.record(z.string(), z.json()).optional(),
  /** Names of pages that were written. */
  pages: z.array(z.string()).optional(),
  output: z.json().optional(),
  took: duration.optional(),
});
export type Expectation = z.infer<typeof expectation>;

const scenario = z.strictObject({
  name: z.string().min(1),
  inputs: z.record(z.string(), z.json()).optional(),
  /** By node id, or by action name for all steps that use it. */
  answers: answers.optional(),
  people: z.array(deed).optional(),
  expect: expectation,
});
export type Scenario = z.infer<typeof scenario>;

/** A file of scenarios beside a workflow. What is under `defaults` holds for each unless it says otherwise. */
export const scenarioFile = z.strictObject({
  defaults: z
    .strictObject({
      inputs: z.record(z.string(), z.json()).optional(),
      answers: answers.optional(),
      people: z.array(deed).optional(),
    })
    .optional(),
  scenarios: z.array(scenario).min(1),
});
export type ScenarioFile = z.infer<typeof scenarioFile>;
