import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const CHECK = new URL('../../daemon/runtime.mjs', import.meta.url);

/** Starts an empty program behind the check, on a Node that says it is `version`. */
function startOn(version: string) {
  const versions = JSON.stringify({ ...process.versions, node: version });
  const disguise = `Object.defineProperty(process, 'versions', { value: ${versions} });
    Object.defineProperty(process, 'version', { value: 'v${version}' });`;
  const argv = [
    '--import',
    `data:text/javascript,${encodeURIComponent(disguise)}`,
    '--import',
    CHECK.href,
    '-e',
    'console.log("runs")',
  ];
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, {
    encoding: 'utf8',
    cwd: fileURLToPath(new URL('.', CHECK)),
  });
  return { status, stdout: stdout.trim(), stderr: stderr.trim() };
}

it.each(['18.20.8', '20.20.2', '22.14.0'])('says on Node %s what to do, and exits [core.house.node]', (version) => {
  const { status, stdout, stderr } = startOn(version);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/needs Node 22\.15 or newer/);
  expect(stderr).toContain(`v${version}`);
  expect(stderr).toContain('npm ci');
});

it.each(['22.15.0', '22.18.0', '24.21.0', '26.0.0'])('lets Node %s through [core.house.node]', (version) => {
  expect(startOn(version)).toEqual({ status: 0, stdout: 'runs', stderr: '' });
});
