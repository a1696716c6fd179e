import { z } from 'zod';
import { fail } from '../../shared/failure.ts';
import type { Json, JsonObject } from '../../shared/json.ts';

/** The kinds of places where a running system can be looked at. */
export type SourceKind = 'prometheus' | 'loki' | 'traces' | 'alertmanager';

/** Calls a reading tool of an MCP server that a person has trusted, and gives the JSON that it answers with. */
export type AskTool = (
  server: string,
  tool: string,
  /** Names of arguments differ by the server's version: `has` says which its schema knows. */
  args: (has: (name: string) => boolean) => JsonObject,
  signal: AbortSignal,
) => Promise<Json>;

/** A data source of a Grafana, asked through its MCP server: for teams whose stores are behind Grafana's sign-in only. */
export interface Grafana {
  server: string;
  /** The uid of the data source. */
  datasource: string;
  ask: AskTool;
}

/** One of them, ready to be asked. */
export interface Source {
  /** Base address, with the path that its API is under; empty where Grafana is asked. */
  url: string;
  /** Where it is asked through Grafana's MCP server instead. */
  grafana?: Grafana;
  /** Where people look at the same, for links; by default `url`. */
  ui?: string;
  /** Which API a store of traces speaks. */
  speaks?: 'tempo' | 'jaeger';
  /** Sent with every request (a tenant, for one). */
  headers?: Readonly<Record<string, string>>;
  /** The token, when it has one. Throws `secret.missing`. */
  token?(): Promise<string>;
}

export type Sources = Readonly<Partial<Record<SourceKind, Source>>>;

const source = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  ui: z.url({ protocol: /^https?$/ }).optional(),
  headers: z.record(z.string(), z.string()).optional(),
  /** Name of the secret that is its token. */
  token: z.string().optional(),
});

/** A store behind a Grafana, by the name of its MCP server under `mcpServers`, and the uid of the data source. */
const throughGrafana = z.strictObject({
  mcp: z.string().min(1),
  datasource: z.string().min(1),
  /** Where people open Grafana, for links. */
  ui: z.url({ protocol: /^https?$/ }).optional(),
});

/** `sources` of the configuration file. */
export const sourcesSchema = z
  .strictObject({
    prometheus: z.union([source, throughGrafana]),
    loki: z.union([source, throughGrafana]),
    traces: source.extend({ speaks: z.enum(['tempo', 'jaeger']) }),
    alertmanager: source,
  })
  .partial();

/** The configured sources, with their tokens behind their secrets' names. `ask` is how tools of MCP servers are called. */
export function openSources(
  written: z.infer<typeof sourcesSchema> | undefined,
  readSecret: (name: string) => Promise<string>,
  ask: AskTool = noTools,
): Sources {
  return Object.fromEntries(
    Object.entries(written ?? {}).map(([kind, each]): [string, Source] => {
      if ('mcp' in each) {
        const { mcp: server, datasource, ui } = each;
        return [kind, { url: '', grafana: { server, datasource, ask }, ...(ui === undefined ? {} : { ui }) }];
      }
      const { token, ...rest } = each;
      return [kind, { ...rest, ...(token === undefined ? {} : { token: () => readSecret(token) }) }];
    }),
  );
}

const noTools: AskTool = (server) =>
  Promise.reject(fail('unavailable', 'mcp.none_here', `The MCP server “${server}” cannot be asked from here.`));
