import { afterAll, beforeAll } from 'vitest';
import type { ActionConfig } from '../../daemon/actions/action.ts';
import { startGithub, type Github } from '../../daemon/demo/counterparts/github.ts';
import { startNpmRegistry, type NpmRegistries } from '../../daemon/demo/counterparts/npm-registry.ts';
import { startPypi, type PypiIndex } from '../../daemon/demo/counterparts/pypi.ts';
import { bareRepository } from './bare-repository.ts';

/** Where a release goes to, and what an action has to know of it. */
export interface Counterparts {
  /** Its repository has the tag `v1.0.0`. */
  github: Github;
  npm: NpmRegistries;
  pypi: PypiIndex;
  config: Partial<ActionConfig>;
}

/** Starts the counterparts of a release for the tests of a file; they end after the last of them. */
export function useCounterparts(): () => Counterparts {
  let all: Counterparts;
  beforeAll(async () => {
    const { path } = await bareRepository('v1.0.0');
    const [github, npm, pypi] = await Promise.all([
      startGithub({ bareRepository: path }),
      startNpmRegistry(),
      startPypi(),
    ]);
    const { uploadUrl: pypiUploadUrl, indexUrl: pypiIndexUrl } = pypi;
    const config = { githubUrl: github.url, npmRegistry: npm.production.url, pypiUploadUrl, pypiIndexUrl };
    all = { github, npm, pypi, config };
  });
  afterAll(() => Promise.all([all.github.stop(), all.npm.stop(), all.pypi.stop()]));
  return () => all;
}
