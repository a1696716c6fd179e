import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { fail } from '../../shared/failure.ts';
import type { Attachment, GatewayMeans } from './means.ts';
import type { GatewayRegistry } from './registry.ts';
import type { Session } from './session.ts';

/** More agents at a time are not ours. */
const MOST_SESSIONS = 64;

/** Stagebook as one MCP server for people's own agents (personas.md). */
export interface Gateway {
  /**
   * Speaks with an agent over a transport until that closes. Throws `run.not_found`, `gateway.full`.
   */
  open(transport: Transport, attachment: Attachment, name?: string): Promise<Pick<Session, 'heard' | 'close'>>;
  /** Throws `run.not_found` unless a session could be attached so. */
  check(attachment: Attachment): void;
  close(): Promise<void>;
}

/** The SDK is loaded with the first agent: most daemons never have one. */
export function createGateway(means: GatewayMeans, registry: GatewayRegistry): Gateway {
  const sessions = new Set<Session>();
  let closed = false;
  const unsubscribe = means.subscribe((events) => {
    for (const session of sessions) session.committed(events);
  });
  /** `last` is the run that was started last. */
  const runOf = ({ run }: Attachment): string | undefined =>
    run === 'last' ? (means.engine.list({ limit: 1 })[0]?.run ?? run) : run;
  return {
    async open(transport, attachment, name) {
      const { Session } = await import('./session.ts');
      if (closed || sessions.size >= MOST_SESSIONS) {
        throw fail('unavailable', 'gateway.full', `No more than ${MOST_SESSIONS} agents can be connected at a time.`);
      }
      const session = new Session({ ...attachment, run: runOf(attachment) }, means, registry, name);
      // At once: an event that is committed while it connects is its own as well.
      sessions.add(session);
      const { onclose } = transport;
      Object.assign(transport, {
        onclose: () => {
          sessions.delete(session);
          onclose?.();
        },
      });
      try {
        await session.connect(transport);
      } catch (error) {
        sessions.delete(session);
        throw error;
      }
      return session;
    },
    check(attachment) {
      const run = runOf(attachment);
      if (run !== undefined) means.engine.state(run);
    },
    async close() {
      closed = true;
      unsubscribe();
      await Promise.all([...sessions].map((session) => session.close()));
      sessions.clear();
    },
  };
}
