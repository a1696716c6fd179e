import { createServer, type Server } from 'node:http';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Sandbox, SandboxRequest } from '../../daemon/actions/action.ts';

export interface SandboxUnderTest {
  sandbox: Sandbox;
  close(): Promise<void>;
}

/**
 * What every sandbox has to keep: the local one and E2B.
 * `sharesHost`: it can show folders of this machine, and reach a server on it that is listed.
 */
export function sandboxSuite(
  name: string,
  make: () => Promise<SandboxUnderTest>,
  { sharesHost }: { sharesHost: boolean },
): void {
  describe(`sandbox: ${name}`, { timeout: 30_000 }, () => {
    let under: SandboxUnderTest;
    let folder: string;
    beforeAll(async () => {
      under = await make();
      folder = await realpath(await mkdtemp(path.join(tmpdir(), 'stagebook-suite-')));
    });
    afterAll(async () => {
      await under.close();
      await rm(folder, { recursive: true });
    });
    afterEach(() => vi.unstubAllEnvs());

    const run = (request: Partial<SandboxRequest>) =>
      under.sandbox.run({ timeoutMs: 20_000, signal: new AbortController().signal, ...request });
    const node = (text: string, more: Partial<SandboxRequest> = {}) =>
      run({ code: { language: 'node', text }, ...more });
    const python = (text: string, more: Partial<SandboxRequest> = {}) =>
      run({ code: { language: 'python', text }, ...more });

    describe('what it does', () => {
      it('runs Python and Node, gives exit code and streams, and says its level [core.sandbox.run]', async () => {
        const { level } = await under.sandbox.level();
        expect(level).not.toBe('none');
        const one = await node('console.log(6 * 7); console.error("note"); process.exitCode = 3');
        expect(one).toMatchObject({ exitCode: 3, stdout: '42\n', stderr: expect.stringContaining('note'), level });
        const two = await python('import sys\nprint(6 * 7)\nsys.exit(4)');
        expect(two).toMatchObject({ exitCode: 4, stdout: '42\n', level });
      });

      it('takes modules and scripts of Node alike, as examples come', async () => {
        expect(await node('import path from "node:path"; console.log(path.posix.join("a", "b"))')).toMatchObject({
          stdout: 'a/b\n',
        });
        expect(await node('const path = require("node:path"); console.log(path.posix.join("a", "b"))')).toMatchObject({
          stdout: 'a/b\n',
        });
      });

      it('runs a command by argv with its arguments as they are', async () => {
        const wild = ['$(id)', "it's", 'a b', '"', '', '; true', '`x`', '*'];
        const { stdout } = await run({
          argv: ['node', '-e', 'console.log(JSON.stringify(process.argv.slice(1)))', '--', ...wild],
        });
        expect(JSON.parse(stdout)).toEqual(wild);
      });

      it('puts files in before it runs, in folders too, and none outside [core.sandbox.run]', async () => {
        const files = { 'data/in.txt': 'hello', 'bytes.bin': new Uint8Array([0, 255, 10]) };
        const text =
          'import json\nprint(json.dumps([open("data/in.txt").read(), list(open("bytes.bin", "rb").read())]))';
        expect(JSON.parse((await python(text, { files })).stdout)).toEqual(['hello', [0, 255, 10]]);
        for (const bad of ['../out', '/etc/x', 'a/../../out']) {
          await expect(python('', { files: { [bad]: '' } })).rejects.toMatchObject({ code: 'sandbox.file_name' });
        }
      });

      it('streams lines while the code runs [core.sandbox.run]', async () => {
        const stop = new AbortController();
        const seen: string[] = [];
        // It would never end: the first line has to arrive before.
        const running = python('import time\nprint("größer")\nwhile True:\n    time.sleep(1)', {
          signal: stop.signal,
          onLine: (line) => {
            seen.push(line);
            stop.abort();
          },
        });
        await expect(running).rejects.toMatchObject({ code: 'process.cancelled' });
        expect(seen).toEqual(['größer']);
      });

      it('brings back the files that are asked for, and none that only a link makes look its own [core.sandbox.run]', async () => {
        const text = `
import os
os.makedirs("out")
open("out/table.csv", "w").write("a,b")
open("bytes.bin", "wb").write(bytes([0, 255]))
os.symlink("/usr/bin/env", "link")`;
        const keep = ['out/table.csv', 'bytes.bin', 'missing', 'out'];
        const { files } = await python(text, { keep: [...keep, ...(sharesHost ? ['link'] : [])] });
        expect(Object.keys(files ?? {})).toEqual(['out/table.csv', 'bytes.bin']);
        expect(Buffer.from(files!['out/table.csv']!).toString()).toBe('a,b');
        expect([...files!['bytes.bin']!]).toEqual([0, 255]);
        await expect(python('', { keep: ['../x'] })).rejects.toMatchObject({ code: 'sandbox.file_name' });
      });

      it('gives values by environment, also awkward ones', async () => {
        const env = { PLAIN: 'x', AWKWARD: `a'b"c$d\`e\\f\ng` };
        const { stdout } = await node('console.log(JSON.stringify([process.env.PLAIN, process.env.AWKWARD]))', { env });
        expect(JSON.parse(stdout)).toEqual([env.PLAIN, env.AWKWARD]);
        await expect(node('', { env: { 'BAD NAME': '' } })).rejects.toMatchObject({ code: 'sandbox.variable_name' });
      });

      it('starts afresh every time', async () => {
        await node('require("node:fs").writeFileSync("left", "")');
        expect(await node('console.log(require("node:fs").existsSync("left"))')).toMatchObject({ stdout: 'false\n' });
      });

      it('runs several at once without one seeing the other', async () => {
        const results = await Promise.all(
          [1, 2, 3].map((n) =>
            python(`open("n", "w").write("${n}")\nimport os\nprint(open("n").read(), sorted(os.listdir(".")))`),
          ),
        );
        expect(results.map(({ stdout }) => stdout)).toEqual([1, 2, 3].map((n) => `${n} ['main.py', 'n']\n`));
      });
    });

    describe('what it keeps out', () => {
      it('has no network, not even this machine’s own [core.sandbox.isolated]', async () => {
        const server = await listen();
        try {
          const text = `
            const net = require('node:net');
            const tries = [['127.0.0.1', ${server.port}], ['localhost', ${server.port}], ['192.0.2.1', 80]];
            const reach = ([host, port]) => new Promise((done) => net.connect({ host, port, timeout: 1500 })
              .on('connect', () => done('reached ' + host)).on('error', () => done('no')).on('timeout', () => done('no')));
            Promise.all(tries.map(reach)).then((all) => { console.log(all.join(',')); process.exit() });`;
          expect((await node(text)).stdout.trim()).toBe('no,no,no');
          expect(server.seen).toEqual([]);
        } finally {
          await server.close();
        }
      });

      it('sees no home and nothing that lies in it [core.sandbox.isolated]', async () => {
        const secret = path.join(homedir(), `.stagebook-suite-${process.pid}`);
        await writeFile(secret, 'secret');
        try {
          const text = `import os\nprint(os.path.exists(${JSON.stringify(secret)}), os.listdir(os.path.expanduser("~")), os.environ["HOME"])`;
          const { stdout } = await python(text);
          expect(stdout).toMatch(/^False \[\] /);
          expect(stdout).not.toContain(`${homedir()}\n`);
        } finally {
          await rm(secret);
        }
      });

      it('reads and changes nothing of the host [core.sandbox.isolated]', async () => {
        const file = path.join(folder, 'host');
        await writeFile(file, 'untouched');
        const text = `
import os
for path in [${JSON.stringify(file)}, "/etc/shadow", "/etc/passwd", ${JSON.stringify(process.cwd())} + "/package.json", "/tmp/claude/x"]:
    try:
        print("read", path, open(path).read())
    except OSError:
        pass
    try:
        open(path, "w").write("changed")
    except OSError:
        pass
try:
    open("/usr/bin/intruder", "w")
    print("wrote to the system")
except OSError:
    pass
print("done", len([p for p in os.listdir("/proc") if p.isdigit()]) < 20)`;
        const { stdout } = await python(text);
        expect(stdout).toBe('done True\n');
        // A change may seem to succeed inside, where nobody else ever sees it.
        expect(await readFile(file, 'utf8')).toBe('untouched');
        expect(await readFile('package.json', 'utf8')).toContain('"stagebook"');
      });

      it('has none of the daemon’s environment [core.sandbox.isolated]', async () => {
        vi.stubEnv('NPM_TOKEN', 'npm_secret');
        vi.stubEnv('STAGEBOOK_ANYTHING', 'secret');
        const { stdout } = await node('console.log(JSON.stringify(process.env))');
        const names = Object.keys(JSON.parse(stdout) as object);
        const known =
          /^(PATH|HOME|TMPDIR|LANG|PWD|SHLVL|_|TZ|PYTHON\w+|SANDBOX_RUNTIME|\w*_proxy|\w*_PROXY\w*|CLAUDE_\w+|JAVA_TOOL_OPTIONS|GIT_\w+|CLOUDSDK_\w+)$/;
        expect(names.filter((one) => !known.test(one))).toEqual([]);
        expect(stdout).not.toContain('secret');
      });
    });

    describe('what it limits', () => {
      it('ends everything when the time is over, and says so [core.sandbox.limits]', async () => {
        const text =
          'import subprocess, sys, time\nsubprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])\nprint("on", flush=True)\ntime.sleep(60)';
        await expect(python(text, { timeoutMs: 1500 })).rejects.toMatchObject({
          code: 'sandbox.timeout',
          failure: { retryable: true, message: expect.stringContaining('1.5 s') },
        });
      });

      it('ends when the step is stopped', async () => {
        const stop = new AbortController();
        const stopped = python('import time\nprint("on", flush=True)\ntime.sleep(60)', {
          signal: stop.signal,
          onLine: () => stop.abort(),
        });
        await expect(stopped).rejects.toMatchObject({ code: 'process.cancelled' });
      });

      it('gives no more memory than was asked for [core.sandbox.limits]', async () => {
        const result = await python('data = bytearray(600 * 1024 * 1024)\nprint("had it")', { memoryMb: 64 });
        expect(result.stdout).toBe('');
        expect(result.exitCode).not.toBe(0);
      });
    });

    describe('what it is given of this machine', () => {
      it('lets code import a package of Node and of Python by name', async () => {
        await writeFile(
          path.join(folder, 'package.json'),
          '{"name":"@suite/thing","type":"module","exports":"./thing.js"}',
        );
        await writeFile(path.join(folder, 'thing.js'), 'export const thing = "of node"');
        await writeFile(path.join(folder, 'thing.py'), 'THING = "of python"');
        const packages = [folder];
        expect(await node('import { thing } from "@suite/thing"; console.log(thing)', { packages })).toMatchObject({
          stdout: 'of node\n',
        });
        expect(await python('import thing; print(thing.THING)', { packages })).toMatchObject({ stdout: 'of python\n' });
      });

      it('gives the folders that are listed, by their paths in what is run', async () => {
        await mkdir(path.join(folder, 'given'));
        await writeFile(path.join(folder, 'given', 'data.txt'), 'given');
        const file = path.join(folder, 'given', 'data.txt');
        const readable = [path.join(folder, 'given')];
        expect(await python(`print(open(${JSON.stringify(file)}).read())`, { readable })).toMatchObject({
          stdout: 'given\n',
        });
        const argv = [
          'node',
          '-e',
          'console.log(require("fs").readFileSync(process.argv[1] ?? process.env.DATA, "utf8"))',
          file,
        ];
        expect(await run({ argv, readable })).toMatchObject({ stdout: 'given\n' });
        await expect(python('', { readable: [homedir()] })).rejects.toMatchObject({ code: 'sandbox.home' });
        await expect(python('', { readable: ['/'] })).rejects.toMatchObject({ code: 'sandbox.home' });
      });
    });

    if (!sharesHost) return;

    describe('what floods it', () => {
      it('lets code start a limited number of processes, or says that the system offers no such limit [core.sandbox.limits]', async () => {
        const text = `
import os, time
started = 0
for n in range(1000):
    try:
        if os.fork() == 0:
            time.sleep(60)
            os._exit(0)
        started += 1
    except OSError:
        break
print(started)`;
        const { why } = await under.sandbox.level();
        const { stdout } = await python(text, { timeoutMs: 15_000 });
        const offered = !why.includes('as this system offers none');
        expect(Number(stdout) < 300).toBe(offered);
      });
    });

    describe('what it shows of this machine, when asked', () => {
      it('makes listed folders readable and nothing more', async () => {
        await writeFile(path.join(folder, 'shown'), 'shown');
        const text = `
import os
print(open(${JSON.stringify(path.join(folder, 'shown'))}).read())
try:
    open(${JSON.stringify(path.join(folder, 'new'))}, "w")
    print("wrote")
except OSError as error:
    print(error.strerror)`;
        expect((await python(text, { readable: [folder] })).stdout).toBe('shown\nRead-only file system\n');
      });

      it('hides what people keep secrets in, also in a folder that is shown [core.sandbox.isolated]', async () => {
        await writeFile(path.join(folder, '.npmrc'), 'token=secret');
        await mkdir(path.join(folder, '.git'));
        await writeFile(path.join(folder, '.git', 'config'), 'token=secret');
        await mkdir(path.join(folder, 'apps', 'web', '.aws'), { recursive: true });
        for (const place of ['.env.local', 'apps/web/.env', 'apps/web/.aws/credentials', 'apps/id_ed25519']) {
          await writeFile(path.join(folder, place), 'token=secret');
        }
        const text = `
for path in [".npmrc", ".git/config", ".env.local", "apps/web/.env", "apps/web/.aws/credentials", "apps/id_ed25519"]:
    try:
        print(open(${JSON.stringify(folder)} + "/" + path).read())
    except OSError:
        print("hidden")`;
        expect((await python(text, { packages: [folder] })).stdout).toMatch(/^(hidden|\s)+$/);
      });

      it('reaches the hosts that are listed and no other [core.sandbox.isolated]', async () => {
        const [listed, other] = [await listen(), await listen()];
        try {
          const text = `
            const http = require('node:http');
            const proxy = new URL(process.env.HTTP_PROXY);
            const ask = (port) => new Promise((done) => http.get({ host: proxy.hostname, port: proxy.port, path: 'http://127.0.0.1:' + port + '/x',
              headers: { 'proxy-authorization': 'Basic ' + Buffer.from(decodeURIComponent(proxy.username) + ':' + decodeURIComponent(proxy.password)).toString('base64') } },
              (answer) => { answer.resume(); done(answer.statusCode) }).on('error', (error) => done(error.code)));
            Promise.all([ask(${listed.port}), ask(${other.port})]).then((all) => { console.log(all.join(',')); process.exit() });`;
          const { stdout } = await node(text, { network: [`127.0.0.1:${listed.port}`] });
          expect(stdout.trim()).toBe('204,403');
          expect([listed.seen, other.seen]).toEqual([['/x'], []]);
        } finally {
          await Promise.all([listed.close(), other.close()]);
        }
      });
    });
  });
}

async function listen(): Promise<{ port: number; seen: string[]; close(): Promise<void> }> {
  const seen: string[] = [];
  const server: Server = createServer((request, response) => {
    seen.push(new URL(request.url ?? '/', 'http://x').pathname);
    response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' ? (address?.port ?? 0) : 0,
    seen,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
