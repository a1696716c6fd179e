import { z } from 'zod';
import { isObject } from '../../shared/json.ts';
import type { NodeStatus } from '../../shared/run/state.ts';
import { DURATION } from '../../shared/workflow/duration.ts';

const duration = z.string().regex(DURATION, 'a duration such as 30s or 5m');

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

/** Reads an answer's `$` form; undefined for a plain output. */
export function readSpecial(answer: unknown): Special | undefined {
  return isSpecial(answer) ? special.parse(answer) : undefined;
}

function isSpecial(answer: unknown): boolean {
  return isObject(answer) && Object.keys(answer).some((key) => key.startsWith('$'));
}

interface Output {
  output: unknown;
  path: readonly (string | number)[];
}

/** The outputs that an answer can come to, each with its path inside the answer. */
export function outputsIn(answer: unknown, path: Output['path'] = []): Output[] {
  const found = readSpecial(answer);
  if (!found) return [{ output: answer, path }];
  if ('$give' in found) return outputsIn(found.$give, [...path, '$give']);
  if ('$lost' in found) return outputsIn(found.$lost, [...path, '$lost']);
  if ('$each' in found) return found.$each.flatMap((each, index) => outputsIn(each, [...path, '$each', index]));
  return [];
}

/** What an action answers: an output as it is, or by a `$` key how it comes or fails to. */
const answer = z.json().superRefine((value, context) => {
  const refused = firstRefusal(value);
  if (refused) context.addIssue({ code: 'custom', ...refused });
});

function firstRefusal(value: unknown): { message: string; path: (string | number)[] } | undefined {
  if (!isSpecial(value)) return undefined;
  const read = special.safeParse(value);
  if (!read.success) {
    const message = 'this is no $fail, $after with $give, $lost, $hang or $each as they are written';
    return { message, path: [] };
  }
  const inside = '$give' in read.data ? { $give: read.data.$give } : '$each' in read.data ? read.data : {};
  for (const [key, within] of Object.entries(inside)) {
    for (const [index, each] of (Array.isArray(within) ? within : [within]).entries()) {
      const refused = firstRefusal(each);
      if (refused) return { ...refused, path: [key, ...(key === '$each' ? [index] : []), ...refused.path] };
    }
  }
  return undefined;
}

/** What a person does once it is asked of them. Names are ids of nodes. */
const deed = z.union([
  z.strictObject({ sign: z.string(), by: z.string(), after: duration.optional() }),
  z.strictObject({ refuse: z.string(), by: z.string(), reason: z.string().optional(), after: duration.optional() }),
  z.strictObject({ answer: z.string(), with: z.json(), by: z.string().optional(), after: duration.optional() }),
  /** After the start of the run. */
  z.strictObject({ cancel: z.literal('run'), by: z.string().optional(), after: duration.optional() }),
]);
export type Deed = z.infer<typeof deed>;

const answers = z.record(z.string(), answer);

/** How a node can have ended; `absent` for one that must not be reached. */
type Reached = NodeStatus | 'absent';
const reached = z.enum([
  'pending',
  'running',
  'waiting',
  'completed',
  'failed',
  'cancelled',
  'skipped',
  'unknown',
  'absent',
] satisfies Reached[]);

const expectation = z.strictObject({
  /** Without it any end will do. */
  status: z.enum(['completed', 'failed', 'cancelled', 'waiting', 'suspended']).optional(),
  failure: z.string().optional(),
  /** By id or path. */
  nodes: z.record(z.string(), reached).optional(),
  /** Id of a route → the case it took; of a fallback → what it chose. */
  routes: z.record(z.string(), z.string()).optional(),
  /** Names of the writes that took effect, in order. */
  effects: z.array(z.string()).optional(),
  /** Names of the writes that were asked for, in order, each try. */
  asked: z.array(z.string()).optional(),
  /** Writes that must not even have been asked for. */
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
