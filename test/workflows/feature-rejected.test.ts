import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../daemon/config.ts';
import { featureInputs, makeFeatureWorld } from '../../daemon/demo/feature-world.ts';
import { writeFeature, type FeaturePart } from '../../daemon/demo/sample-app.ts';
import { openDaemon } from '../../daemon/open.ts';
import { shippedDefinitions } from '../../daemon/workflows.ts';
import { readInputs } from '../../shared/workflow/inputs.ts';
import { startModelServer } from '../fakes/model-server.ts';
import { requireProgram } from '../programs.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** One half of the feature as a model would answer it, with one thing written otherwise. */
async function asAnswer(part: FeaturePart, from = '', to = ''): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'part-'));
  await writeFeature({ directory, remote: '' }, part);
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const texts = files.map((file) => ({ path: relative(directory, file), text: readFileSync(file, 'utf8') }));
  const changed = texts.filter(({ text }) => from !== '' && text.includes(from));
  expect(changed).toHaveLength(from === '' ? 0 : 1);
  return JSON.stringify({ files: texts.map(({ path, text }) => ({ path, text: text.replace(from, to) })) });
}

describe.runIf(requireProgram('chromium'))('a feature of which one criterion does not hold', () => {
  it(
    'is rejected by exactly its gate: nobody is asked to sign, changes are requested on GitHub and told on the page, nothing is merged [feature.gates.rejected] [feature.gates.exact]',
    { timeout: 180_000 },
    async () => {
      // Text that is too pale to read.
      const pale = await asAnswer('frontend', 'background: #1d4ed8', 'background: #93c5fd');
      const models = await startModelServer([{ text: await asAnswer('backend') }, { text: pale }]);
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
      const definition = shippedDefinitions().get('feature-development')!;
      const { values: inputs } = readInputs(definition, {
        ...featureInputs(world),
        implementer: 'agent',
        load_runs: 1,
      });
      const by = { kind: 'person', name: 'Ada' } as const;
      const run = await engine.start({ definition, inputs, by, graph: world.graph });
      const state = await engine.settled(run);

      expect(state).toMatchObject({ status: 'failed', failure: { code: 'gate.rejected' } });
      const gates = [...state.nodes.values()].filter(({ gate }) => gate);
      expect(gates.filter(({ gate }) => gate!.passed === false).map(({ key }) => key.split('/').at(-1))).toEqual([
        'accessibility',
        'good_enough_to_merge',
      ]);
      expect(gates.at(-1)!.gate!.signatures).toEqual([]);
      expect(engine.requests(run)).toEqual([]);

      // Looked up at the counterpart, by another than who asked for the changes.
      const { owner, repo, token, url } = world.github;
      const ask = async (path: string): Promise<unknown> =>
        (
          await fetch(`${url}/repos/${owner}/${repo}/pulls${path}`, { headers: { authorization: `Bearer ${token}` } })
        ).json();
      const [pull] = (await ask('?state=all')) as { number: number; state: string; merged_at: string | null }[];
      expect(pull).toMatchObject({ state: 'open', merged_at: null });
      const reviews = (await ask(`/${pull!.number}/reviews`)) as {
        state: string;
        body: string;
        user: { login: string };
      }[];
      expect(reviews).toMatchObject([{ state: 'CHANGES_REQUESTED', user: { login: world.github.reviewer!.login } }]);
      expect(reviews[0]!.body).toContain('- accessibility: NOT PASSED');
      expect(reviews[0]!.body.match(/NOT PASSED/g)).toHaveLength(1);

      await daemon.pages.flush();
      const pages = readdirSync(join(world.graph, 'pages'));
      const design = pages.find((name) => name.startsWith('Feature Design'))!;
      const page = readFileSync(join(world.graph, 'pages', design), 'utf8');
      expect(page).toContain('status:: changes requested');
      expect(page).toContain('the gate before merging was rejected');
    },
  );
});
