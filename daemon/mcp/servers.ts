import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { hashJson } from '../../shared/canonical-json.ts';
import { fail, type StagebookError } from '../../shared/failure.ts';
import type { JsonObject } from '../../shared/json.ts';
import { nearest } from '../../shared/workflow/nearest.ts';
import type { Clock } from '../clock.ts';
import { argumentTrouble } from './arguments.ts';
import type { CallOptions, Connection, ConnectionMeans } from './connection.ts';
import { CALL_MS } from './limits.ts';
import { nearestTool, type Manifest, type ToolDefinition } from './manifest.ts';
import { pinnedManifest } from './pinned.ts';
import { RunningServers } from './running.ts';
import type { ServerConfig, ServersConfig } from './server-config.ts';

/** Where manifests are kept, and which of them a person has trusted. */
export interface ManifestStore {
  trusted(hash: string): boolean;
  /** The manifest of a server that was trusted last. */
  last(server: string): Manifest | undefined;
  /** Keeps one, so that it can be shown and trusted. */
  keep(hash: string, manifest: Manifest): Promise<void>;
}

export interface ServersOptions extends ConnectionMeans {
  config: ServersConfig;
  clock: Clock;
  store: ManifestStore;
}

/** The MCP servers of the configuration. Every run shares them: each is started when it is needed and ended when idle. */
export interface McpServers {
  names(): string[];
  /** The tools of a server as a person trusted them, without starting it; undefined when nobody did. */
  pinned(server: string): Manifest | undefined;
  /**
   * Calls a tool. Throws `mcp.unknown_server`, `mcp.untrusted`, `mcp.unknown_tool`, `mcp.arguments`, and what becomes of a
   * call: `mcp.timeout`, `mcp.crashed`, `mcp.unreadable`, `mcp.refused` …
   */
  call(server: string, tool: string, args: JsonObject, options: CallRequest): Promise<CallToolResult>;
  /** Starts a server so that a person can look at its tools; keeps its manifest to be trusted. */
  inspect(server: string): Promise<{ manifest: Manifest; hash: string }>;
  close(): Promise<void>;
}

export type CallRequest = Omit<CallOptions, 'timeoutMs'> & { timeoutMs?: number | undefined };

export function createMcpServers(options: ServersOptions): McpServers {
  const { config, clock, store } = options;
  const running = new RunningServers(async (name, server) => {
    // The SDK is loaded with the first server: most runs need none.
    const { connect } = await import('./connection.ts');
    return connect(name, server, options);
  }, clock);
  const pinned = (name: string): Manifest | undefined => pinnedManifest(config, store, name);
  return {
    names: () => Object.keys(config).filter((name) => !config[name]!.disabled),
    pinned,
    async call(name, tool, args, request) {
      const server = configOf(config, name);
      const doing = `${tool} of the MCP server “${name}”`;
      // Before anybody agreed to it, it is not even started (security.md 4).
      if (!pinned(name)) throw untrusted(name, 'Nobody here has agreed to how it is started and to its tools.');
      try {
        return await running.use(name, server, async (connection) => {
          const { inputSchema } = await trustedTool(connection, tool, store, pinned(name));
          const trouble = argumentTrouble(inputSchema, args);
          if (trouble !== undefined) throw fail('invalid', 'mcp.arguments', `${doing} cannot be called so: ${trouble}`);
          return callTool(connection, tool, args, request, server, doing);
        });
      } catch (error) {
        if (request.signal.aborted) throw request.signal.reason;
        throw await failureOf(error, doing, server);
      }
    },
    async inspect(name) {
      const server = configOf(config, name);
      try {
        return await running.use(name, server, async (connection) => {
          const { manifest, hash } = await connection.manifest();
          await store.keep(hash, manifest);
          return { manifest, hash };
        });
      } catch (error) {
        throw await failureOf(error, `The MCP server “${name}”`, server);
      }
    },
    close: () => running.close(),
  };
}

/** A server that may be used. Throws `mcp.unknown_server`. */
function configOf(config: ServersConfig, name: string): ServerConfig {
  const server = Object.hasOwn(config, name) ? config[name]! : undefined;
  if (server && !server.disabled) return server;
  const near = nearest(name, Object.keys(config));
  const hint = near && !server ? ` Did you mean ${near}?` : ' Name it under mcpServers in the configuration.';
  const isDisabled = server ? ', it is disabled' : '';
  throw fail('not-found', 'mcp.unknown_server', `There is no MCP server “${name}”${isDisabled}.${hint}`);
}

/** The definition of a tool, of a server whose tools are those that a person trusted. What it lists now is kept else. */
async function trustedTool(
  connection: Connection,
  tool: string,
  store: ManifestStore,
  before: Manifest | undefined,
): Promise<ToolDefinition> {
  const { manifest, hash } = await connection.manifest();
  if (store.trusted(hash)) return toolOf(manifest, tool);
  await store.keep(hash, manifest);
  throw untrusted(manifest.server, changesIn(before, manifest), hash);
}

/** A server that lets a call time out and answers nothing else is ended: the next call starts it anew. */
async function callTool(
  connection: Connection,
  tool: string,
  args: JsonObject,
  request: CallRequest,
  server: ServerConfig,
  doing: string,
): Promise<CallToolResult> {
  const { timeoutMs = server.timeout ?? CALL_MS } = request;
  try {
    return await connection.call(tool, args, { ...request, timeoutMs });
  } catch (error) {
    if (request.signal.aborted) throw request.signal.reason;
    const failure = await failureOf(error, doing, server);
    if (failure.code === 'mcp.timeout' && !(await connection.answers())) await connection.close();
    throw failure;
  }
}

async function failureOf(error: unknown, doing: string, server: ServerConfig): Promise<StagebookError> {
  const { callFailure } = await import('./call-failure.ts');
  return callFailure(error, doing, 'url' in server ? server.url : undefined);
}

function toolOf(manifest: Manifest, tool: string): ToolDefinition {
  const definition = manifest.tools.find(({ name }) => name === tool);
  if (definition) return definition;
  throw fail(
    'not-found',
    'mcp.unknown_tool',
    `The MCP server “${manifest.server}” has no tool “${tool}”.${nearestTool(manifest, tool)}`,
  );
}

function untrusted(server: string, why: string, hash?: string): StagebookError {
  const message = `The MCP server “${server}” may not be used. ${why} Look at it, then trust it: stagebook trust --server ${server}`;
  return fail('denied', 'mcp.untrusted', message, hash === undefined ? {} : { data: { manifest: hash } });
}

/** What is different since the manifest that was trusted, in one sentence. */
function changesIn(before: Manifest | undefined, now: Manifest): string {
  const old = new Map(before?.tools.map((tool) => [tool.name, hashJson({ ...tool })]));
  const names = (list: readonly string[]): string => list.slice(0, 5).join(', ') + (list.length > 5 ? ' …' : '');
  const added = now.tools.filter(({ name }) => !old.has(name)).map(({ name }) => name);
  const gone = [...old.keys()].filter((name) => !now.tools.some((tool) => tool.name === name));
  const changed = now.tools.filter((tool) => old.has(tool.name) && old.get(tool.name) !== hashJson({ ...tool }));
  const parts = [
    added.length > 0 && `new: ${names(added)}`,
    gone.length > 0 && `gone: ${names(gone)}`,
    changed.length > 0 && `changed: ${names(changed.map(({ name }) => name))}`,
  ].filter(Boolean);
  return `Its tools are not those that were trusted (${parts.join('; ')}).`;
}
