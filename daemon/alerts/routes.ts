import type { IncomingMessage, ServerResponse } from 'node:http';
import { ZodError } from 'zod';
import { StagebookError } from '../../shared/failure.ts';
import type { Alert } from '../../shared/incident/alert.ts';
import type { Json } from '../../shared/json.ts';
import { readJson } from '../../shared/read-json.ts';
import type { Clock } from '../clock.ts';
import type { Route } from '../server/http.ts';
import { alertOf, type Told } from './alert-of.ts';
import { alertmanagerAlerts } from './alertmanager.ts';
import { authenticity } from './authentic.ts';
import { genericAlerts } from './generic.ts';
import type { Taken } from './intake.ts';
import { readBody } from './read-body.ts';
import type { AlertSource, AlertsConfig, Door, WebhooksConfig } from './sources.ts';

export interface RoutesOptions {
  alerts?: AlertsConfig | undefined;
  webhooks?: WebhooksConfig | undefined;
  clock: Clock;
  /** A secret's value by its name. */
  readSecret(name: string): Promise<string>;
  take(source: string, alerts: readonly Alert[], leftOut: number): Promise<Taken>;
  /** Starts what a webhook's name starts; undefined when nothing trusted listens. `key` is the same for a repeat. */
  start(name: string, body: Json, key: string | undefined): Promise<string | undefined>;
}

/** So many messages are read at a time; the others are told to come back, so that a storm costs no memory. */
const MOST_AT_ONCE = 32;
/** No source nests deeper. */
const DEPTH = 64;

/** `POST /alerts/<source>` and `POST /webhooks/<name>` (security.md 12): 200 only when all of it is on the disk. */
export function alertRoutes(options: RoutesOptions): Route[] {
  const sources = options.alerts?.sources ?? {};
  const webhooks = options.webhooks ?? {};
  const gate = { open: 0 };
  return [
    {
      path: '/alerts/',
      under: true,
      answer: (request, response, path) => {
        const name = path.slice('/alerts/'.length);
        const source = Object.hasOwn(sources, name) ? sources[name] : undefined;
        return receive(options, gate, request, response, source, async (body) => {
          const { alerts, leftOut } = alertsOf(source!, body, options.clock.now());
          const { incidents, unclaimed } = await options.take(name, alerts, leftOut);
          return { accepted: alerts.length, incidents, unclaimed };
        });
      },
    },
    {
      path: '/webhooks/',
      under: true,
      answer: (request, response, path) => {
        const name = path.slice('/webhooks/'.length);
        const door = Object.hasOwn(webhooks, name) ? webhooks[name] : undefined;
        return receive(options, gate, request, response, door, async (body, key): Promise<Json> => {
          const run = await options.start(name, body, key);
          if (run !== undefined) return { accepted: true, run };
          return { accepted: false, why: 'No trusted workflow listens.' };
        });
      },
    },
  ];
}

function alertsOf(source: AlertSource, body: Json, now: number): { alerts: Alert[]; leftOut: number } {
  const read: { alerts: Told[]; leftOut: number } =
    source.kind === 'generic' ? { alerts: genericAlerts(body, source.map), leftOut: 0 } : alertmanagerAlerts(body);
  return { alerts: read.alerts.map((each) => alertOf(each, now)), leftOut: read.leftOut };
}

async function receive(
  { clock, readSecret }: RoutesOptions,
  gate: { open: number },
  request: IncomingMessage,
  response: ServerResponse,
  door: Door | undefined,
  take: (body: Json, key: string | undefined) => Promise<Json>,
): Promise<void> {
  if (!door) return say(response, 404, { error: 'There is no such source in config.yaml.' });
  if (request.method !== 'POST') return say(response, 405, { error: 'POST it.' }, { Allow: 'POST' });
  const secret = await readSecret(door.hmac?.secret ?? door.token!);
  const authentic = authenticity(door, secret);
  if (!authentic.mayBeRead(request.headers)) return refuse(response, 'no');
  if (gate.open >= MOST_AT_ONCE) return say(response, 503, { error: 'Busy.' }, { 'Retry-After': '1' });
  gate.open += 1;
  try {
    const bytes = await readBody(request);
    if (bytes === 'too-large') return say(response, 413, { error: 'The body is too large.' }, { Connection: 'close' });
    const verdict = authentic.check(request.headers, bytes, clock.now());
    if (verdict !== 'yes') return refuse(response, verdict);
    say(response, 200, await take(parse(bytes), keyOf(request, door)));
  } catch (error) {
    if (error instanceof Misshapen || error instanceof ZodError || error instanceof StagebookError) {
      return say(response, 422, { error: why(error) });
    }
    // A journal that cannot write: the source keeps it and tells it again.
    say(response, 503, { error: 'It could not be recorded. Send it again.' }, { 'Retry-After': '5' });
  } finally {
    gate.open -= 1;
  }
}

/** By which a repeat of a message is known: its signature with its moment, or the key that the sender gives. */
function keyOf({ headers }: IncomingMessage, { hmac }: Door): string | undefined {
  const given = headers['idempotency-key'];
  if (typeof given === 'string' && given.length > 0 && given.length <= 200) return given;
  const signature =
    hmac?.timestamp === undefined ? undefined : headers[(hmac.header ?? 'x-signature-256').toLowerCase()];
  return typeof signature === 'string' ? signature : undefined;
}

class Misshapen extends Error {}

function parse(bytes: Buffer): Json {
  let value: Json;
  try {
    value = readJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new Misshapen('The body is no JSON.');
  }
  if (depth(value) > DEPTH) throw new Misshapen('The body is nested too deeply.');
  return value;
}

function depth(value: Json): number {
  let deepest = 0;
  const open: [Json, number][] = [[value, 1]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [each, level] = next;
    deepest = Math.max(deepest, level);
    if (deepest > DEPTH) return deepest;
    if (typeof each === 'object' && each !== null)
      for (const inner of Object.values(each)) open.push([inner!, level + 1]);
  }
  return deepest;
}

function why(error: Error): string {
  if (!(error instanceof ZodError)) return error.message;
  const [issue] = error.issues;
  return `${issue?.path.map(String).join('.') || 'the body'}: ${issue?.message}`;
}

function refuse(response: ServerResponse, verdict: 'no' | 'stale'): void {
  const error = verdict === 'stale' ? 'It was signed too long ago.' : 'Not let in.';
  say(response, 401, { error }, { 'WWW-Authenticate': 'Bearer', Connection: 'close' });
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
