import { z } from 'zod';
import { fail } from '../../shared/failure.ts';
import type { PairingCode, PairingPurpose } from './pairing.ts';

/** What the command line asks of the daemon that is up, over the local socket, besides its engine. */
export interface Desk {
  /** The panel's address. */
  panel(): Promise<string>;
  /** A code to pair a plugin or to enrol a panel with. */
  pair(purpose: PairingPurpose): Promise<PairingCode>;
  /** Revokes a plugin or device, and ends its connections at once. */
  revoke(device: string): Promise<null>;
  /** Writes the page of a graph's review, by the best way to the graph; null when a person deleted today's. */
  reviewPage(graph: string): Promise<{ page: string | null }>;
  /** Writes the page of what code leaves to be done, likewise. Rejects with `review.no_repositories`. */
  todosPage(graph: string): Promise<{ page: string | null }>;
  /** Has messages tried again now: these, or all that did not get through. Gives how many. Rejects with `outbox.not_found`. */
  retryMessages(ids: number[] | null): Promise<number>;
  /** Leaves a message for good. Rejects with `outbox.not_found`. */
  discardMessage(id: number, by: string, why: string): Promise<null>;
}

export const DESK_CALLS = {
  panel: z.tuple([]),
  pair: z.tuple([z.enum(['plugin', 'panel'])]),
  revoke: z.tuple([z.string()]),
  reviewPage: z.tuple([z.string()]),
  todosPage: z.tuple([z.string()]),
  retryMessages: z.tuple([z.array(z.int()).nullable()]),
  discardMessage: z.tuple([z.int(), z.string(), z.string()]),
} as const satisfies Record<keyof Desk, z.ZodType>;

/** What runs hosted by a single command have instead: nobody can connect to them. */
export function noDesk(): Desk {
  const off = (): Promise<never> =>
    Promise.reject(
      fail(
        'unavailable',
        'server.off',
        'The daemon of this data directory is a command that hosts its own run; nobody can connect to it. Start one that stays: stagebook up',
      ),
    );
  return {
    panel: off,
    pair: off,
    revoke: off,
    reviewPage: off,
    todosPage: off,
    retryMessages: off,
    discardMessage: off,
  };
}
