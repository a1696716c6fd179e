import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { githubChecks } from '../../../daemon/actions/github-checks.ts';
import { githubDispatchWorkflow, githubWorkflowRun } from '../../../daemon/actions/github-workflow.ts';
import { startGithub, type Github } from '../../../daemon/demo/counterparts/github.ts';
import { bareRepository, type TestRepository } from '../../fakes/bare-repository.ts';
import { onGithub } from './on-github.ts';

let repository: TestRepository;

let github: Github;

beforeAll(async () => {
  repository = await bareRepository('v1.0.0');
  const workflows = {
    'publish.yml': [process.execPath, '-e', ''],
    'broken.yml': [process.execPath, '-e', 'process.exit(3)'],
  };
  github = await startGithub({ bareRepository: repository.path, workflows });
});

afterAll(() => github.stop());

beforeEach(() => {
  github.faults.clear();
  github.faults.up();
});

const { where, context, api } = onGithub(() => github);

async function tag(name: string): Promise<string> {
  await repository.git('tag', '-a', name, '-m', `The notes of ${name}`);
  await repository.git('push', '--quiet', repository.path, name);
  return name;
}

describe('github.checks', () => {
  const checks = async (ref: string, required: string[] = []) =>
    githubChecks.run({ ...where(), ref, required }, await context());
  const commit = async (message: string) => {
    await repository.git('commit', '--quiet', '--allow-empty', '-m', message);
    await repository.git('push', '--quiet', repository.path, 'main');
    return repository.git('rev-parse', 'HEAD');
  };

  it('waits until something has reported, then follows check runs and statuses together [core.action.github]', async () => {
    const head_sha = await commit('fix: one');
    expect(await checks(head_sha)).toMatchObject({ state: 'pending', total: 0 });
    const started = { name: 'ci', head_sha, status: 'in_progress' };
    const run = (await api('POST', '/check-runs', started)) as { id: number };
    expect(await checks(head_sha)).toMatchObject({ state: 'pending', pending: ['ci'] });
    await api('PATCH', `/check-runs/${run.id}`, { status: 'completed', conclusion: 'success' });
    expect(await checks(head_sha)).toMatchObject({ state: 'success', total: 1, failed: [], pending: [] });
    expect(await checks(head_sha, ['ci', 'docs'])).toMatchObject({ state: 'pending', pending: ['docs'] });
    await api('POST', `/statuses/${head_sha}`, { state: 'pending', context: 'docs' });
    expect(await checks(head_sha)).toMatchObject({ state: 'pending', pending: ['docs'] });
    await api('POST', `/statuses/${head_sha}`, { state: 'failure', context: 'docs', description: 'no' });
    const failed = await checks('main');
    expect(failed).toMatchObject({ state: 'failure', failed: ['docs'], pending: [] });
    expect(failed.checks).toContainEqual({ name: 'docs', state: 'failure', said: 'no', url: null });
  });

  it.each([
    ['neutral', 'success'],
    ['skipped', 'success'],
    ['cancelled', 'failure'],
    ['timed_out', 'failure'],
    ['action_required', 'failure'],
  ])('takes a check that ended %s for %s [core.action.github]', async (conclusion, state) => {
    const head_sha = await commit(`fix: ${conclusion}`);
    await api('POST', '/check-runs', { name: 'ci', head_sha, status: 'completed', conclusion });
    expect(await checks(head_sha)).toMatchObject({ state });
  });

  it('a red CI is an answer, an unknown commit is a failure [core.action.github]', async () => {
    await expect(checks('0'.repeat(40))).rejects.toMatchObject({ code: expect.stringMatching(/^github\./) });
  });
});

describe('github.dispatch_workflow', () => {
  const settings = (workflow: string, ref: string) => githubDispatchWorkflow.input.parse({ ...where(), workflow, ref });
  const ended = async (workflow: string, ref: string) => {
    const input = githubWorkflowRun.input.parse({ ...where(), workflow, ref });
    return vi.waitFor(
      async () => {
        const run = await githubWorkflowRun.run(input, await context());
        expect(run.state).not.toBe('pending');
        return run;
      },
      { timeout: 20_000 },
    );
  };

  it('starts a job whose run is then followed to its end [core.action.github]', async () => {
    const ref = await tag('v2.0.0');
    const input = githubWorkflowRun.input.parse({ ...where(), workflow: 'publish.yml', ref });
    expect(await githubWorkflowRun.run(input, await context())).toMatchObject({ found: false, state: 'pending' });
    expect(await githubDispatchWorkflow.run(settings('publish.yml', ref), await context())).toEqual({
      workflow: 'publish.yml',
      ref,
      already: false,
    });
    expect(await ended('publish.yml', ref)).toMatchObject({ found: true, state: 'success', failed: [] });
  });

  it('tells of the job that failed [core.action.github]', async () => {
    const ref = await tag('v2.1.0');
    await githubDispatchWorkflow.run(settings('broken.yml', ref), await context());
    expect(await ended('broken.yml', ref)).toMatchObject({ state: 'failure', said: 'failure', failed: ['job'] });
  });

  it('finds the run whose answer was lost, and is unsure about two [core.action.github]', async () => {
    const ref = await tag('v2.2.0');
    const step = await context();
    expect(await githubDispatchWorkflow.verify!(settings('publish.yml', ref), step)).toEqual({ is: 'not-done' });
    github.faults.loseNextAnswer('POST', /dispatches$/);
    await expect(githubDispatchWorkflow.run(settings('publish.yml', ref), step)).rejects.toMatchObject({
      failure: { unanswered: true },
    });
    expect(await githubDispatchWorkflow.verify!(settings('publish.yml', ref), step)).toMatchObject({ is: 'done' });
    await githubDispatchWorkflow.run(settings('publish.yml', ref), step);
    expect(await githubDispatchWorkflow.verify!(settings('publish.yml', ref), step)).toMatchObject({ is: 'unsure' });
    const later = { ...step, run: { ...step.run, startedAt: Date.now() + 3_600_000 } };
    expect(await githubDispatchWorkflow.verify!(settings('publish.yml', ref), later)).toEqual({ is: 'not-done' });
    await ended('publish.yml', ref);
  });

  it('says what GitHub does not know [core.action.github]', async () => {
    const ref = await tag('v2.3.0');
    await expect(githubDispatchWorkflow.run(settings('nothing.yml', ref), await context())).rejects.toMatchObject({
      code: 'github.no_workflow',
      message: expect.stringContaining('nothing.yml'),
    });
    const look = githubWorkflowRun.input.parse({ ...where(), workflow: 'nothing.yml', ref: 'main' });
    await expect(githubWorkflowRun.run(look, await context())).rejects.toMatchObject({ code: 'github.no_workflow' });
    await expect(githubDispatchWorkflow.run(settings('publish.yml', 'v9.9.9'), await context())).rejects.toMatchObject({
      message: expect.stringContaining('No ref found'),
    });
  });
});
