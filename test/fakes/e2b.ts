import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { listenOnLoopback } from '../../daemon/demo/counterparts/loopback.ts';

/** What keeps a sandbox's code from the machine that plays E2B. */
const JAIL = 'bwrap';

export const E2B_KEY = 'e2b_0123456789abcdef0123456789abcdef01234567';

/** What can go wrong, once, the next time it is asked for. */
export type E2bTrouble =
  'quota' | 'busy' | 'billing' | 'no-template' | 'cut' | 'end-early' | 'expire' | 'full' | 'hang';

export interface E2bStandIn {
  /** For `apiUrl` and `sandboxUrl` alike. */
  url: string;
  /** `METHOD /path` of each request that has arrived as a whole, in order. */
  seen: string[];
  /** What each sandbox was made with. */
  made: Record<string, unknown>[];
  alive(): string[];
  next(trouble: E2bTrouble): void;
  close(): Promise<void>;
}

interface Machine {
  id: string;
  folder: string;
  token: string;
  endAt: number;
  timer: NodeJS.Timeout;
  online: boolean;
  kernels: Set<ChildProcess>;
  answers: Set<ServerResponse>;
}

/**
 * E2B's protocol as its library speaks it: sandboxes are made, renewed and ended; files go in and out; code runs in a kernel
 * that tells its output line by line. Each sandbox is a folder that a bubblewrap of its own sees as its home.
 */
