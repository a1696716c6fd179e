import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Action, SandboxRequest, Services } from '../../../daemon/actions/action.ts';
import { sandboxRun } from '../../../daemon/actions/sandbox.ts';
import { createProcessRunner } from '../../../daemon/process/runner.ts';
import { createSandbox } from '../../../daemon/sandbox/sandbox.ts';
import { E2B_KEY, startE2b, type E2bStandIn } from '../../fakes/e2b.ts';
import { createTestEngine } from '../../fakes/engine.ts';
import { step, workflowOf } from '../../fakes/outline.ts';
import { requireProgram } from '../../programs.ts';
import { sandboxSuite } from '../../suites/sandbox.ts';

const ready = requireProgram('bwrap') && requireProgram('python');

function sandboxAt(url: string, more: { key?: string | undefined; leaseMs?: number; use?: 'e2b' | 'local' } = {}) {
  const { key = E2B_KEY, leaseMs, use = 'e2b' } = more;
  return createSandbox({
    process: createProcessRunner(),
    // Even where the host would be allowed, E2B never becomes it.
    allowUnisolated: true,
    use,
    e2b: {
      keyName: 'E2B_API_KEY',
      key: () => Promise.resolve(key),
      hasKey: () => Promise.resolve(key !== ''),
      apiUrl: url,
      sandboxUrl: url,
      leaseMs,
    },
  });
}

