import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../shared/json.ts';
import { startGithub, type Github } from './counterparts/github.ts';
import { makeSampleApp, type SampleApp } from './sample-app.ts';

/** What the feature demo works with: an application, its remote, and a GitHub with a small CI and a second person. */
export interface FeatureWorld {
  root: string;
  /** The data directory of the demo's daemon. */
  home: string;
  graph: string;
  app: SampleApp;
  github: Github;
  /** Names and values of the secrets that the workflow asks for. */
  secrets: Record<string, string>;
  stop(): Promise<void>;
}

export async function makeFeatureWorld(): Promise<FeatureWorld> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'stagebook-demo-')));
  const home = join(root, 'stagebook');
  const graph = join(root, 'graph');
  for (const folder of [home, graph]) mkdirSync(folder);
  const app = await makeSampleApp(root);
  const github = await startGithub({
    repo: 'house-notices',
    bareRepository: app.remote,
    ci: { command: ['node', '--test'] },
    reviewer: 'lin',
  });
  // Code of ours, in a demo: where no sandbox can be had it may run without one, and says so.
  const config = { github: { url: github.url }, sandbox: { 'allow-unisolated': true } };
  writeFileSync(join(home, 'config.yaml'), JSON.stringify(config, null, 2));
  const secrets = { GITHUB_TOKEN: github.token, GITHUB_REVIEW_TOKEN: github.reviewer!.token };
  return { root, home, graph, app, github, secrets, stop: () => github.stop() };
}

/** How the application is started and tried. Programs directly, so that nobody waits for npm. */
export function featureSuites(directory: string): JsonObject {
  const tests = (...files: string[]) => ['node', '--test', '--test-reporter=tap', ...files];
  return {
    directory,
    start: ['node', 'server.js'],
    export: ['node', 'api/openapi.js'],
    contract_check: ['node', `${directory}/checks/contract.js`],
    render_check: ['node', `${directory}/checks/render.js`],
    backend_test: tests('test/api.test.js'),
    frontend_test: tests('test/board.test.js'),
    integration_test: tests('test/integration.test.js'),
    coverage_test: ['npm', 'run', '--silent', 'coverage'],
    load_runs: 3,
  };
}

/** What is asked of the feature: the inputs of its run. */
export function featureInputs({ app, github }: FeatureWorld): JsonObject {
  return {
    ...featureSuites(app.directory),
    repository: `${github.owner}/${github.repo}`,
    name: 'post-a-notice',
    story: 'As a neighbour I want to post a notice, so that everybody in the house reads it.',
    criteria: [
      'backend: a notice without text or name is refused',
      'frontend: an empty board says that it is empty',
      'e2e: a notice that was posted is on the board at once',
      'accessibility: everybody can read and post, also by keyboard alone',
      'integration: a notice is there after a restart',
      'performance: the board is there within two seconds',
      'coverage: four lines of five are tested',
    ],
    contract: [
      'GET /api/notices | Read the board | – | 200 [Notice]',
      'POST /api/notices | Post a notice | {text, by} | 201 Notice; 422 {error}',
      'Notice: id, text (280 letters at most), by',
    ].join('\n'),
    decisions: [
      'Nobody logs in yet: whoever is in the house may post.',
      'A notice is never changed, only followed by another.',
    ],
    reviewers: [github.reviewer!.login],
  };
}
