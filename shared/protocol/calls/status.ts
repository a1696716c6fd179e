import { z } from 'zod';
import { at, id, type CallList } from '../fields.ts';

/** What a daemon is, and what a connection wants to hear of. */
export const STATUS_CALLS = {
  /** The daemon, its people's names, its graphs. */
  status: { right: 'propose', with: z.strictObject({}) },
  /** From now on sends the events of these runs after `after`, oldest first, then live; `all` for every run. Replaces an earlier one. */
  subscribe: {
    right: 'propose',
    with: z.strictObject({ runs: z.union([z.literal('all'), z.array(id).max(500)]), after: at }),
  },
} as const satisfies CallList;

/** What they are answered with. */
export interface StatusResults {
  status: {
    version: string;
    home: string;
    sandbox: { level: string; why: string };
    people: string[];
    /** Graphs that can be written now. */
    graphs: { id: string; name: string; kind: 'file' | 'db'; by: 'folder' | 'plugin' | 'http' }[];
    pos: number;
  };
  subscribe: { pos: number };
}
