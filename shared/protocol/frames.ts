import { z } from 'zod';
import type { Failure } from '../failure.ts';
import type { Json, JsonObject } from '../json.ts';
import type { RunEvent } from '../run/event.ts';
import type { NodeKey } from '../workflow/definition.ts';
import type { CallName } from './calls.ts';
import { id, json, object, type Right } from './fields.ts';
import type { PROTOCOL_VERSION, Refusal } from './limits.ts';

/**
 * What plugin, panel and daemon say to each other over one WebSocket, one JSON value a text frame (architecture.md).
 *
 * A connection begins with a `hello`. The daemon answers `welcome`, or `prove` first when a signing device says hello, or
 * `refused` and closes. After the welcome both ends may call; every call is answered once, with `ok` or `failure`.
 * The daemon alone sends `events` and `output`.
 */

/** The first frame of a connection. */
export const hello = z.strictObject({
  hello: z.strictObject({
    protocol: z.int(),
    /** Of the other end's package, for the message that says which side to update. */
    version: z.string().max(50),
    as: z.discriminatedUnion('kind', [
      /** A plugin that was paired. It may read and propose. */
      z.strictObject({ kind: z.literal('plugin'), token: z.string().max(200) }),
      /** A plugin that is being paired; the welcome brings its token, once. `name` is how `stagebook devices` lists it. */
      z.strictObject({ kind: z.literal('pairing'), code: z.string().max(50), name: z.string().min(1).max(200) }),
      /** A panel whose key is known; `prove` follows. It may do everything its person may. */
      z.strictObject({ kind: z.literal('device'), device: id }),
      /** A panel that becomes a person's signing device: code, person and PIN, and the public key it just made. */
      z.strictObject({
        kind: z.literal('enrolling'),
        code: z.string().max(50),
        person: z.string().min(1).max(200),
        pin: z.string().max(200),
        publicKey: z.string().max(1_000),
      }),
    ]),
  }),
});
export type Hello = z.infer<typeof hello>['hello'];

/** The answer to `prove`: the signature of `proofText(nonce)` with the device's key, IEEE P1363, base64. */
export const proof = z.strictObject({ proof: z.strictObject({ signature: z.string().max(500) }) });

export interface Welcome {
  protocol: typeof PROTOCOL_VERSION;
  /** The daemon's package version. */
  version: string;
  right: Right;
  /** Of a plugin that was just paired: keep it, it is not shown again. */
  token?: string;
  /** Of a signing device. */
  device?: { device: string; person: string };
  /** The last committed position. */
  pos: number;
  /** Where the panel is. */
  panel: string;
}

const call = z.strictObject({ id: z.int().nonnegative(), call: z.string().max(50), with: object.optional() });
const answer = z.strictObject({ id: z.int().nonnegative(), ok: json.optional(), failure: object.optional() });

/** Everything that may come after the hello, to the daemon. */
export const clientFrame = z.union([call, answer]);

/** Everything that the daemon sends. The text of its own frames is not checked again by those who paired with it. */
export type ServerFrame =
  | { prove: { nonce: string } }
  | { welcome: Welcome }
  | { refused: { code: Refusal; message: string } }
  /** Committed events of what the connection subscribed to, in order. `upTo`: everything to there was considered. */
  | { events: RunEvent[]; upTo: number }
  /** A redacted line of a running step. Not recorded, may be dropped under load. */
  | { output: OutputLine }
  /** The connection's rights ended or something it shows changed beyond events: ask again. */
  | { changed: 'runs' | 'people' | 'trust' | 'proposals' | 'attempts' }
  | { id: number; call: keyof PluginCalls; with: JsonObject }
  | { id: number; ok?: Json }
  | { id: number; failure: Failure };

export type ClientFrame =
  | { hello: Hello }
  | { proof: { signature: string } }
  | { id: number; call: CallName; with?: JsonObject }
  | { id: number; ok?: Json }
  | { id: number; failure: Failure };

export interface OutputLine {
  run: string;
  node: NodeKey;
  at: number;
  text: string;
}

/** The calls that the daemon makes to a plugin which attached a graph. */
export interface PluginCalls {
  /** One method of Logseq's own API; only those of `LOGSEQ_METHODS` are carried out. */
  'graph.call': { with: { method: string; args: Json[] }; result: Json };
}
