import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGithub, type Github } from './counterparts/github.ts';
import { startNpmRegistry, type NpmRegistries } from './counterparts/npm-registry.ts';
import { startPypi, type PypiIndex } from './counterparts/pypi.ts';
import { makeSamplePackage, type Ecosystem, type SamplePackage } from './sample-package.ts';

/** Everything the demo works with: a package, its remote, registries and a GitHub of its own, in one new folder. */
export interface World {
  root: string;
  /** The data directory of the demo's daemon. */
  home: string;
  graph: string;
  package: SamplePackage;
  npm?: NpmRegistries;
  pypi?: { production: PypiIndex; staging: PypiIndex };
  github: Github;
  /** Names and values of the secrets that the workflow asks for. */
  secrets: Record<string, string>;
  stop(): Promise<void>;
}

/** Makes the folder, the package and starts the counterparts, all on this machine. `stop` ends them; the folder stays. */
export async function makeWorld(ecosystem: Ecosystem): Promise<World> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'stagebook-demo-')));
  const home = join(root, 'stagebook');
  const graph = join(root, 'graph');
  for (const folder of [home, graph]) mkdirSync(folder);
  const sample = await makeSamplePackage(root, ecosystem);
  const started: { stop(): Promise<void> }[] = [];
  const stop = async (): Promise<void> => {
    for (const counterpart of started.splice(0).toReversed()) await counterpart.stop();
  };
  try {
    const github = await startGithub({ bareRepository: sample.remote, ci: { command: sample.test } });
    started.push(github);
    const secrets: Record<string, string> = { GITHUB_TOKEN: github.token };
    const config: Record<string, unknown> = {
      github: { url: github.url },
      // Code of ours, in a demo: where no sandbox can be had it may run without one, and says so.
      sandbox: { 'allow-unisolated': true },
    };
    const world: World = { root, home, graph, package: sample, github, secrets, stop };
    if (ecosystem === 'npm') {
      const npm = await startNpmRegistry({ staging: true });
      started.push(npm);
      world.npm = npm;
      config.npm = { registry: npm.production.url, staging: npm.staging!.url };
      Object.assign(secrets, { NPM_TOKEN: npm.production.token, NPM_STAGING_TOKEN: npm.staging!.token });
    } else {
      const pypi = { production: await startPypi(), staging: await startPypi() };
      started.push(pypi.production, pypi.staging);
      world.pypi = pypi;
      config.pypi = {
        upload: pypi.production.uploadUrl,
        index: pypi.production.indexUrl,
        'staging-upload': pypi.staging.uploadUrl,
        'staging-index': pypi.staging.indexUrl,
      };
      Object.assign(secrets, { PYPI_TOKEN: pypi.production.token, PYPI_STAGING_TOKEN: pypi.staging.token });
    }
    writeFileSync(join(home, 'config.yaml'), JSON.stringify(config, null, 2));
    return world;
  } catch (error) {
    await stop();
    throw error;
  }
}
