import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname, basename } from 'node:path';
import { withFaults, type Faults } from './faults.ts';
import { listenOnLoopback } from './loopback.ts';

export interface GitServer {
  /** The repository's address, to clone from and push to. */
  url: string;
  faults: Faults;
  stop(): Promise<void>;
}

/**
 * Serves one bare repository over git's smart HTTP, by git's own `http-backend`. With `token`, every request must carry
 * it: as a bearer token, or as the password of basic authentication, as GitHub takes it.
 */
export async function startGitServer(
  bareRepository: string,
  options: { token?: string; onPush?: () => void } = {},
): Promise<GitServer> {
  const name = basename(bareRepository);
  const running = new Set<() => void>();

  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (options.token && !carries(request.headers.authorization, options.token)) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' });
      return void response.end('Authentication failed.\n');
    }
    const backend = spawn('git', ['-c', 'http.receivepack=true', 'http-backend'], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: {
        PATH: process.env['PATH'],
        GIT_PROJECT_ROOT: dirname(bareRepository),
        GIT_HTTP_EXPORT_ALL: '1',
        REQUEST_METHOD: request.method,
        PATH_INFO: decodeURIComponent(url.pathname),
        QUERY_STRING: url.search.slice(1),
        CONTENT_TYPE: request.headers['content-type'] ?? '',
        CONTENT_LENGTH: request.headers['content-length'] ?? '',
        HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
        GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
        REMOTE_ADDR: '127.0.0.1',
        REMOTE_USER: 'git',
      },
    });
    const kill = () => void backend.kill();
    running.add(kill);
    backend.on('error', (error) => {
      response.writeHead(500);
      response.end(error.message);
    });
    backend.on('close', (code) => {
      running.delete(kill);
      if (code === 0 && request.method === 'POST' && url.pathname.endsWith('/git-receive-pack')) options.onPush?.();
    });
    // A client that goes away takes nothing back: what was received is performed to its end.
    backend.stdin.on('error', () => undefined);
    request.pipe(backend.stdin);
    answerFrom(backend.stdout, response);
  };

  const { listener, faults } = withFaults(handle);
  const server = await listenOnLoopback(listener);
  return {
    url: `${server.url}/${name}`,
    faults,
    async stop() {
      for (const kill of running) kill();
      await server.close();
    },
  };
}

/** CGI: header lines, an empty line, the body. */
function answerFrom(output: NodeJS.ReadableStream, response: ServerResponse): void {
  let head: Buffer | undefined = Buffer.alloc(0);
  output.on('data', (chunk: Buffer) => {
    if (!head) return void response.write(chunk);
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    let status = 200;
    for (const line of head.subarray(0, end).toString('latin1').split('\r\n')) {
      const colon = line.indexOf(':');
      const [name, value] = [line.slice(0, colon), line.slice(colon + 1).trim()];
      if (name.toLowerCase() === 'status') status = parseInt(value, 10);
      else response.setHeader(name, value);
    }
    response.writeHead(status);
    response.write(head.subarray(end + 4));
    head = undefined;
  });
  output.on('end', () => {
    if (head) response.writeHead(500);
    response.end();
  });
}

function carries(authorization: string | undefined, token: string): boolean {
  if (!authorization) return false;
  const [scheme, value = ''] = authorization.split(' ');
  if (scheme?.toLowerCase() === 'bearer') return value === token;
  if (scheme?.toLowerCase() !== 'basic') return false;
  const pair = Buffer.from(value, 'base64').toString();
  return pair.slice(pair.indexOf(':') + 1) === token;
}
