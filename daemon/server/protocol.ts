import { z } from 'zod';
import { saidSchema } from '../../shared/incident/said.ts';
import { isObject, type Json, type JsonObject } from '../../shared/json.ts';
import type { Signature } from '../../shared/run/event.ts';
import { ROLES, type Definition, type Node } from '../../shared/workflow/definition.ts';
import type { Subject } from '../engine/engine.ts';
import type { Method } from './client.ts';

/** Counted up when frames change: both ends have to be of one kind. */
export const PROTOCOL = 1;

export const greeting = z.strictObject({ stagebook: z.literal(PROTOCOL), token: z.string() });

export const request = z.strictObject({
  id: z.int(),
  call: z.string(),
  with: z.array(z.unknown()),
});

const text = z.string();
const object = z.custom<JsonObject>(isObject, 'must be an object');
// What came as JSON is JSON.
const json = z.custom<Json>((value) => value !== undefined, 'must be given');

const node: z.ZodType<Node> = z.strictObject({
  role: z.enum(ROLES),
  id: text,
  title: text,
  settings: object,
  source: z.strictObject({ language: text, text }).optional(),
  get children() {
    return z.array(node);
  },
});

const definition: z.ZodType<Definition> = z.strictObject({ language: z.literal(1), header: node, body: z.array(node) });

const pages = z.record(text, definition);

const actor = z.strictObject({ kind: z.enum(['person', 'persona', 'system']), name: text, id: text.optional() });

const signature: z.ZodType<Signature> = z.strictObject({
  person: text,
  device: text,
  publicKey: text,
  nonce: text,
  digest: text,
  signature: text,
  at: z.number(),
});

const subject: z.ZodType<Subject> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('sign-off'), run: text, node: text, signOff: text }),
  z.strictObject({ kind: z.literal('reject'), run: text, node: text, signOff: text }),
  z.strictObject({ kind: z.literal('skip'), run: text, node: text }),
  z.strictObject({ kind: z.literal('persona'), run: text, node: text, persona: text }),
  z.strictObject({ kind: z.literal('move'), run: text, definition: text }),
  z.strictObject({ kind: z.literal('start'), definition: text, inputs: object }),
  z.strictObject({ kind: z.literal('trust'), definition: text }),
]);

const status = z.enum(['running', 'waiting', 'completed', 'failed', 'cancelling', 'cancelled', 'suspended']);

const startRequest = z.strictObject({
  definition,
  pages: pages.optional(),
  inputs: object,
  by: actor,
  dryRun: z.boolean().optional(),
  graph: text.optional(),
  page: text.optional(),
  idempotencyKey: text.optional(),
  signature: signature.optional(),
});

/** What each call takes. Nothing reaches the engine that does not fit. */
export const PARAMETERS: Readonly<Record<Method, z.ZodType>> = {
  start: z.tuple([startRequest]),
  state: z.tuple([text]),
  definition: z.tuple([text]),
  events: z.tuple([text, z.number().optional()]),
  logs: z.tuple([text, text, z.int().min(0).optional(), z.int().min(1).optional()]),
  list: z.tuple([
    z
      .strictObject({
        status: z.array(status).optional(),
        graph: text.optional(),
        page: text.optional(),
        before: z.number().optional(),
        limit: z.int().optional(),
      })
      .optional(),
  ]),
  requests: z.tuple([text.optional()]),
  challenge: z.tuple([subject]),
  sign: z.tuple([text, text, text, signature]),
  reject: z.tuple([text, text, text, signature, text.optional()]),
  answer: z.tuple([text, text, json, actor]),
  skip: z.tuple([text, text, signature, text]),
  usePersona: z.tuple([text, text, text, signature]),
  tell: z.tuple([text, saidSchema, actor]),
  cancel: z.tuple([text, actor, text.optional()]),
  resume: z.tuple([text, z.strictObject({ by: actor, from: text.optional() })]),
  move: z.tuple([text, z.strictObject({ definition: text, by: actor, signature: signature.optional() })]),
  propose: z.tuple([definition, pages.optional()]),
  trusted: z.tuple([text]),
  trust: z.tuple([text, signature]),
  settled: z.tuple([text]),
};
