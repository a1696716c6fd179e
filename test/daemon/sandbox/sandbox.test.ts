import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { createProcessRunner } from '../../../daemon/process/runner.ts';
import { createSandbox } from '../../../daemon/sandbox/sandbox.ts';
import { requireProgram } from '../../programs.ts';
import { sandboxSuite } from '../../suites/sandbox.ts';

const runner = createProcessRunner();
const hasBwrap = requireProgram('bwrap') && requireProgram('python');
const request = { timeoutMs: 10_000, signal: new AbortController().signal };

describe.runIf(hasBwrap)('on this machine', () => {
  const sandbox = createSandbox({ process: runner });
  sandboxSuite('bubblewrap', () => Promise.resolve({ sandbox, close: () => sandbox.close() }), { sharesHost: true });

  it('runs the Python of a virtual environment that is in use, with what is installed there [core.sandbox.run]', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'venv-'));
    const sandboxed = createProcessRunner();
    try {
      const made = await sandboxed.run(['python3', '-m', 'venv', '--symlinks', '--without-pip', folder], request);
      expect(made.exitCode).toBe(0);
      const [python] = readdirSync(path.join(folder, 'lib'));
      writeFileSync(path.join(folder, 'lib', python!, 'site-packages', 'answers.py'), 'answer = 42');
      vi.stubEnv('PATH', `${path.join(folder, 'bin')}${path.delimiter}${process.env['PATH']}`);
      const text = 'import answers, json; print(json.dumps(answers.answer))';
      const result = await createSandbox({ process: sandboxed }).run({
        ...request,
        code: { language: 'python', text },
      });
      expect(result).toMatchObject({ exitCode: 0, stdout: '42\n' });
    } finally {
      vi.unstubAllEnvs();
      rmSync(folder, { recursive: true });
    }
  });

  it('does not let a variable reach the programs that build the sandbox', async () => {
    const { stdout, exitCode } = await sandbox.run({
      ...request,
      argv: ['node', '-e', 'console.log(process.env.BASH_ENV)'],
      env: { BASH_ENV: '/tmp/evil.sh', LD_AUDIT: '/tmp/evil.so' },
    });
    expect({ stdout, exitCode }).toEqual({ stdout: '/tmp/evil.sh\n', exitCode: 0 });
  });

  it('closes the folder of another program that the library opens in every sandbox', async () => {
    const folder = '/tmp/claude';
    const file = path.join(folder, `stagebook-${process.pid}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, 'of another program');
    try {
      const result = await sandbox.run({
        ...request,
        argv: ['sh', '-c', `cat ${file}; mkdir -p ${folder}; echo x > ${file}-new`],
      });
      expect(result.stdout).toBe('');
      expect(existsSync(`${file}-new`)).toBe(false);
    } finally {
      rmSync(file);
      try {
        rmdirSync(folder);
      } catch {
        // Another program, or these tests a second time, has something there.
      }
    }
  });

  it('makes the sandbox anew where a place of the host went away meanwhile, and says when it cannot be made', async () => {
    const early = mkdtempSync(path.join(tmpdir(), 'stagebook-bwrap-'));
    const failures = path.join(early, 'failures');
    const said = 'bwrap: cannot find source path /somewhere';
    const { stdout: bwrap } = await runner.run(['which', 'bwrap'], request);
    const program = `#!/bin/sh\n[ -s ${failures} ] && sed -i 1d ${failures} && echo '${said}' >&2 && exit 1\nexec ${bwrap.trim()} "$@"\n`;
    writeFileSync(path.join(early, 'bwrap'), program, { mode: 0o755 });
    const own = createSandbox({ process: createProcessRunner() });
    await own.level();
    vi.stubEnv('PATH', `${early}:${process.env.PATH}`);
    try {
      const argv = ['sh', '-c', 'echo once; exit 3'];
      writeFileSync(failures, 'first\nsecond\n');
      expect(await own.run({ ...request, argv })).toMatchObject({ exitCode: 3, stdout: 'once\n' });
      writeFileSync(failures, 'always\n'.repeat(99));
      await expect(own.run({ ...request, argv })).rejects.toMatchObject({
        code: 'sandbox.not_made',
        failure: { retryable: true, message: expect.stringContaining(`nothing ran: ${said}`) },
      });
    } finally {
      vi.unstubAllEnvs();
      await own.close();
      rmSync(early, { recursive: true });
    }
  });

  it('runs also where the machine is too busy to say at once where the shell is', async () => {
    const slow = mkdtempSync(path.join(tmpdir(), 'stagebook-which-'));
    const asked = path.join(slow, 'asked');
    const program = `#!/bin/sh\n[ "$1" = bash ] && [ ! -e ${asked} ] && touch ${asked} && exec sleep 3\nPATH=$REAL_PATH exec which "$@"\n`;
    writeFileSync(path.join(slow, 'which'), program, { mode: 0o755 });
    vi.stubEnv('REAL_PATH', process.env.PATH);
    vi.stubEnv('PATH', `${slow}:${process.env.PATH}`);
    try {
      const { exitCode } = await sandbox.run({ ...request, argv: ['true'] });
      expect({ exitCode, asked: existsSync(asked) }).toEqual({ exitCode: 0, asked: true });
    } finally {
      vi.unstubAllEnvs();
      rmSync(slow, { recursive: true });
    }
  });

  it('leaves neither folders, processes nor signal handlers behind', async () => {
    const own = mkdtempSync(path.join(tmpdir(), 'stagebook-own-'));
    vi.stubEnv('TMPDIR', own);
    await sandbox.run({ ...request, argv: ['mkdir', '-p', '-m', '000', 'closed/in'] });
    vi.unstubAllEnvs();
    expect(readdirSync(own)).toEqual([]);
    rmdirSync(own);
    const before = process.listenerCount('SIGINT');
    await sandbox.run({ ...request, argv: ['true'], network: ['127.0.0.1:1'] });
    expect(process.listenerCount('SIGINT')).toBe(before);
    await sandbox.close();
    expect(process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap')).toEqual([]);
  });
});

describe('without bubblewrap', () => {
  const bare = createProcessRunner({ programs: { bwrap: '/nowhere/bwrap' } });
  const strict = createSandbox({ process: bare });
  const open = createSandbox({ process: bare, allowUnisolated: true });
  afterAll(() => Promise.all([strict.close(), open.close()]));

  it('refuses to run code, and says what to install [core.sandbox.no-fallback]', async () => {
    expect(await strict.level()).toMatchObject({ level: 'none', why: expect.stringContaining('not installed') });
    await expect(strict.run({ ...request, argv: ['true'] })).rejects.toMatchObject({
      code: 'sandbox.unavailable',
      message: expect.stringContaining('apt-get install bubblewrap socat'),
    });
  });

  it('runs unisolated only where the configuration says so, and shows it [core.sandbox.no-fallback]', async () => {
    expect(await open.level()).toMatchObject({ level: 'unisolated', why: expect.stringContaining('NOT isolated') });
    const result = await open.run({
      ...request,
      code: {
        language: 'node',
        text: 'console.log(process.env.HOME !== process.env.X, require("fs").readdirSync("."))',
      },
      env: { X: process.env['HOME'] ?? '' },
    });
    expect(result).toMatchObject({ exitCode: 0, stdout: "true [ 'main.js' ]\n", level: 'unisolated' });
    await expect(
      open.run({ ...request, timeoutMs: 300, argv: ['node', '-e', 'setInterval(() => {}, 1000)'] }),
    ).rejects.toMatchObject({
      code: 'sandbox.timeout',
    });
  });
});
