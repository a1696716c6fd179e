// Installs Restate's server, which the tests, the demo and the bench of the engine on Restate start, into a folder of its own:
// it is 220 MB, its licence is another one (BSL 1.1), and nothing that Stagebook ships needs it. Its version and hashes are
// pinned in .ci/restate/; nothing that a package would run on installing is run. Done when it is there already.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PINNED = join(ROOT, '.ci', 'restate');
const { version } = JSON.parse(readFileSync(join(PINNED, 'package-lock.json'), 'utf8')).packages[
  'node_modules/@restatedev/restate-server'
];
const folder = join(ROOT, '.cache', `restate-${version}`);

if (existsSync(folder)) console.log(`Restate's server ${version} is in ${folder}`);
else install();

/** Installs beside, then renames: a folder of that name is whole. */
function install() {
  const beside = `${folder}.${process.pid}.tmp`;
  mkdirSync(beside, { recursive: true });
  for (const name of ['package.json', 'package-lock.json']) copyFileSync(join(PINNED, name), join(beside, name));
  const argv = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', beside];
  const { status, error } = spawnSync('npm', argv, { stdio: 'inherit', shell: process.platform === 'win32' });
  try {
    if (status !== 0) throw error ?? new Error(`npm ci ended with ${status}`);
    const name = `@restatedev/restate-server-${process.platform}-${process.arch}`;
    createRequire(join(beside, 'package.json')).resolve(`${name}/bin/restate-server`);
    if (!existsSync(folder)) renameSync(beside, folder);
    console.log(`Restate's server ${version} was installed in ${folder}`);
  } catch (why) {
    console.error(`Restate's server could not be installed: ${why.message}`);
    process.exitCode = 1;
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
}
