import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { readConfig } from '../../daemon/config.ts';
import { featureInputs, makeFeatureWorld } from '../../daemon/demo/feature-world.ts';
import { writeFeature, type FeaturePart } from '../../daemon/demo/sample-app.ts';
import { openDaemon } from '../../daemon/open.ts';
import { shippedDefinitions } from '../../daemon/workflows.ts';
import { readInputs } from '../../shared/workflow/inputs.ts';
import { startModelServer } from '../fakes/model-server.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** One half of the feature as a model would answer it. */
async function asAnswer(part: FeaturePart): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'part-'));
  await writeFeature({ directory, remote: '' }, part);
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return JSON.stringify({
    files: files.map((file) => ({ path: relative(directory, file), text: readFileSync(file, 'utf8') })),
  });
}

it(
  'has the code written by a model, and commits what holds the contract and renders [feature.agent.writes]',
  { timeout: 120_000 },
  async () => {
    const models = await startModelServer([{ text: await asAnswer('backend') }, { text: await asAnswer('frontend') }]);
    closers.push(() => models.close());
    const world = await makeFeatureWorld();
    closers.push(
      () => rmSync(world.root, { recursive: true, force: true }),
      () => world.stop(),
    );
    const file = join(world.home, 'config.yaml');
    const config = JSON.parse(readFileSync(file, 'utf8')) as object;
    const one = { kind: 'openai-compatible', url: `${models.url}/v1`, key: 'MODEL_KEY', model: 'm' };
    writeFileSync(file, JSON.stringify({ ...config, models: { one } }));
    mkdirSync(join(world.graph, 'pages'));
    const daemon = await openDaemon(readConfig(world.home), {
      environment: { ...process.env, ...world.secrets, MODEL_KEY: 'k' },
      policy: { trust: false, signToStart: false },
    });
    closers.push(() => daemon.close());
    const { engine } = daemon;
    const whole = shippedDefinitions().get('feature-development')!;
    // Testing has tests of its own, with a browser.
    const definition = {
      ...whole,
      body: whole.body.slice(0, 2),
      header: { ...whole.header, settings: { ...whole.header.settings } },
    };
    delete definition.header.settings.output;
    await engine.propose(definition);
    const { values: inputs } = readInputs(whole, { ...featureInputs(world), implementer: 'agent' });
    const by = { kind: 'person', name: 'Ada' } as const;
    const run = await engine.start({ definition, inputs, by, graph: world.graph });
    const state = await engine.settled(run);
    expect(state.failure).toBeUndefined();
    expect(state.status).toBe('completed');
    const git = (...argv: string[]) =>
      execFileSync('git', ['--git-dir', world.app.remote, ...argv], { encoding: 'utf8' }).trim();
    expect(git('log', '--format=%s', 'main..feature/post-a-notice').split('\n')).toEqual([
      'feat: post-a-notice, the page',
      'feat: post-a-notice, the API',
    ]);
    expect(git('show', 'feature/post-a-notice:api/notices.js')).toContain("id: 'postNotice'");
    // It was told the contract and shown the code that was there, and given no way to change anything itself.
    const [first] = models.asked;
    expect(JSON.stringify(first!.body)).toContain('POST /api/notices | Post a notice');
    expect(JSON.stringify(first!.body)).toContain('The document of the API, from the routes that it has');
    expect(first!.body.tools ?? []).toEqual([]);
  },
);
