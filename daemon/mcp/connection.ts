import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import {
  CallToolResultSchema,
  ListToolsResultSchema,
  ToolListChangedNotificationSchema,
  type CallToolResult,
} from '@modelcontextprotocol/sdk/types.js';
import { CfWorkerJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/cfworker';
import { fail } from '../../shared/failure.ts';
import type { JsonObject } from '../../shared/json.ts';
import { boundedFetch } from './bounded-fetch.ts';
import { BEGIN_MS, MOST_PAGES, MOST_TOOLS, PING_MS } from './limits.ts';
import { hashManifest, type Manifest, type ToolDefinition } from './manifest.ts';
import { launchOf, recordWithSecrets, withSecrets, type ServerConfig } from './server-config.ts';
import { StdioTransport, type StdioLaunch } from './stdio-transport.ts';

/** What a connection needs of the daemon. */
export interface ConnectionMeans extends Pick<StdioLaunch, 'programs' | 'onStart' | 'onEnd'> {
  fetch: typeof fetch;
  /** Where a server works that says no folder of its own: what it writes must not land where the daemon was started. */
  folder: string;
  readSecret(name: string): Promise<string>;
  /** A line that the server wrote for people. */
  onLine(server: string, line: string): void;
  version: string;
}

export interface CallOptions {
  signal: AbortSignal;
  /** Milliseconds without a sign of life. */
  timeoutMs: number;
  /** The same for every attempt of one step: a server that knows it does the same thing once. */
  key: string;
  onProgress(line: string): void;
}

/** One server that has begun, with the tools that it lists. */
export interface Connection {
  /** The manifest as the server lists it now, and its hash. Asked again after the server said that it changed. */
  manifest(): Promise<{ manifest: Manifest; hash: string }>;
  call(tool: string, args: JsonObject, options: CallOptions): Promise<CallToolResult>;
  /** Whether it still answers. */
  answers(): Promise<boolean>;
  /** Resolves when the server has ended, by itself or by `close`. */
  closed: Promise<void>;
  close(): Promise<void>;
}

/** No call of a server lasts longer than this, whatever progress it tells of, in milliseconds. */
const LONGEST_CALL_MS = 60 * 60_000;

/** Starts or reaches a server and says hello. It is offered nothing: no model, no folders, no questions to people. */
export async function connect(server: string, config: ServerConfig, means: ConnectionMeans): Promise<Connection> {
  const client = new Client(
    { name: 'stagebook', version: means.version },
    { capabilities: {}, jsonSchemaValidator: new CfWorkerJsonSchemaValidator() },
  );
  const ended = Promise.withResolvers<void>();
  Object.assign(client, {
    onclose: () => ended.resolve(),
    onerror: (error: Error) => means.onLine(server, error.message),
  });
  let listed: Promise<{ manifest: Manifest; hash: string }> | undefined;
  client.setNotificationHandler(ToolListChangedNotificationSchema, () => void (listed = undefined));
  const transport = await transportOf(server, config, means);
  try {
    await client.connect(transport, { timeout: BEGIN_MS });
  } catch (error) {
    await transport.close();
    throw error;
  }
  const list = async (): Promise<{ manifest: Manifest; hash: string }> => {
    const manifest: Manifest = { server, launch: launchOf(config), tools: await listTools(client, server) };
    return { manifest, hash: hashManifest(manifest) };
  };
  return {
    manifest() {
      const asked = (listed ??= list());
      asked.catch(() => void (listed = undefined));
      return asked;
    },
    call(tool, args, { signal, timeoutMs, key, onProgress }) {
      const params = { name: tool, arguments: args, _meta: { 'stagebook/idempotency-key': key } };
      return client.request({ method: 'tools/call', params }, CallToolResultSchema, {
        signal,
        timeout: timeoutMs,
        maxTotalTimeout: LONGEST_CALL_MS,
        resetTimeoutOnProgress: true,
        onprogress: ({ progress, total, message }) =>
          onProgress(`${progress}${total === undefined ? '' : `/${total}`}${message ? ` ${message}` : ''}`),
      });
    },
    answers: () =>
      client.ping({ timeout: PING_MS }).then(
        () => true,
        () => false,
      ),
    closed: ended.promise,
    close: () => client.close(),
  };
}

async function transportOf(server: string, config: ServerConfig, means: ConnectionMeans): Promise<Transport> {
  if ('url' in config) {
    const headers = await recordWithSecrets(config.headers ?? {}, means.readSecret);
    return new StreamableHTTPClientTransport(new URL(config.url), {
      requestInit: { headers },
      fetch: boundedFetch(means.fetch),
    });
  }
  const args = await Promise.all((config.args ?? []).map((arg) => noSecret(arg, server)));
  return new StdioTransport({
    command: config.command,
    args,
    env: await recordWithSecrets(config.env ?? {}, means.readSecret),
    cwd: config.cwd ?? means.folder,
    programs: means.programs,
    onStart: means.onStart,
    onEnd: means.onEnd,
    onLine: (line) => means.onLine(server, line),
  });
}

/** Everybody on the machine can read the arguments of a process. */
function noSecret(arg: string, server: string): Promise<string> {
  return withSecrets(arg, (name) =>
    Promise.reject(
      fail(
        'invalid',
        'mcp.secret_argument',
        `The secret ${name} stands among the arguments of “${server}”. Give it by “env”.`,
      ),
    ),
  );
}

async function listTools(client: Client, server: string): Promise<ToolDefinition[]> {
  const tools: ToolDefinition[] = [];
  let cursor: string | undefined;
  const signal = AbortSignal.timeout(BEGIN_MS);
  for (let pages = 1; ; pages += 1) {
    const page = await client.request(
      { method: 'tools/list', ...(cursor === undefined ? {} : { params: { cursor } }) },
      ListToolsResultSchema,
      { timeout: BEGIN_MS, signal },
    );
    for (const tool of page.tools) tools.push(definitionOf(tool as unknown as ToolDefinition));
    cursor = page.nextCursor;
    if (tools.length > MOST_TOOLS) {
      throw fail('invalid', 'mcp.too_many_tools', `“${server}” lists more than ${MOST_TOOLS} tools.`);
    }
    if (cursor === undefined) return tools;
    if (pages === MOST_PAGES) {
      throw fail('invalid', 'mcp.too_many_tools', `“${server}” lists its tools on more than ${MOST_PAGES} pages.`);
    }
  }
}

function definitionOf(tool: ToolDefinition): ToolDefinition {
  const { name, title, description, inputSchema, outputSchema, annotations } = tool;
  const all = { name, title, description, inputSchema, outputSchema, annotations };
  return JSON.parse(JSON.stringify(all)) as ToolDefinition;
}
