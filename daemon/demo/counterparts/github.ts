import type { IncomingMessage, ServerResponse } from 'node:http';
import { createEmulator } from 'emulate';
import { openBareRepository } from './bare-repository.ts';
import { startCi, type Ci } from './ci.ts';
import { withFaults, type Faults } from './faults.ts';
import { pullRoutes } from './github-pulls.ts';
import { refRoutes } from './github-refs.ts';
import { releaseRoutes } from './github-releases.ts';
import type { ApiAnswer, ApiRequest, ApiRoute, Emulated } from './github-route.ts';
import { statusRoutes } from './github-statuses.ts';
import { workflowRoutes, type WorkflowJobs } from './github-workflows.ts';
import { listenOnLoopback } from './loopback.ts';

export interface GithubOptions {
  owner?: string;
  repo?: string;
  token?: string;
  /** The repository that is pushed to: the API then shows its tags and commits. */
  bareRepository?: string;
  /** Tests every commit that arrives at a branch there, by this program and its arguments, and reports a check run. */
  ci?: { command: readonly string[]; name?: string };
  /** The workflows of the repository that can be dispatched. */
  workflows?: WorkflowJobs;
  /** A second person, who can review what the owner opens. */
  reviewer?: string;
}

export interface Github {
  /** API base address, without a slash at the end. */
  url: string;
  owner: string;
  repo: string;
  /** A token of the owner. */
  token: string;
  reviewer?: { login: string; token: string };
  ci?: Ci;
  faults: Faults;
  stop(): Promise<void>;
}

/** Starts a local GitHub API with one user and one repository: the emulator, behind a front of ours that fills its gaps. */
export async function startGithub(options: GithubOptions = {}): Promise<Github> {
  const { owner = 'demo', repo = 'package', token = newToken() } = options;
  const reviewer = options.reviewer === undefined ? undefined : { login: options.reviewer, token: newToken() };
  const people = [{ login: owner, token }, ...(reviewer ? [reviewer] : [])];
  const emulator = await createEmulator({
    service: 'github',
    port: 0,
    hostname: '127.0.0.1',
    seed: {
      tokens: Object.fromEntries(people.map((one) => [one.token, { login: one.login, scopes: ['repo'] }])),
      github: {
        users: people.map(({ login }) => ({ login, name: login })),
        // It opens no pull request in an empty one.
        repos: [{ owner, name: repo, auto_init: reviewer !== undefined }],
      },
    },
  });
  const behind = emulator.url.replace('localhost', '127.0.0.1');
  let routes: ApiRoute[] = [];
  const { listener, faults } = withFaults((request, response) => {
    serve(request, response, people, routes, emulated).catch((error: unknown) =>
      send(response, { status: 500, body: { message: String(error) } }),
    );
  });
  const front = await listenOnLoopback(listener);
  const emulated = emulatorAt(behind, (text) => text.replaceAll(emulator.url, front.url).replaceAll(behind, front.url));
  const repository = options.bareRepository ? openBareRepository(options.bareRepository) : undefined;
  const actions = repository && workflowRoutes(front.url, repository, options.workflows ?? {});
  routes = [
    ...(actions?.routes ?? []),
    ...statusRoutes(repository, emulated),
    ...releaseRoutes(front.url, repository, emulated),
    ...(repository ? refRoutes(repository) : []),
    ...(repository
      ? pullRoutes(repository, emulated, (asked) => people.find((one) => one.token === tokenOf(asked))?.login)
      : []),
  ];
  if (reviewer) {
    await emulated({
      method: 'PUT',
      path: `/repos/${owner}/${repo}/collaborators/${reviewer.login}`,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: new Uint8Array(Buffer.from(JSON.stringify({ permission: 'push' }))),
    });
  }
  const ci =
    options.ci && repository
      ? await startCi({ repository, api: `${front.url}/repos/${owner}/${repo}`, token, ...options.ci })
      : undefined;
  return {
    url: front.url,
    owner,
    repo,
    token,
    ...(reviewer ? { reviewer } : {}),
    ...(ci ? { ci } : {}),
    faults,
    async stop() {
      await ci?.stop();
      await actions?.stop();
      await front.close();
      await emulator.close();
    },
  };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  people: readonly { token: string }[],
  routes: readonly ApiRoute[],
  emulated: Emulated,
): Promise<void> {
  const asked = await read(request);
  // The emulator takes an unknown token for its first user; GitHub does not.
  const given = tokenOf(asked);
  if (given !== undefined && !people.some(({ token }) => token === given)) {
    return send(response, { status: 401, body: { message: 'Bad credentials', status: '401' } });
  }
  // Decoded as a whole: the client writes the slash within the name of a ref as %2F.
  const pathname = decodeURIComponent(asked.path.split('?')[0]!);
  for (const route of routes) {
    const match = route.method === asked.method && route.pattern.exec(pathname);
    const answer = match && (await route.answer(match.slice(1), asked));
    if (answer) return send(response, answer);
  }
  const { status, headers, body } = await emulated(asked);
  response.writeHead(status, headers);
  response.end(body);
}

const newToken = (): string => `ghp_${crypto.randomUUID().replaceAll('-', '')}`;

function tokenOf({ headers }: ApiRequest): string | undefined {
  return /^(?:bearer|token) (.+)$/i.exec(headers['authorization'] ?? '')?.[1];
}

async function read(request: IncomingMessage): Promise<ApiRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = new Uint8Array(Buffer.concat(chunks));
  const path = request.url ?? '/';
  return {
    method: request.method ?? 'GET',
    path,
    query: new URL(path, 'http://127.0.0.1').searchParams,
    headers: request.headers as Record<string, string>,
    body,
    json: () => (body.length ? (JSON.parse(Buffer.from(body).toString()) as Record<string, unknown>) : {}),
  };
}

function send(response: ServerResponse, { status, headers, body }: ApiAnswer): void {
  const bytes = body instanceof Uint8Array;
  response.writeHead(status, {
    'content-type': bytes ? 'application/octet-stream' : 'application/json; charset=utf-8',
    ...headers,
  });
  response.end(bytes ? body : JSON.stringify(body));
}

/** `rewrite` turns the emulator's own address, where an answer names it, into the front's. */
function emulatorAt(url: string, rewrite: (text: string) => string): Emulated {
  return async ({ method, path, headers = {}, body }) => {
    const { host: _, connection: __, 'content-length': ___, 'accept-encoding': ____, ...onward } = headers;
    const withBody = body?.length && method !== 'GET' && method !== 'HEAD';
    const answer = await fetch(url + path, { method, headers: onward, ...(withBody ? { body } : {}) });
    const kept: Record<string, string> = {};
    for (const [name, value] of answer.headers) {
      if (!['connection', 'content-length', 'transfer-encoding', 'keep-alive'].includes(name))
        kept[name] = rewrite(value);
    }
    const bytes = new Uint8Array(await answer.arrayBuffer());
    const isJson = kept['content-type']?.includes('json');
    const rewritten = isJson ? new Uint8Array(Buffer.from(rewrite(Buffer.from(bytes).toString()))) : bytes;
    return { status: answer.status, headers: kept, body: rewritten };
  };
}