describe.runIf(ready)('E2B, through its own library', () => {
  let e2b: E2bStandIn;
  beforeAll(async () => {
    e2b = await startE2b();
  });
  afterAll(() => e2b.close());

  sandboxSuite('e2b', () => Promise.resolve({ sandbox: sandboxAt(e2b.url), close: () => Promise.resolve() }), {
    sharesHost: false,
  });

  describe('its life', () => {
    let signal: AbortSignal;
    beforeEach(() => {
      signal = new AbortController().signal;
      e2b.seen.length = 0;
      e2b.made.length = 0;
    });
    const run = (request: Partial<SandboxRequest>, sandbox = sandboxAt(e2b.url)) =>
      sandbox.run({ timeoutMs: 20_000, signal, ...request });
    const print = { code: { language: 'python', text: 'print("on", flush=True)' } } as const;
    const forever = {
      code: { language: 'python', text: 'import time\nprint("on", flush=True)\nwhile True:\n    time.sleep(1)' },
    } as const;

    it('makes a sandbox, gives it files, runs, takes files back and ends it [personas.e2b.lifecycle]', async () => {
      const result = await run({ ...print, files: { a: 'x' }, keep: ['a'] });
      expect(result).toMatchObject({ exitCode: 0, stdout: 'on\n', level: 'e2b' });
      expect(e2b.seen.map((line) => line.replace(/sandboxes\/\w+/, 'sandboxes/ID'))).toEqual([
        'POST /v2/sandboxes',
        'POST /files',
        'POST /execute',
        'GET /files',
        'DELETE /sandboxes/ID',
      ]);
      expect(e2b.alive()).toEqual([]);
    });

    it('says how a program ended, also by a signal, and one that is not there [personas.e2b.lifecycle]', async () => {
      expect(await run({ argv: ['python', '-c', 'import os; os.kill(os.getpid(), 9)'] })).toMatchObject({
        exitCode: 137,
        signal: 'SIGKILL',
      });
      await expect(run({ argv: ['no-such-program'] })).rejects.toMatchObject({ code: 'process.not_found' });
      expect(e2b.alive()).toEqual([]);
    });

    it('closes the network but for the hosts that are listed [personas.e2b.lifecycle]', async () => {
      await run(print);
      await run({ ...print, network: ['pypi.org', '*.example.com'] });
      expect(e2b.made).toMatchObject([
        { allow_internet_access: false, network: { allowPublicTraffic: false } },
        { network: { allowOut: ['pypi.org', '*.example.com'], denyOut: ['0.0.0.0/0'], allowPublicTraffic: false } },
      ]);
      await expect(run({ ...print, network: ['pypi.org:443'] })).rejects.toMatchObject({ code: 'sandbox.host' });
    });

    it('renews its lease while code runs, so that a long run outlives it [personas.e2b.lifecycle]', async () => {
      const stop = new AbortController();
      const renewals = () => e2b.seen.filter((line) => line.endsWith('/timeout')).length;
      const running = run({ ...forever, signal: stop.signal }, sandboxAt(e2b.url, { leaseMs: 1_000 }));
      running.catch(() => undefined);
      // More renewals than one lease has room for.
      await expect.poll(renewals, { timeout: 10_000 }).toBeGreaterThan(3);
      expect(e2b.alive()).toHaveLength(1);
      stop.abort();
      await expect(running).rejects.toMatchObject({ code: 'process.cancelled' });
      expect(e2b.alive()).toEqual([]);
    });

    it('is ended when time is over or the step is stopped, also before it was made [personas.e2b.lifecycle]', async () => {
      await expect(run({ ...forever, timeoutMs: 1_000 })).rejects.toMatchObject({ code: 'sandbox.timeout' });
      expect(e2b.alive()).toEqual([]);
      e2b.seen.length = 0;
      e2b.next('hang');
      const stop = new AbortController();
      const running = run({ ...print, signal: stop.signal });
      running.catch(() => undefined);
      await expect.poll(() => e2b.seen, { timeout: 10_000 }).toContain('POST /v2/sandboxes');
      stop.abort();
      await expect(running).rejects.toMatchObject({ code: 'process.cancelled' });
    });

    it('limits how many processes there may be, which its machine counts for code that is not root [personas.e2b.lifecycle]', async () => {
      const text = 'import resource\nprint(resource.getrlimit(resource.RLIMIT_NPROC))';
      expect(await run({ code: { language: 'python', text } })).toMatchObject({ stdout: '(256, 256)\n' });
    });

    it('leaves out what people keep secrets in when it copies a folder [personas.e2b.lifecycle]', async () => {
      const folder = await mkdtemp(path.join(tmpdir(), 'stagebook-given-'));
      try {
        await mkdir(path.join(folder, 'apps', '.ssh'), { recursive: true });
        for (const name of ['.npmrc', '.env.production', 'apps/.env', 'apps/.ssh/config', 'apps/id_rsa']) {
          await writeFile(path.join(folder, name), 'token=secret');
        }
        await writeFile(path.join(folder, 'shown'), 'shown');
        await writeFile(path.join(folder, '.env.example'), 'TOKEN=');
        const text = `import os\nprint(sorted(os.listdir(${JSON.stringify(folder)})))`;
        expect(await run({ code: { language: 'python', text }, readable: [folder] })).toMatchObject({
          stdout: "['.env.example', 'shown']\n",
        });
      } finally {
        await rm(folder, { recursive: true });
      }
    });

    it.each([
      ['quota', 'sandbox.quota', true, /raise your limit/],
      ['billing', 'sandbox.quota', false, /usage and billing/],
      ['busy', 'sandbox.busy', true, /Try again/],
      ['no-template', 'sandbox.e2b_settings', false, /config\.yaml/],
      ['cut', 'sandbox.lost', true, /connection/],
      ['end-early', 'sandbox.lost', true, /connection/],
      ['expire', 'sandbox.expired', true, /ended while/],
    ] as const)(
      'fails clearly when E2B gives: %s [personas.e2b.failures]',
      async (trouble, code, retryable, message) => {
        e2b.next(trouble);
        await expect(run(forever)).rejects.toMatchObject({
          code,
          message: expect.stringMatching(message),
          failure: { retryable },
        });
        expect(e2b.alive()).toEqual([]);
      },
    );

    it('fails clearly when the files have no room [personas.e2b.failures]', async () => {
      e2b.next('full');
      await expect(run({ ...print, files: { a: 'x' } })).rejects.toMatchObject({ code: 'sandbox.too_big' });
    });

    it('refuses a bad key with what to do, and never shows it [personas.e2b.failures]', async () => {
      const key = 'e2b_ffffffffffffffffffffffffffffffffffffffff';
      const failure = run(print, sandboxAt(e2b.url, { key }));
      await expect(failure).rejects.toMatchObject({
        code: 'sandbox.key',
        message: expect.stringMatching(/E2B_API_KEY.*e2b\.dev/),
      });
      await expect(failure).rejects.not.toMatchObject({ message: expect.stringContaining(key) });
      await expect(run(print, sandboxAt(e2b.url, { key: 'nonsense' }))).rejects.toMatchObject({ code: 'sandbox.key' });
    });

    it('never becomes another sandbox or the host: without a key or an answer nothing runs [personas.e2b.no-fallback]', async () => {
      const keyless = sandboxAt(e2b.url, { key: '' });
      expect(await keyless.level()).toMatchObject({ level: 'none', why: expect.stringContaining('E2B_API_KEY') });
      await expect(run(print, keyless)).rejects.toMatchObject({ code: 'sandbox.unavailable' });
      const gone = await startE2b();
      await gone.close();
      await expect(run(print, sandboxAt(gone.url))).rejects.toMatchObject({ code: 'sandbox.lost' });
      expect(e2b.seen).toEqual([]);
    });

    it('has its level on the step, and a step whose sandbox does not work fails with that on it [personas.e2b.no-fallback]', async () => {
      const levelAndEnd = async (key: string) => {
        const sandbox = sandboxAt(e2b.url, { key });
        const test = await createTestEngine({
          options: {
            actions: new Map([['sandbox.run', sandboxRun as Action]]),
            personas: () => new Map([['tester', { id: 'tester', actions: ['sandbox.run'], secrets: [] }]]),
            services: () => ({ sandbox }) as unknown as Services,
          },
        });
        try {
          const code = 'open("kept.txt", "w").write("of the code")';
          const definition = workflowOf(
            step('code', 'sandbox.run', { with: { code, language: 'python', keep: ['kept.txt'] } }),
          );
          const id = await test.engine.start({ definition, inputs: {}, by: { kind: 'person', name: 'Ada' } });
          const { step: start, output, failure } = (await test.engine.settled(id)).nodes.get('work/code')!;
          return { level: start?.sandbox, output, code: failure?.code };
        } finally {
          test.remove();
        }
      };
      expect(await levelAndEnd(E2B_KEY)).toMatchObject({
        level: 'e2b',
        output: { level: 'e2b', files: { 'kept.txt': 'of the code' } },
      });
      expect(await levelAndEnd('')).toMatchObject({ level: 'none', code: 'sandbox.unavailable' });
    });

    it('is used where there is a key, unless the configuration says local [personas.e2b.no-fallback]', async () => {
      const settings = { keyName: 'E2B_API_KEY', key: () => Promise.resolve(E2B_KEY), apiUrl: e2b.url };
      const levelOf = async (hasKey: boolean, use?: 'local') => {
        const e2bSettings = { ...settings, hasKey: () => Promise.resolve(hasKey) };
        const sandbox = createSandbox({ process: createProcessRunner(), use, e2b: e2bSettings });
        return (await sandbox.level()).level;
      };
      expect([await levelOf(true), await levelOf(false), await levelOf(true, 'local')]).toEqual([
        'e2b',
        'bubblewrap',
        'bubblewrap',
      ]);
    });
  });
});
