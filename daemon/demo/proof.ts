import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { World } from './world.ts';

const run = promisify(execFile);

/** One thing the demo promised, looked up with the tools that anybody has. */
export interface Proof {
  what: string;
  holds: boolean;
  /** What was seen, in few words. */
  saw: string;
}

/** Looks up, without Stagebook, that the release is where it should be. Never throws: what cannot be seen does not hold. */
export async function prove(world: World, version: string): Promise<Proof[]> {
  return Promise.all([
    look('the tag is in the remote', async () => {
      const { stdout } = await run('git', ['--git-dir', world.package.remote, 'cat-file', 'tag', `v${version}`]);
      return stdout.split('\n')[0]!.replace('object ', 'at ').slice(0, 15);
    }),
    look('the version installs from the registry', () =>
      world.npm ? installNpm(world, version) : installPypi(world, version),
    ),
    look('the GitHub release has its asset', async () => {
      const { github, secrets } = world;
      const address = `${github.url}/repos/${github.owner}/${github.repo}/releases/tags/v${version}`;
      const answer = await fetch(address, { headers: { authorization: `Bearer ${secrets.GITHUB_TOKEN}` } });
      const { assets } = (await answer.json()) as { assets: { name: string }[] };
      if (assets.length === 0) throw new Error('it has none');
      return assets.map(({ name }) => name).join(', ');
    }),
  ]);
}

export async function look(what: string, see: () => Promise<string>): Promise<Proof> {
  try {
    return { what, holds: true, saw: await see() };
  } catch (error) {
    return { what, holds: false, saw: (error as Error).message.split('\n')[0]! };
  }
}

async function installNpm(world: World, version: string): Promise<string> {
  const { url, token } = world.npm!.production;
  return inNewFolder(async (folder) => {
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    const environment = {
      ...process.env,
      npm_config_registry: url,
      [`npm_config_${url.replace(/^https?:/, '')}:_authToken`]: token,
    };
    const wanted = `${world.package.name}@${version}`;
    await run(npm, ['install', '--no-audit', '--no-fund', '--ignore-scripts', wanted], {
      cwd: folder,
      env: environment,
      shell: process.platform === 'win32',
    });
    const manifest = await readFile(join(folder, 'node_modules', world.package.name, 'package.json'), 'utf8');
    return versionIs((JSON.parse(manifest) as { version: string }).version, version);
  });
}

async function installPypi(world: World, version: string): Promise<string> {
  return inNewFolder(async (folder) => {
    const wanted = `${world.package.name}==${version}`;
    const index = world.pypi!.production.indexUrl;
    await run('python3', [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--no-deps',
      '--index-url',
      index,
      '--target',
      folder,
      wanted,
    ]);
    const { stdout } = await run(
      'python3',
      ['-c', `import importlib.metadata as m; print(m.version("${world.package.name}"))`],
      {
        env: { ...process.env, PYTHONPATH: folder },
      },
    );
    return versionIs(stdout.trim(), version);
  });
}

function versionIs(installed: string, wanted: string): string {
  if (installed !== wanted) throw new Error(`${installed} was installed`);
  return installed;
}

async function inNewFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'stagebook-proof-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
