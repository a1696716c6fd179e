import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ProcessResult, ProcessRunner } from '../../../daemon/actions/action.ts';
import { serviceOf } from '../../../daemon/service/index.ts';
import type { Service, ServiceCommand } from '../../../daemon/service/service.ts';
import { fail } from '../../../shared/failure.ts';

/** A service manager of another platform, as far as its answers matter: what is loaded, and what runs. */
interface Manager {
  asked: string[];
  loaded: boolean;
  running: boolean;
  refuses?: string;
}

let folder: string;
let manager: Manager;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'service-'));
  manager = { asked: [], loaded: false, running: false };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const command: ServiceCommand = { argv: ['/node', '/stagebook.mjs', 'up'], environment: { STAGEBOOK_HOME: '/home' } };

function runnerOf(answer: (argv: readonly string[]) => Partial<ProcessResult>): ProcessRunner {
  return {
    run(argv) {
      manager.asked.push(argv.join(' '));
      if (manager.refuses !== undefined && argv.includes(manager.refuses))
        return Promise.resolve({ exitCode: 5, stdout: '', stderr: 'Access is denied.\n', durationMs: 1 });
      return Promise.resolve({ exitCode: 0, stdout: '', stderr: '', durationMs: 1, ...answer(argv) });
    },
  };
}

const worldOf = (process: ProcessRunner) => ({
  environment: { USERDOMAIN: 'PC', USERNAME: 'Ada' },
  home: folder,
  data: folder,
  uid: 501,
  process,
});

const launchctl = runnerOf((argv) => {
  if (argv[1] === 'bootstrap') manager.loaded = manager.running = true;
  if (argv[1] === 'bootout') manager.loaded = manager.running = false;
  if (argv[1] !== 'print') return {};
  return manager.loaded
    ? { stdout: `\tstate = ${manager.running ? 'running' : 'waiting'}\n\tother = state\n` }
    : { exitCode: 113 };
});
const schtasks = runnerOf((argv) => {
  if (argv[1] === '/create') manager.loaded = true;
  if (argv[1] === '/run') manager.running = true;
  if (argv[1] === '/end') manager.running = false;
  if (argv[1] === '/delete') manager.loaded = false;
  if (argv[1] !== '/query') return {};
  if (!manager.loaded) return { exitCode: 1, stderr: 'ERROR: The system cannot find the file specified.' };
  return { stdout: `"PC","\\Stagebook","N/A","Wird ausgeführt","","","${manager.running ? 267009 : 0}","x"\r\n` };
});

describe.each([
  ['darwin', launchctl, () => join(folder, 'Library/LaunchAgents/stagebook.plist')],
  ['win32', schtasks, () => join(folder, 'service.xml')],
] as const)('the service of %s', (platform, process, fileOf) => {
  const service = (): Service => serviceOf(platform, worldOf(process));

  it('installs, says that it runs, changes nothing the second time, and goes [ui.service.install]', async () => {
    const own = service();
    expect(await own.state()).toEqual({ installed: false, running: false });
    expect(await own.install(command)).toBe('new');
    expect(await own.state()).toEqual({ installed: true, running: true });
    const [written, before] = [readFileSync(fileOf()), manager.asked.length];
    expect(await own.install(command)).toBe('same');
    expect(readFileSync(fileOf())).toEqual(written);
    expect(manager.asked.slice(before).filter((line) => !/ (print|\/query) ?/.test(line))).toEqual([]);
    writeFileSync(join(folder, 'journal.db'), 'kept');
    expect(await own.uninstall()).toBe(true);
    expect(await own.uninstall()).toBe(false);
    expect(existsSync(fileOf())).toBe(false);
    expect(readFileSync(join(folder, 'journal.db'), 'utf8')).toBe('kept');
    expect(await own.state()).toEqual({ installed: false, running: false });
  });

  it('is brought up to date and begins anew when its command changed [ui.service.install]', async () => {
    const own = service();
    await own.install(command);
    expect(await own.install({ ...command, argv: ['/newer', '/stagebook.mjs', 'up'] })).toBe('changed');
    expect(await own.state()).toEqual({ installed: true, running: true });
    expect(readFileSync(fileOf()).toString(platform === 'win32' ? 'utf16le' : 'utf8')).toContain('/newer');
  });

  it('says stopped of what is installed and does not run [ui.service.install]', async () => {
    const own = service();
    await own.install(command);
    manager.running = false;
    expect(await own.state()).toEqual({ installed: true, running: false });
  });

  it('says what the system refused, and what to do instead [ui.service.remedy]', async () => {
    manager.refuses = platform === 'win32' ? '/create' : 'bootstrap';
    await expect(service().install(command)).rejects.toMatchObject({
      code: 'service.refused',
      message: expect.stringMatching(/Access is denied\. .*stagebook up in a terminal/) as string,
    });
  });
});

it('names the remedy where there is no service manager, and writes nothing [ui.service.remedy]', async () => {
  const absent: ProcessRunner = {
    run: () => Promise.reject(fail('not-found', 'process.not_found', 'no systemctl')),
  };
  const unreachable = runnerOf(() => ({ exitCode: 1, stderr: 'Failed to connect to bus: No medium found\n' }));
  for (const process of [absent, unreachable]) {
    await expect(serviceOf('linux', worldOf(process)).install(command)).rejects.toMatchObject({
      code: 'service.unavailable',
      message: expect.stringContaining('run stagebook up in a terminal') as string,
    });
    expect(existsSync(join(folder, '.config'))).toBe(false);
  }
  expect(() => serviceOf('aix', worldOf(absent))).toThrow(/Stagebook knows no service manager of aix/);
});
