import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { featureInputs } from '../../daemon/demo/feature-world.ts';
import { shippedDefinitions } from '../../daemon/workflows.ts';
import { readInputs } from '../../shared/workflow/inputs.ts';
import { asAnswer, openFeatureByModel } from '../fakes/feature-by-model.ts';
import { requireProgram } from '../programs.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

describe.runIf(requireProgram('chromium'))('a feature of which one criterion does not hold', () => {
  it(
    'is rejected by exactly its gate: nobody is asked to sign, changes are requested on GitHub and told on the page, nothing is merged [feature.gates.rejected] [feature.gates.exact]',
    { timeout: 180_000 },
    async () => {
      // Text that is too pale to read.
      const pale = await asAnswer('frontend', 'background: #1d4ed8', 'background: #93c5fd');
      const { world, daemon, close } = await openFeatureByModel([await asAnswer('backend'), pale]);
      closers.push(close);
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
