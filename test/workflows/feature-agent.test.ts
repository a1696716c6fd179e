import { execFileSync } from 'node:child_process';
import { afterEach, expect, it } from 'vitest';
import { featureInputs } from '../../daemon/demo/feature-world.ts';
import { shippedDefinitions } from '../../daemon/workflows.ts';
import { readInputs } from '../../shared/workflow/inputs.ts';
import { asAnswer, openFeatureByModel } from '../fakes/feature-by-model.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

it(
  'has the code written by a model, and commits what holds the contract and renders [feature.agent.writes]',
  { timeout: 120_000 },
  async () => {
    const { world, daemon, models, close } = await openFeatureByModel([
      await asAnswer('backend'),
      await asAnswer('frontend'),
    ]);
    closers.push(close);
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
