import { z } from 'zod';
import type { JsonObject } from '../../json.ts';
import type { Effect } from '../../workflow/role.ts';
import { name, type CallList } from '../fields.ts';

/** MCP servers and their tools. */
export const SERVER_CALLS = {
  /** The MCP servers of the configuration, as far as they are trusted. Starts none. */
  servers: { right: 'sign', with: z.strictObject({}) },
  /** Starts a server to look at its tools; what it lists can be trusted by `trust` then. */
  'server.look': { right: 'sign', with: z.strictObject({ server: name }) },
} as const satisfies CallList;

/** What they are answered with. */
export interface ServerResults {
  servers: { name: string; tools: number; trusted: boolean }[];
  'server.look': ServerReading;
}

/** One tool of an MCP server, beside what was trusted of it. */
export interface ServerTool {
  name: string;
  description: string;
  effect: Effect;
  is: 'same' | 'new' | 'changed' | 'gone';
}

/** What an MCP server offers now. */
export interface ServerReading {
  server: string;
  /** Of all that is trusted at once. */
  hash: string;
  trusted: boolean;
  /** How it is started or reached. */
  launch: JsonObject;
  tools: ServerTool[];
  /** Whether another version of it was trusted before. */
  compared: boolean;
}
