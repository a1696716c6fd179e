import { execFileSync } from 'node:child_process';
import { RESTATE_REMEDY, restateProgram } from '../daemon/demo/counterparts/restate.ts';

/** Programs that a newcomer's machine may lack, how to see whether they work, and the Debian packages that bring them. */
const PROGRAMS = {
  bwrap: {
    test: ['bwrap', ['--ro-bind', '/', '/', '--unshare-user', '--unshare-net', 'true']],
    packages: ['bubblewrap', 'socat'],
  },
  'python-build': {
    test: ['/usr/bin/python3', ['-c', 'import build, setuptools, wheel, pip']],
    packages: ['python3-build', 'python3-setuptools', 'python3-wheel', 'python3-pip'],
  },
  prometheus: {
    test: ['sh', ['-c', 'prometheus --version && prometheus-alertmanager --version']],
    packages: ['prometheus', 'prometheus-alertmanager'],
  },
  pip: { test: ['python3', ['-m', 'pip', '--version']], packages: ['python3', 'python3-pip'] },
  python: { test: ['python3', ['--version']], packages: ['python3'] },
  pytest: {
    test: ['/usr/bin/python3', ['-c', 'import pytest, coverage']],
    packages: ['python3-pytest', 'python3-pytest-cov'],
  },
  /** A person's own service manager, in namespaces that a test makes for it. */
  systemd: {
    test: [
      'sh',
      ['-c', `command -v systemctl && { [ "$(id -u)" = 0 ] && unshare -mp -f true || sudo -n unshare -mp -f true; }`],
    ],
    packages: ['systemd', 'util-linux'],
  },
  /** Draws the plugin and the panel, which takes fonts too. Chrome does as well. */
  chromium: {
    test: [
      'sh',
      [
        '-c',
        '"${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome)}" --version',
      ],
    ],
    packages: ['chromium', 'fonts-dejavu-core', 'fonts-noto-color-emoji'],
  },
} as const satisfies Record<string, { test: readonly [string, readonly string[]]; packages: readonly string[] }>;

const DEBIAN_INSTALLER = 'apt-get';

export type TestProgram = keyof typeof PROGRAMS;

/**
 * Whether a program that some tests need works here. Where it is missing, it is installed when that is possible
 * (Debian, as root). Else the tests that need it are left out with one loud line, or, with STAGEBOOK_REQUIRE_ALL=1, fail.
 * Use: `const hasBwrap = requireProgram('bwrap')`, then `describe.runIf(hasBwrap)(…)`.
 */
export function requireProgram(name: TestProgram): boolean {
  const { packages } = PROGRAMS[name];
  if (works(name) || (install(packages) && works(name))) return true;
  return leaveOut(`${name} is not there and could not be installed (Debian: apt-get install ${packages.join(' ')})`);
}

/** The same for Restate's server, which `.ci/run` installs and `npm ci` does not. It is never installed by a test. */
export function requireRestate(): boolean {
  return restateProgram() !== undefined || leaveOut(`Restate's server is not here: ${RESTATE_REMEDY}`);
}

function leaveOut(line: string): false {
  if (process.env['STAGEBOOK_REQUIRE_ALL'] === '1') throw new Error(line);
  process.stderr.write(`\n!!! TESTS LEFT OUT: ${line}\n`);
  return false;
}

function works(name: TestProgram): boolean {
  const [program, args] = PROGRAMS[name].test;
  try {
    execFileSync(program, [...args], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function install(packages: readonly string[]): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  // Several test files may want to install at the same time: each waits for its turn.
  const apt = (...args: string[]) =>
    execFileSync(DEBIAN_INSTALLER, ['-o', 'DPkg::Lock::Timeout=180', '-qq', ...args], {
      stdio: 'ignore',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  try {
    apt('install', '-y', '--no-install-recommends', ...packages);
    return true;
  } catch {
    // The lists of packages may never have been fetched on this machine.
  }
  try {
    apt('update');
    apt('install', '-y', '--no-install-recommends', ...packages);
    return true;
  } catch {
    return false;
  }
}
