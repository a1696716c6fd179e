import { z } from 'zod';
import { isObject, type Json, type JsonObject } from '../json.ts';
import type { Signature } from '../run/event.ts';

/** What a connection may do. `propose`: reads and proposes. `sign`: also starts, decides, trusts. */
export type Right = 'propose' | 'sign';

/** Calls by name: the right that each needs, and its parameters. */
export type CallList = Record<string, { right: Right; with: z.ZodType }>;

// What the parameters of several calls are made of.

export const id = z.string().min(1).max(200);
export const name = z.string().min(1).max(1_000);
export const object = z.custom<JsonObject>(isObject, 'must be an object');
export const json = z.custom<Json>((value) => value !== undefined, 'must be given');
/** A position, a sequence number, an offset or a time in milliseconds. */
export const at = z.int().nonnegative();

export const signature: z.ZodType<Signature> = z.strictObject({
  person: name,
  device: id,
  publicKey: z.string().max(1_000),
  nonce: z.string().max(200),
  digest: z.string().max(200),
  signature: z.string().max(500),
  at: z.number(),
});
