import type { IncomingMessage } from 'node:http';

/** The daemon's own door: where it is, and which other origins plugins may come from. */
export interface Door {
  port: number;
  /** Configured besides those of Logseq. */
  origins: readonly string[];
}

/** What Logseq's plugins have as their origin: since 0.8, in the browser's file world, and where it is hidden. */
const LOGSEQ = new Set(['lsp://logseq.io', 'lsp://logseq.com', 'file://', 'null']);

/** The one origin in which the panel lives and keys are kept. `localhost` is another one, which others can have on ::1. */
export function ownOrigin(port: number): string {
  return `http://127.0.0.1:${port}`;
}

/** Whether a request was meant for us by name: a page whose name was bent to 127.0.0.1 says its own name here. */
export function isOwnHost({ headers }: IncomingMessage, { port }: Door): boolean {
  return headers.host === `127.0.0.1:${port}`;
}

/** Whether a WebSocket may be opened from there. It says nothing about who is there: that takes a token or a key. */
export function mayConnect({ headers: { origin } }: IncomingMessage, { port, origins }: Door): boolean {
  if (origin === undefined) return false;
  return (
    origin === ownOrigin(port) || LOGSEQ.has(origin) || /^app:\/\/[\w.-]*$/.test(origin) || origins.includes(origin)
  );
}

/**
 * Whether a page of ours may be given: asked for by ourselves, or as a document of its own. Another site can show it in a
 * frame where the browser's policy lets it, and read nothing of it.
 */
export function mayRead({ headers }: IncomingMessage, { port }: Door): boolean {
  const { origin } = headers;
  if (origin !== undefined && origin !== ownOrigin(port)) return false;
  const site = headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin' || site === 'none' || headers['sec-fetch-mode'] === 'navigate';
}
