import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize, sep } from 'node:path';
import { build, type Rolldown } from 'vite';
import type { DoubleConfig, PluginConfig } from './double.ts';

const PAGE = join(import.meta.dirname, 'page');

/** A plugin to be loaded: its files in a folder, or given here by name; `index.html` is its page. */
export interface PluginSource {
  id: string;
  title?: string;
  version?: string;
  files: string | Readonly<Record<string, string>>;
  /** On the host's own origin, as `effect: true` in a manifest wants it. */
  effect?: boolean;
  /** What a person has set before it is loaded for the first time. */
  settings?: Record<string, unknown>;
}

export type HostConfig = Omit<DoubleConfig, 'plugins'> & { plugins: readonly PluginSource[] };

export interface HostServer {
  /** The address of the double's page. */
  readonly url: string;
  /** The one origin that all plugins share, another one than that of the page. */
  readonly pluginOrigin: string;
  close(): Promise<void>;
}

/** Where the double's plugins and its page come from: what a daemon has to let in. */
export const originsOf = ({ url, pluginOrigin }: Pick<HostServer, 'url' | 'pluginOrigin'>): string[] => [
  pluginOrigin,
  new URL(url).origin,
];

/**
 * Serves the double's page from one origin and its plugins from another, as Logseq does. `/sdk.js` beside the plugins is
 * the unmodified SDK. A configuration that is a function is asked for at each load of the page.
 */
export async function startHostServer(given: HostConfig | (() => Promise<HostConfig>), port = 0): Promise<HostServer> {
  const page = await builtPage();
  const read = typeof given === 'function' ? given : async () => given;
  const first = await read();
  const sdk = createRequire(import.meta.url).resolve('@logseq/libs');
  const plugins = new Map(first.plugins.map((plugin) => [plugin.id, plugin]));

  const servePlugins: RequestListener = (request, response) => {
    const path = pathOf(request);
    const [, id = '', file = ''] = /^\/([^/]+)\/(.*)$/.exec(path) ?? [];
    if (path === '/sdk.js') send(response, sdk);
    else serveFile(response, plugins.get(id), file);
  };
  const pluginServer = await listen(servePlugins);
  const pluginOrigin = originOf(pluginServer);
  const answer = async (response: ServerResponse): Promise<void> => {
    try {
      const config = await read();
      const origin = (plugin: PluginSource) => (plugin.effect ? originOf(pageServer) : pluginOrigin);
      const configs = config.plugins.map((plugin) => pluginConfig(plugin, origin(plugin)));
      const body: DoubleConfig = { ...config, plugins: configs };
      end(response, 200, 'application/json', JSON.stringify(body));
    } catch (error) {
      end(response, 500, 'text/plain', String(error));
    }
  };
  const pageServer = await listen((request, response) => {
    const path = pathOf(request);
    if (path === '/double.json') {
      void answer(response);
      return;
    }
    const asset = page.get(path === '/' ? 'index.html' : path.slice(1));
    if (asset) end(response, 200, typeOf(path === '/' ? '.html' : path), asset);
    else servePlugins(request, response);
  }, port);
  return {
    url: `${originOf(pageServer)}/`,
    pluginOrigin,
    async close() {
      await Promise.all([pageServer, pluginServer].map(shut));
    },
  };
}

function pluginConfig(plugin: PluginSource, origin: string): PluginConfig {
  return {
    id: plugin.id,
    entry: `${origin}/${plugin.id}/index.html`,
    name: plugin.id,
    version: plugin.version ?? '0.0.1',
    title: plugin.title ?? plugin.id,
    effect: plugin.effect ?? false,
    settings: plugin.settings ?? {},
  };
}

let page: Promise<Map<string, string | Uint8Array>> | undefined;

/** The page's files. Built once in a process. */
function builtPage(): Promise<Map<string, string | Uint8Array>> {
  page ??= (async () => {
    const result = await build({
      root: PAGE,
      base: './',
      configFile: false,
      envFile: false,
      logLevel: 'error',
      build: { write: false, minify: false, target: 'es2023', modulePreload: false },
    });
    const outputs = [result].flat() as Rolldown.RolldownOutput[];
    return new Map(
      outputs.flatMap(({ output }) =>
        output.map((file) => [file.fileName, file.type === 'chunk' ? file.code : file.source] as const),
      ),
    );
  })();
  return page;
}

function serveFile(response: ServerResponse, plugin: PluginSource | undefined, file: string): void {
  if (!plugin) end(response, 404, 'text/plain', 'no such plugin');
  else if (typeof plugin.files === 'string') {
    const path = normalize(join(plugin.files, file));
    if (path.startsWith(plugin.files + sep) && existsSync(path) && statSync(path).isFile()) send(response, path);
    else end(response, 404, 'text/plain', 'no such file');
  } else {
    const content = plugin.files[file];
    if (content === undefined) end(response, 404, 'text/plain', 'no such file');
    else end(response, 200, typeOf(file), content);
  }
}

function send(response: ServerResponse, path: string): void {
  response.writeHead(200, headers(typeOf(path)));
  createReadStream(path).pipe(response);
}

function end(response: ServerResponse, status: number, type: string, body: string | Uint8Array): void {
  response.writeHead(status, headers(type)).end(body);
}

const headers = (type: string) => ({ 'content-type': type, 'cache-control': 'no-store' });

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json',
};
const typeOf = (path: string): string => TYPES[extname(path) || path] ?? 'application/octet-stream';

const pathOf = (request: IncomingMessage): string =>
  decodeURIComponent(new URL(request.url ?? '/', 'http://double').pathname);

const originOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

async function listen(serve: RequestListener, port = 0): Promise<Server> {
  const server = createServer(serve);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return server;
}

async function shut(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
