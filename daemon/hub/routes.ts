import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { z } from 'zod';
import { StagebookError } from '../../shared/failure.ts';
import type { Json } from '../../shared/json.ts';
import { readJson } from '../../shared/read-json.ts';
import { readBody } from '../alerts/read-body.ts';
import type { Route } from '../server/http.ts';
import type { Ingest } from './ingest.ts';
import { questionSchema, reportSchema } from './reported.ts';

/** Larger than any message that Restate takes (32 MiB), so that whatever it has recorded can be told. */
const MOST_BYTES = 40 * 2 ** 20;
/** So many bodies are read at a time; the others are told to come back. */
const MOST_AT_ONCE = 32;

/** What a worker did wrong, and whether the same can go well later. */
const STATUS: Readonly<Record<string, number>> = {
  'ingest.hub': 403,
  'ingest.unsigned': 403,
  'ingest.gate': 403,
  'ingest.run': 404,
  'ingest.gap': 409,
  'ingest.conflict': 409,
  'ingest.behind': 503,
};

/** Who asks and is let in, and what is said to them of the hub itself. */
export interface Doorkeeper {
  token(): Promise<string>;
  /** Hears what a worker says of itself in its headers. Gives what the answer says of the hub, as headers. */
  greet?(headers: IncomingHttpHeaders): Record<string, string>;
}

/** `POST /ingest/events` and `POST /ingest/ask`: 200 only when all of it is on the disk. Who has no token is told nothing. */
export function ingestRoutes(ingest: Ingest, door: Doorkeeper): Route[] {
  const gate = { open: 0 };
  return [
    {
      path: '/ingest/events',
      answer: (request, response) =>
        receive(gate, door, request, response, reportSchema, (report) => ingest.take(report)),
    },
    {
      path: '/ingest/ask',
      answer: (request, response) =>
        receive(gate, door, request, response, questionSchema, async (question) => ({
          answer: await ingest.answer(question),
        })),
    },
  ];
}

async function receive<T>(
  gate: { open: number },
  door: Doorkeeper,
  request: IncomingMessage,
  response: ServerResponse,
  schema: z.ZodType<T>,
  take: (told: T) => Promise<Json>,
): Promise<void> {
  if (request.method !== 'POST') return refuse(response, 405, 'ingest.method', 'POST it.', { Allow: 'POST' });
  // Before anything of the body is read, so that strangers cost nothing.
  if (!isAllowed(request, await door.token())) {
    const headers = { 'WWW-Authenticate': 'Bearer', Connection: 'close' };
    return refuse(response, 401, 'ingest.token', 'Not let in: hub and worker need the same token.', headers);
  }
  for (const [name, value] of Object.entries(door.greet?.(request.headers) ?? {})) response.setHeader(name, value);
  if (gate.open >= MOST_AT_ONCE) return refuse(response, 503, 'ingest.busy', 'Busy.', { 'Retry-After': '1' });
  gate.open += 1;
  try {
    const bytes = await readBody(request, MOST_BYTES);
    if (bytes === 'too-large') {
      const message = `A report has at most ${MOST_BYTES / 2 ** 20} MiB.`;
      return refuse(response, 413, 'ingest.too_large', message, { Connection: 'close' });
    }
    const value = parsed(bytes);
    const told = value === undefined ? undefined : schema.safeParse(value);
    if (!told?.success) return refuse(response, 422, 'ingest.malformed', whyNot(told?.error));
    say(response, 200, await take(told.data));
  } catch (error) {
    if (error instanceof StagebookError && STATUS[error.code] !== undefined) {
      const { code, message, data } = error.failure;
      return refuse(response, STATUS[code]!, code, message, {}, data);
    }
    // A journal that cannot write, a graph that is away: the worker keeps it and tells it again.
    const why = error instanceof StagebookError ? error.message : 'It could not be recorded.';
    refuse(response, 503, 'ingest.unavailable', `${why} Tell it again.`, { 'Retry-After': '2' });
  } finally {
    gate.open -= 1;
  }
}

function isAllowed({ headers }: IncomingMessage, token: string): boolean {
  const given = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
  return given !== undefined && timingSafeEqual(digest(given), digest(token));
}

/** Of equal length whatever the token is, so that comparing tells nothing of it. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function parsed(bytes: Buffer): Json | undefined {
  try {
    return readJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

function whyNot(error: z.ZodError | undefined): string {
  const [issue] = error?.issues ?? [];
  if (!issue) return 'The body is no JSON.';
  return `${issue.path.map(String).join('.') || 'The report'}: ${issue.message}.`;
}

function refuse(
  response: ServerResponse,
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
  data?: Json,
): void {
  say(response, status, { error: { code, message, ...(data === undefined ? {} : { data }) } }, headers);
}

function say(response: ServerResponse, status: number, body: Json, headers: Record<string, string> = {}): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store',
    ...headers,
  });
  response.end(`${JSON.stringify(body)}\n`);
}