export async function startE2b(): Promise<E2bStandIn> {
  const root = await realpath(await mkdtemp(path.join(tmpdir(), 'stagebook-e2b-')));
  const machines = new Map<string, Machine>();
  const troubles: E2bTrouble[] = [];
  const [seen, made]: [string[], Record<string, unknown>[]] = [[], []];
  const take = (...wanted: E2bTrouble[]): E2bTrouble | undefined => {
    const index = troubles.findIndex((trouble) => wanted.includes(trouble));
    return index === -1 ? undefined : troubles.splice(index, 1)[0];
  };

  const end = (machine: Machine): void => {
    clearTimeout(machine.timer);
    machines.delete(machine.id);
    for (const kernel of machine.kernels) kernel.kill('SIGKILL');
    for (const answer of machine.answers) answer.destroy();
  };
  const lease = (machine: Machine, seconds: number): void => {
    clearTimeout(machine.timer);
    machine.endAt = Date.now() + seconds * 1000;
    machine.timer = setTimeout(() => end(machine), seconds * 1000);
  };

  const make = async (wanted: Record<string, unknown>, response: ServerResponse): Promise<void> => {
    const trouble = take('quota', 'busy', 'billing', 'no-template', 'hang');
    if (trouble === 'hang') return;
    if (trouble === 'quota') return json(response, 429, 'you have reached the maximum number of concurrent sandboxes');
    if (trouble === 'busy') return json(response, 503, 'no node is free');
    if (trouble === 'billing') return json(response, 402, 'the team is blocked: payment is due');
    if (trouble === 'no-template') return json(response, 404, `template ${String(wanted['templateID'])} not found`);
    made.push(wanted);
    const id = `i${randomUUID().replaceAll('-', '').slice(0, 19)}`;
    const folder = path.join(root, id);
    await mkdir(folder);
    const network = wanted['network'] as { denyOut?: string[] } | undefined;
    const machine: Machine = {
      id,
      folder,
      token: randomUUID(),
      endAt: 0,
      timer: setTimeout(() => undefined, 0),
      online: wanted['allow_internet_access'] !== false && network?.denyOut === undefined,
      kernels: new Set(),
      answers: new Set(),
    };
    machines.set(id, machine);
    lease(machine, Number(wanted['timeout'] ?? 15));
    json(response, 201, {
      sandboxID: id,
      templateID: wanted['templateID'],
      clientID: 'stand-in',
      envdVersion: '0.5.0',
      envdAccessToken: machine.token,
      domain: null,
    });
  };

  const execute = (machine: Machine, code: string, response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    const say = (event: object): void => void response.write(`${JSON.stringify(event)}\n`);
    say({ type: 'number_of_executions', execution_count: 1 });
    const trouble = take('cut', 'end-early', 'expire');
    const kernel = spawn(JAIL, jail(machine), { stdio: ['pipe', 'pipe', 'ignore'], detached: true });
    machine.kernels.add(kernel);
    machine.answers.add(response);
    kernel.stdin.on('error', () => undefined);
    kernel.stdin.end(code);
    kernel.stdout.on('data', (bytes: Buffer) => {
      response.write(bytes);
      if (trouble === 'cut') response.destroy();
      if (trouble === 'end-early') response.end();
      if (trouble === 'expire') end(machine);
    });
    response.on('close', () => kernel.kill('SIGKILL'));
    kernel.on('close', () => {
      machine.kernels.delete(kernel);
      machine.answers.delete(response);
      if (response.writableEnded || response.destroyed) return;
      say({ type: 'end_of_execution' });
      response.end();
    });
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://x');
    const body = await bodyOf(request);
    seen.push(`${request.method} ${url.pathname}`);
    const ofApi = /^(?:\/v2)?\/sandboxes(?:\/(\w+)(\/timeout)?)?$/.exec(url.pathname);
    if (ofApi) {
      if (request.headers['x-api-key'] !== E2B_KEY) return json(response, 401, 'invalid API key');
      const wanted = body.length > 0 ? (JSON.parse(body.toString()) as Record<string, unknown>) : {};
      if (ofApi[1] === undefined) return make(wanted, response);
      const machine = machines.get(ofApi[1]);
      if (!machine) return json(response, 404, 'sandbox not found');
      if (ofApi[2]) lease(machine, Number(wanted['timeout']));
      else if (request.method === 'DELETE') end(machine);
      response.writeHead(204).end();
      return;
    }
    const machine = machines.get(String(request.headers['e2b-sandbox-id']));
    if (!machine) return json(response, 502, 'The sandbox was not found');
    if (url.pathname === '/health') return void response.writeHead(204).end();
    if (request.headers['x-access-token'] !== machine.token) return json(response, 401, 'no access');
    if (url.pathname === '/execute')
      return execute(machine, (JSON.parse(body.toString()) as { code: string }).code, response);
    if (url.pathname !== '/files') return json(response, 404, `there is no ${url.pathname}`);
    if (request.method === 'GET') return download(placeOf(machine, url.searchParams.get('path') ?? ''), response);
    if (take('full')) return json(response, 507, 'not enough disk space');
    const form = await new Response(new Uint8Array(body), {
      headers: { 'content-type': request.headers['content-type'] ?? '' },
    }).formData();
    const written = [];
    for (const file of form.getAll('file') as File[]) {
      const name = url.searchParams.get('path') ?? file.name;
      const place = placeOf(machine, name);
      await mkdir(path.dirname(place), { recursive: true });
      await writeFile(place, new Uint8Array(await file.arrayBuffer()));
      written.push({ name: path.basename(name), type: 'file', path: name });
    }
    json(response, 200, written);
  };

  const server = await listenOnLoopback((request, response) => {
    serve(request, response).catch((error: unknown) => json(response, 500, String(error)));
  });
  return {
    url: server.url,
    seen,
    made,
    alive: () => [...machines.keys()],
    next: (trouble) => void troubles.push(trouble),
    async close() {
      for (const machine of machines.values()) end(machine);
      await server.close();
      await rm(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Says what a Jupyter kernel says of a cell: its output, its last value, its error. */
const KERNEL = `
import ast, io, json, sys, traceback
out = sys.__stdout__
def emit(event):
    out.write(json.dumps(event) + "\\n")
    out.flush()
class Stream(io.TextIOBase):
    def __init__(self, kind):
        self.kind = kind
    def write(self, text):
        if text:
            emit({"type": self.kind, "text": text})
        return len(text)
cell = ast.parse(sys.stdin.read(), "cell")
sys.stdout, sys.stderr = Stream("stdout"), Stream("stderr")
last = cell.body.pop() if cell.body and isinstance(cell.body[-1], ast.Expr) else None
names = {"__name__": "__main__"}
try:
    exec(compile(cell, "cell", "exec"), names)
    value = eval(compile(ast.Expression(last.value), "cell", "eval"), names) if last else None
    if value is not None:
        emit({"type": "result", "is_main_result": True, "text": repr(value)})
except BaseException as error:
    emit({"type": "error", "name": type(error).__name__, "value": str(error), "traceback": traceback.format_exc()})
`;

function jail(machine: Machine): string[] {
  const system = ['/usr', '/bin', '/sbin', '/lib', '/lib64', '/etc/alternatives', '/etc/ld.so.cache'].filter((one) =>
    existsSync(one),
  );
  const words = [
    `--die-with-parent --unshare-all --clearenv ${machine.online ? '--share-net' : ''}`,
    ...system.map((one) => `--ro-bind ${one} ${one}`),
    `--proc /proc --dev /dev --tmpfs /tmp --bind ${machine.folder} /home/user`,
    `--tmpfs /usr/local/sbin --ro-bind ${process.execPath} /usr/local/sbin/node`,
    '--setenv PATH /usr/local/bin:/usr/bin:/bin --setenv HOME /home/user --chdir /home/user',
  ];
  return [...words.join(' ').split(/ +/), 'python3', '-u', '-c', KERNEL];
}

function placeOf(machine: Machine, name: string): string {
  const inside = path.posix.relative('/home/user', path.posix.resolve('/home/user', name));
  if (inside.startsWith('..')) throw new Error(`${name} is not in the home`);
  return path.join(machine.folder, inside);
}

async function download(file: string, response: ServerResponse): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) return json(response, 404, `path '${file}' does not exist`);
  response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(await readFile(file));
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** A value, or what went wrong as E2B says it. */
function json(response: ServerResponse, status: number, value: unknown): void {
  if (response.headersSent) return void response.destroy();
  const said = typeof value === 'string' ? { code: status, message: value } : value;
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(said));
}
