import { existsSync } from 'node:fs';
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CERTIFICATES } from '../../../daemon/process/environment.ts';
import { createProcessRunner, type StartedProcess } from '../../../daemon/process/runner.ts';
import { groupAlive } from '../../../daemon/process/group.ts';

const node = process.execPath;
const script = (text: string) => [node, '-e', text];

let folder: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(path.join(tmpdir(), 'stagebook-process-')));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A program that starts another one, which would write a file a moment later, and waits for ever. */
const withChild = (file: string, ignoreTerm = false) => `
  const { spawn } = require('node:child_process');
  const late = 'setTimeout(() => require("node:fs").writeFileSync(' + JSON.stringify(${JSON.stringify(file)}) + ', "late"), 700)';
  spawn(process.execPath, ['-e', ${ignoreTerm} ? 'process.on("SIGTERM", () => {}); ' + late + '; setInterval(() => {}, 1000)' : late], { stdio: 'inherit' });
  ${ignoreTerm ? 'process.on("SIGTERM", () => {});' : ''}
  setInterval(() => {}, 1000);
  setTimeout(() => console.log('ready'), 200);
`;

describe('running a program', () => {
  it('gives exit code, both streams and every line in order, and takes input', async () => {
    const lines: string[] = [];
    const text = `process.stdin.on('data', (d) => process.stdout.write('got ' + d)).on('end', () => { console.error('bad'); process.exitCode = 3; })`;
    const result = await createProcessRunner().run(script(text), {
      input: 'a\nb',
      onLine: (line, stream) => lines.push(`${stream}: ${line}`),
    });
    expect(result).toMatchObject({ exitCode: 3, stdout: 'got a\nb', stderr: 'bad\n' });
    expect(result.signal).toBeUndefined();
    expect(lines.filter((line) => line.startsWith('stdout'))).toEqual(['stdout: got a', 'stdout: b']);
    expect(lines).toContain('stderr: bad');
  });

  it('passes arguments as they are, never through a shell [core.process.argv]', async () => {
    const wild = ['$(id)', '; rm -rf /', '`x`', 'a b', '"q"', "'", '*', ''];
    const started = vi.fn();
    for (const runner of [createProcessRunner(), createProcessRunner({ onStart: started })]) {
      const { stdout } = await runner.run([
        node,
        '-e',
        'console.log(JSON.stringify(process.argv.slice(1)))',
        '--',
        ...wild,
      ]);
      expect(JSON.parse(stdout)).toEqual(wild);
    }
    expect(started).toHaveBeenCalledOnce();
  });

  it('hands on no variable of the daemon beyond places and certificates, and what the caller adds [core.process.argv]', async () => {
    vi.stubEnv('NPM_TOKEN', 'npm_secret');
    vi.stubEnv('GITHUB_TOKEN', 'ghp_secret');
    vi.stubEnv('PIP_CERT', '/etc/authorities.pem');
    const { stdout } = await createProcessRunner().run(script('console.log(JSON.stringify(process.env))'), {
      env: { EXTRA: 'yes' },
    });
    vi.unstubAllEnvs();
    const seen = JSON.parse(stdout) as Record<string, string>;
    expect(seen).toMatchObject({ EXTRA: 'yes', PATH: process.env['PATH'], PIP_CERT: '/etc/authorities.pem' });
    const passed = Object.keys(seen).filter((name) => !CERTIFICATES.includes(name));
    expect(passed.filter((name) => /TOKEN|npm_|VITEST|NODE_/.test(name))).toEqual([]);
  });

  it('runs in the folder it was given, and says when there is none', async () => {
    const { stdout } = await createProcessRunner().run(script('console.log(process.cwd())'), { cwd: folder });
    expect(stdout.trim()).toBe(folder);
    const missing = createProcessRunner().run(script(''), { cwd: path.join(folder, 'none') });
    await expect(missing).rejects.toMatchObject({ code: 'process.no_folder' });
  });

  it('says which program is not there, and takes the places of the configuration', async () => {
    const missing = createProcessRunner().run(['no-such-program-here']);
    await expect(missing).rejects.toMatchObject({
      code: 'process.not_found',
      message: expect.stringContaining('no-such-program-here'),
    });
    await expect(createProcessRunner().run([])).rejects.toMatchObject({ code: 'process.empty' });
    const configured = createProcessRunner({ programs: { runtime: node } });
    expect(await configured.run(['runtime', '-e', 'console.log(1)'])).toMatchObject({ stdout: '1\n' });
    const wrong = createProcessRunner({ programs: { runtime: path.join(folder, 'gone') } });
    await expect(wrong.run(['runtime'])).rejects.toMatchObject({
      code: 'process.not_found',
      message: expect.stringContaining('configuration'),
    });
  });

  it('keeps only the end of a long output and never more [core.process.bounded]', async () => {
    const text = `for (let i = 0; i < 200000; i++) console.log('line ' + i); console.log('é'.repeat(10))`;
    let lines = 0;
    const { stdout } = await createProcessRunner().run(script(text), { keepBytes: 13, onLine: () => lines++ });
    expect(stdout).toBe('éééééé\n');
    expect(lines).toBe(200_001);
  });

  it('reports the signal that ended a program', async () => {
    const result = await createProcessRunner().run(script('process.kill(process.pid, "SIGKILL")'));
    expect(result).toMatchObject({ exitCode: 137, signal: 'SIGKILL' });
  });
});

