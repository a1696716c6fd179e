/**
 * The numbers and names of the protocol (frames.ts), apart from its schemas: plugin and panel ship these without a
 * parser.
 */

/** Counted up when a frame changes its meaning: both ends have to be of one version. */
export const PROTOCOL_VERSION = 1;

/** The WebSocket's path on the daemon's port. */
export const SOCKET_PATH = '/socket';

/** The panel's path on the daemon's port. */
export const PANEL_PATH = '/panel/';

/** The daemon's port where the configuration does not say another. It is fixed: the panel's keys belong to this origin. */
export const DEFAULT_PORT = 7717;

export const PROTOCOL_LIMITS = {
  /** The largest frame in either direction, in bytes (security.md 3). */
  frameBytes: 2 ** 20,
  /** How long an end may take to say hello, and to prove its key. */
  helloMs: 5_000,
  /** Calls a second that a connection may make on average, and at once. */
  callsPerSecond: 100,
  burst: 400,
  /** Calls that may be open at a time. */
  openCalls: 64,
  /** A reader with more than this unsent is disconnected and resumes by its cursor. */
  unreadBytes: 4 * 2 ** 20,
} as const;

/** Everything for which a connection or a frame is refused, with its WebSocket close code. The list is closed. */
export const REFUSALS = {
  /** The Origin or Host header is none of ours. Sent as HTTP 403 before the upgrade. */
  origin: 4403,
  /** The other end speaks another version; `message` says which side to update. */
  version: 4426,
  /** No token, a wrong one, or a revoked one. */
  token: 4401,
  /** The pairing code is wrong, was used, or is too old. */
  code: 4402,
  /** The device did not prove its key. */
  proof: 4404,
  /** The frame is no JSON, or none that this protocol knows. */
  frame: 4400,
  /** The frame is too large. */
  size: 4413,
  /** Too many calls. */
  rate: 4429,
  /** It did not say hello in time. */
  silent: 4408,
  /** It reads too slowly; it may come back and go on at its cursor. */
  slow: 4409,
  /** The daemon ends. */
  closing: 4410,
} as const;
export type Refusal = keyof typeof REFUSALS;

/** What a device signs to be let in. It can never be taken for an agreement, whose text has another form. */
export function proofText(nonce: string): string {
  return `stagebook connection ${nonce}`;
}
