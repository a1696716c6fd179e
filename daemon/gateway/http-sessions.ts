import type { IncomingMessage, ServerResponse } from 'node:http';
import type { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { Clock } from '../clock.ts';
import type { Agent } from '../people/agents.ts';
import type { Session } from './session.ts';

/** After so long without a request or an open stream a session is over, in milliseconds. */
const IDLE_MS = 60 * 60_000;

/** A session over HTTP: whose it is, and how it is spoken with. */
export interface HttpSession {
  agent: Agent;
  transport: StreamableHTTPServerTransport;
  session?: Pick<Session, 'heard' | 'close'>;
}

interface Kept {
  session: HttpSession;
  /** Requests and streams that are open. */
  open: number;
  takeBack(): void;
}

/** The sessions over HTTP that have begun. Between requests nothing holds one but its id; the idle ones are ended. */
export class HttpSessions {
  readonly #clock: Clock;
  readonly #kept = new Map<string, Kept>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The session of this id, where it is this agent's: another agent's is none for it. */
  of(agent: Agent, id: string): HttpSession | undefined {
    const session = this.#kept.get(id)?.session;
    return session?.agent.agent === agent.agent ? session : undefined;
  }

  /** A session that has just begun, with the request that began it. */
  keep(id: string, session: HttpSession, response: ServerResponse): void {
    this.#kept.set(id, { session, open: 0, takeBack: () => undefined });
    this.busy(id, response);
  }

  /** It is over. */
  forget(id: string): void {
    this.#kept.get(id)?.takeBack();
    this.#kept.delete(id);
  }

  /** A request of a session, until its response is closed: so long the session is not idle. */
  busy(id: string, response: ServerResponse): void {
    const kept = this.#kept.get(id);
    if (!kept) return;
    kept.takeBack();
    kept.open += 1;
    const closed = (): void => {
      kept.open -= 1;
      // One that was forgotten meanwhile is over already: no alarm may hold it, or the process.
      if (kept.open > 0 || this.#kept.get(id) !== kept) return;
      kept.takeBack = this.#clock.at(this.#clock.now() + IDLE_MS, () => void kept.session.transport.close());
    };
    if (response.destroyed) closed();
    else response.once('close', closed);
  }

  /** Ends them, unless their agent may stay. */
  async end(unless: (agent: Agent) => boolean = () => false): Promise<void> {
    const over = [...this.#kept].filter(([, { session }]) => !unless(session.agent));
    for (const [id] of over) this.forget(id);
    await Promise.all(over.map(([, { session }]) => session.transport.close()));
  }
}

/** Has a session answer a request. */
export async function answerWith(
  { session, transport }: HttpSession,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method === 'GET') onHead(response, () => session?.heard());
  await transport.handleRequest(request, response);
}

/** Calls when the head of a response is on its way: from then on its stream takes messages. */
function onHead(response: ServerResponse, then: () => void): void {
  const writeHead = response.writeHead.bind(response) as (...all: unknown[]) => ServerResponse;
  Object.assign(response, {
    writeHead(...all: unknown[]) {
      setImmediate(then);
      return writeHead(...all);
    },
  });
}