describe('ending a program', () => {
  it('ends everything the program started when its time is over [core.process.group]', async () => {
    const late = path.join(folder, 'late');
    const pids: number[] = [];
    const runner = createProcessRunner({ onStart: ({ pid }) => void pids.push(pid) });
    const run = runner.run(script(withChild(late)), { timeoutMs: 500 });
    await expect(run).rejects.toMatchObject({
      code: 'process.timeout',
      failure: { retryable: true, unanswered: true, message: expect.stringContaining('0.5 s') },
    });
    expect(groupAlive(pids[0] ?? 0)).toBe(false);
    expect(existsSync(late)).toBe(false);
  });

  it('ends everything on abort, by force what does not want to [core.process.group]', async () => {
    const late = path.join(folder, 'late');
    const stop = new AbortController();
    let pid = 0;
    const runner = createProcessRunner({ graceMs: 100, onStart: (info) => void (pid = info.pid) });
    const run = runner.run(script(withChild(late, true)), { signal: stop.signal, onLine: () => stop.abort() });
    await expect(run).rejects.toMatchObject({
      code: 'process.cancelled',
      failure: { retryable: false, unanswered: true },
    });
    expect(groupAlive(pid)).toBe(false);
    expect(existsSync(late)).toBe(false);
  });

  it('starts nothing when the step was stopped before, and then nothing is unanswered', async () => {
    const onStart = vi.fn();
    const run = createProcessRunner({ onStart }).run(script('1'), { signal: AbortSignal.abort() });
    await expect(run).rejects.toMatchObject({ code: 'process.cancelled', failure: { unanswered: false } });
    expect(onStart).not.toHaveBeenCalled();
  });

  it('leaves nothing behind that a program put into the background', async () => {
    const late = path.join(folder, 'late');
    const text = `
      const child = require('node:child_process').spawn(process.execPath, ['-e', 'setTimeout(() => require("node:fs").writeFileSync(${JSON.stringify(late)}, ""), 600)'], { stdio: 'inherit' });
      child.unref(); console.log('done'); process.exit(0)`;
    let pid = 0;
    const runner = createProcessRunner({ onStart: (info) => void (pid = info.pid) });
    expect(await runner.run(script(text))).toMatchObject({ exitCode: 0, stdout: 'done\n' });
    expect(groupAlive(pid)).toBe(false);
    expect(existsSync(late)).toBe(false);
  });
});

describe('recording a program', () => {
  it('lets the program begin only after its record is kept [core.process.recorded]', async () => {
    const proof = path.join(folder, 'proof');
    const order: string[] = [];
    const ended: StartedProcess[] = [];
    const runner = createProcessRunner({
      onStart: async (info) => {
        await new Promise((resolve) => setTimeout(resolve, 150));
        order.push(existsSync(proof) ? 'began early' : 'recorded');
        expect(info).toMatchObject({ argv0: node, pid: expect.any(Number) });
        expect(info.started).not.toBe('');
      },
      onEnd: (info) => void ended.push(info),
    });
    await runner.run(script(`require('node:fs').writeFileSync(${JSON.stringify(proof)}, String(process.pid))`));
    expect(order).toEqual(['recorded']);
    expect(Number(await readFile(proof, 'utf8'))).toBe(ended[0]?.pid);
  });

  it('never begins the program when the record could not be kept', async () => {
    const proof = path.join(folder, 'proof');
    const runner = createProcessRunner({ onStart: () => Promise.reject(new Error('disk full')) });
    const run = runner.run(script(`require('node:fs').writeFileSync(${JSON.stringify(proof)}, '')`));
    await expect(run).rejects.toThrow('disk full');
    expect(existsSync(proof)).toBe(false);
  });

  it('never begins a program whose daemon was killed while it recorded [core.process.recorded]', async () => {
    const proof = path.join(folder, 'proof');
    const runnerFile = path.resolve('daemon/process/runner.ts');
    const daemon = path.join(folder, 'daemon.mjs');
    await writeFile(
      daemon,
      `import { createProcessRunner } from ${JSON.stringify(runnerFile)};
       const runner = createProcessRunner({ onStart: () => process.kill(process.pid, 'SIGKILL') });
       await runner.run([process.execPath, '-e', ${JSON.stringify(`require('node:fs').writeFileSync(${JSON.stringify(proof)}, '')`)}]);`,
    );
    const result = await createProcessRunner().run([node, daemon]);
    expect(result.signal).toBe('SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(existsSync(proof)).toBe(false);
  });
});
