import { createReadStream, existsSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { PANEL_PATH } from '../../shared/protocol/limits.ts';
import { end, type Route } from './http.ts';
import { mayRead, ownOrigin, type Door } from './origins.ts';

/** Where the build puts the panel. */
const PANEL_FOLDER = fileURLToPath(new URL('../../dist/panel', import.meta.url));

const KINDS: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

const NOT_BUILT = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Stagebook</title>
<h1>The panel is not built yet</h1>
<p>Stagebook is up. In its folder, run <code>npm run build</code>, then load this page again.</p></html>`;

/** The panel's pages: static files on the daemon's own origin, with nothing inline and nothing from elsewhere. */
export function panelRoutes(door: Door, folder = PANEL_FOLDER): Route[] {
  const policy = policyOf(door);
  const answer = async (request: IncomingMessage, response: ServerResponse, path: string): Promise<void> => {
    if (!mayRead(request, door)) return end(response, 403);
    if (request.method !== 'GET' && request.method !== 'HEAD') return end(response, 405);
    response.setHeader('Content-Security-Policy', policy);
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
    response.setHeader('Permissions-Policy', 'camera=(), microphone=(), geolocation=(), payment=(), usb=()');
    if (path !== PANEL_PATH && !path.startsWith(PANEL_PATH)) {
      response.writeHead(302, { Location: `${ownOrigin(door.port)}${PANEL_PATH}` }).end();
      return;
    }
    const file = await fileAt(folder, path.slice(PANEL_PATH.length) || 'index.html');
    if (file) return send(request, response, file);
    if (path !== PANEL_PATH || existsSync(join(folder, 'index.html'))) return end(response, 404);
    response.writeHead(503, { 'Content-Type': KINDS['.html'], 'Cache-Control': 'no-store' }).end(NOT_BUILT);
  };
  return [
    { path: PANEL_PATH, under: true, answer },
    { path: PANEL_PATH.slice(0, -1), answer },
    { path: '/', answer },
  ];
}

/**
 * Only our own files, no inline script, no form, connections to ourselves only. Logseq shows the panel in a frame, so its
 * own schemes may, and what is configured; no other site.
 */
function policyOf({ port, origins }: Door): string {
  const socket = ownOrigin(port).replace('http', 'ws');
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self' ${socket}`,
    "base-uri 'none'",
    "form-action 'none'",
    [
      "frame-ancestors 'self' lsp: file: app:",
      ...origins.filter((origin) => /^[\w.+-]+:\/\/[\w.:[\]-]*$/.test(origin)),
    ].join(' '),
  ].join('; ');
}

/** The real path of a file of the folder; undefined for anything that is not there, no file, or elsewhere through a link. */
async function fileAt(folder: string, written: string): Promise<string | undefined> {
  try {
    const name = decodeURIComponent(written);
    if (name.includes('\0') || name.includes('\\')) return undefined;
    const root = await realpath(folder);
    const file = await realpath(join(root, name));
    return file.startsWith(root + sep) && (await stat(file)).isFile() ? file : undefined;
  } catch {
    return undefined;
  }
}

async function send(request: IncomingMessage, response: ServerResponse, file: string): Promise<void> {
  const { size } = await stat(file);
  // What the build names by its content never changes.
  const lasting = /-[\w-]{8,}\.\w+$/.test(file);
  response.writeHead(200, {
    'Content-Type': KINDS[extname(file)] ?? 'application/octet-stream',
    'Content-Length': size,
    'Cache-Control': lasting ? 'public, max-age=31536000, immutable' : 'no-store',
  });
  if (request.method === 'HEAD') return void response.end();
  await pipeline(createReadStream(file), response);
}
