import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../daemon/config.ts';
import { prove } from '../../daemon/demo/proof.ts';
import type { Ecosystem } from '../../daemon/demo/sample-package.ts';
import { makeWorld, type World } from '../../daemon/demo/world.ts';
import { openDaemon, type Daemon } from '../../daemon/open.ts';
import { findWorkflow } from '../../daemon/workflows.ts';
import { lookAgainFrom } from '../../shared/run/look-again.ts';
import { readInputs } from '../../shared/workflow/inputs.ts';
import type { JsonObject } from '../../shared/json.ts';
import type { RunState } from '../../shared/run/state.ts';
import { parse } from '../daemon/pages/mldoc.ts';
import { requireProgram } from '../programs.ts';

let world: World;
let daemon: Daemon;
afterEach(async () => {
  await daemon.close();
  await world.stop();
  rmSync(world.root, { recursive: true, force: true });
});

async function open(ecosystem: Ecosystem): Promise<void> {
  world = await makeWorld(ecosystem);
  daemon = await openDaemon(readConfig(world.home), {
    environment: { ...process.env, ...world.secrets },
    policy: { signToStart: false },
  });
  daemon.people.add('Ada');
  daemon.keys.create('Ada', 'correct horse');
}

const release = (more: JsonObject = {}): Promise<RunState> =>
  follow('package-release', { test: world.package.test, staging: true, ...more });

/** Runs a workflow on the world to its end, with Ada signing whatever is asked. */
async function follow(workflow: string, inputs: JsonObject): Promise<RunState> {
  const { engine } = daemon;
  const definition = (await findWorkflow(workflow)).parsed.definition!;
  const { github, package: sample, graph } = world;
  const { values } = readInputs(definition, {
    directory: sample.directory,
    repository: `${github.owner}/${github.repo}`,
    ...inputs,
  });
  return signed(await engine.start({ definition, inputs: values, by: { kind: 'person', name: 'Ben' }, graph }));
}

/** Works on a run to its end, with Ada signing whatever is asked. */
async function signed(run: string): Promise<RunState> {
  const { engine, keys } = daemon;
  for (let state = await engine.settled(run); state.status === 'waiting'; state = await engine.settled(run)) {
    for (const request of engine.requests(run)) {
      if (request.kind !== 'sign-off') throw new Error(`unexpected: ${request.question}`);
      const { node, signOff } = request;
      await engine.sign(
        run,
        node,
        signOff,
        keys.sign('Ada', 'correct horse', engine.challenge({ kind: 'sign-off', run, node, signOff })),
      );
    }
  }
  await daemon.pages.flush();
  return engine.state(run);
}

const page = (name: string): string =>
  readFileSync(join(world.graph, 'pages', `${name.replaceAll('/', '___')}.md`), 'utf8');
const pageNames = (): string[] => readdirSync(join(world.graph, 'pages')).filter((name) => !name.startsWith('.'));

describe('package release on real counterparts', () => {
  it(
    'takes an npm package to registry, tag and GitHub release, tells it on three pages, and lets no secret show [core.release.npm] [core.release.reconcile] [core.secret.nowhere]',
    { timeout: 120_000 },
    async () => {
      await open('npm');
      const state = await release();
      expect(state.failure).toBeUndefined();
      expect(state.output).toMatchObject({ version: '1.3.0', complete: true });
      for (const { what, holds, saw } of await prove(world, '1.3.0')) expect(holds, `${what}: ${saw}`).toBe(true);

      const told = page('Release stagebook-demo-greeting 1.3.0');
      expect(told).toContain('status:: published');
      expect(told).toContain('let the evening begin at five');
      expect(told).toContain('approver:: Ada');
      expect(page('Release Announcement - stagebook-demo-greeting v1.3.0')).toContain(
        'npm install stagebook-demo-greeting@1.3.0',
      );
      expect(pageNames()).toHaveLength(3);
      for (const name of pageNames())
        expect(
          parse(readFileSync(join(world.graph, 'pages', name), 'utf8')).filter(([kind]) => kind === 'Heading').length,
          name,
        ).toBeGreaterThan(3);

      await daemon.close();
      expect(filesWith(world.root, Object.values(world.secrets))).toEqual([]);
    },
  );

  it(
    'makes the tag and the GitHub release that a release left out, once [core.release.complete]',
    { timeout: 120_000 },
    async () => {
      await open('npm');
      const released = await release();
      const { package: sample, github, secrets } = world;
      const headers = { authorization: `Bearer ${secrets.GITHUB_TOKEN}` };
      const releases = `${github.url}/repos/${github.owner}/${github.repo}/releases`;
      const { id } = (await (await fetch(`${releases}/tags/v1.3.0`, { headers })).json()) as { id: number };
      expect((await fetch(`${releases}/${id}`, { method: 'DELETE', headers })).status).toBe(204);
      execFileSync('git', ['push', '-q', 'origin', ':refs/tags/v1.3.0'], { cwd: sample.directory });
      execFileSync('git', ['tag', '-d', 'v1.3.0'], { cwd: sample.directory, stdio: 'ignore' });
      const commit = String(released.memory.get('release_commit'));
      const inputs = { package: 'stagebook-demo-greeting', version: '1.3.0', commit };
      const completed = await follow('complete-release', inputs);
      expect(completed.failure).toBeUndefined();
      expect(completed.output).toEqual({ complete: true });
      const tagged = execFileSync('git', ['--git-dir', sample.remote, 'rev-parse', 'v1.3.0^{commit}'], {
        encoding: 'utf8',
      });
      expect(tagged.trim()).toBe(commit);
      expect((await fetch(`${releases}/tags/v1.3.0`, { headers })).status).toBe(200);
      expect(page('Release stagebook-demo-greeting 1.3.0')).toContain('Looked at again: the registry has it');
      const again = await follow('complete-release', inputs);
      expect(
        [...again.nodes.values()].filter(({ step }) => step?.effect === 'write').map(({ step }) => step!.action),
      ).toEqual(['page.append']);
    },
  );

  it('takes a Python package there [core.release.python]', { timeout: 120_000 }, async (context) => {
    if (!requireProgram('python')) context.skip();
    await open('python');
    const state = await release();
    expect(state.failure).toBeUndefined();
    for (const { what, holds, saw } of await prove(world, '1.3.0')) expect(holds, `${what}: ${saw}`).toBe(true);
  });

  it(
    'refuses a version that is published already before anything irreversible [core.release.same-version]',
    { timeout: 120_000 },
    async () => {
      await open('npm');
      expect((await release()).status).toBe('completed');
      const { directory, remote } = world.package;
      const git = (...argv: string[]) =>
        execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=a@example.invalid', ...argv], {
          cwd: directory,
          encoding: 'utf8',
        });
      const file = join(directory, 'package.json');
      writeFileSync(file, readFileSync(file, 'utf8').replace('1.3.0', '1.2.0'));
      git('commit', '-qam', 'chore: go back');
      git('push', '-q', 'origin', 'main');
      const before = git('--git-dir', remote, 'rev-parse', 'main', 'v1.3.0');
      const state = await release();
      expect(state.failure?.code).toBe('gate.rejected');
      expect(state.nodes.get('prepare/release_commit/never_published_before')?.status).toBe('failed');
      expect(git('--git-dir', remote, 'rev-parse', 'main', 'v1.3.0')).toBe(before);
    },
  );

  it(
    'builds and publishes nothing but the release commit: an edit or a commit after Prepare is refused, and going on says from where [core.release.commit]',
    { timeout: 180_000 },
    async () => {
      await open('npm');
      const { engine } = daemon;
      const { directory, remote } = world.package;
      const file = join(directory, 'index.js');
      const git = (...argv: string[]) =>
        execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=a@example.invalid', ...argv], {
          cwd: directory,
          encoding: 'utf8',
        }).trim();
      const by = { kind: 'person', name: 'Ben' } as const;
      const stop = engine.subscribe({
        events(events) {
          if (!events.some(({ type, node }) => type === 'node.completed' && node === 'prepare')) return;
          writeFileSync(file, `${readFileSync(file, 'utf8')}// Not yet.\n`);
          stop();
        },
      });
      const state = await release();
      expect(state.failure?.code, 'an edit was published that no commit has').toBe('gate.rejected');
      expect(state.failure?.message).toContain('index.js');
      expect(state.nodes.get('validate/only_the_release_commit_is_built')?.status).toBe('failed');
      expect(state.nodes.get('validate/build_once')).toBeUndefined();
      expect(lookAgainFrom(state)).toBe('validate');

      git('commit', '-qam', 'chore: a later thought');
      await engine.resume(state.run, { by, from: 'validate' });
      const committed = await signed(state.run);
      expect(committed.failure?.message).toContain(git('rev-parse', 'HEAD'));
      expect(committed.nodes.get('validate/only_the_release_commit_is_built')?.status).toBe('failed');
      expect(lookAgainFrom(committed)).toBe('prepare');
      for (const { holds } of await prove(world, '1.3.0')) expect(holds).toBe(false);

      // Nothing of what Prepare writes changes by such a commit: it becomes the release commit as it is.
      await engine.resume(state.run, { by, from: 'prepare' });
      const released = await signed(state.run);
      expect(released.failure).toBeUndefined();
      expect(released.memory.get('release_commit')).toBe(git('rev-parse', 'HEAD'));
      expect(git('--git-dir', remote, 'rev-parse', 'v1.3.0^{commit}')).toBe(git('rev-parse', 'HEAD'));
      for (const { what, holds, saw } of await prove(world, '1.3.0')) expect(holds, `${what}: ${saw}`).toBe(true);
    },
  );

  it(
    'leaves the checkout as it was when a hook, a rule of the remote or a person stops it before its commit is pushed, and works afterwards [core.release.taken-back]',
    { timeout: 180_000 },
    async () => {
      await open('npm');
      const { directory, remote } = world.package;
      const git = (...argv: string[]) => execFileSync('git', argv, { cwd: directory, encoding: 'utf8' }).trim();
      const content = () => ['package.json', 'README.md'].map((name) => readFileSync(join(directory, name), 'utf8'));
      const before = { head: git('rev-parse', 'HEAD'), content: content() };
      const untouched = (): void => {
        expect(git('status', '--porcelain')).toBe('');
        expect({ head: git('rev-parse', 'HEAD'), content: content() }).toEqual(before);
      };
      const hook = join(directory, '.git/hooks/pre-commit');
      mkdirSync(join(hook, '..'), { recursive: true });
      writeFileSync(hook, '#!/bin/sh\necho "2 problems in index.js" >&2\nexit 1\n', { mode: 0o755 });
      const stopped = await release();
      expect(stopped.failure).toMatchObject({ code: 'git.stopped_by_hook' });
      untouched();
      rmSync(hook);

      const rule = join(remote, 'hooks/pre-receive');
      mkdirSync(join(rule, '..'), { recursive: true });
      writeFileSync(rule, '#!/bin/sh\necho "main is protected" >&2\nexit 1\n', { mode: 0o755 });
      const refused = await release();
      expect(refused.failure).toMatchObject({ code: 'git.refused_by_remote' });
      untouched();
      rmSync(rule);

      await daemon.engine.resume(refused.run, { by: { kind: 'person', name: 'Ben' } });
      const released = await signed(refused.run);
      expect(released.failure).toBeUndefined();
      expect(released.output).toMatchObject({ version: '1.3.0', complete: true });
      for (const { what, holds, saw } of await prove(world, '1.3.0')) expect(holds, `${what}: ${saw}`).toBe(true);
      expect(git('diff', '--name-only', 'v1.3.0~1', 'v1.3.0').split('\n')).toEqual(['CHANGELOG.md', 'package.json']);
    },
  );

  it(
    'finds a tag that is taken at the remote before anything is committed or anybody is asked [core.release.same-version]',
    { timeout: 120_000 },
    async () => {
      await open('npm');
      const git = (...argv: string[]) =>
        execFileSync('git', argv, { cwd: world.package.directory, encoding: 'utf8' }).trim();
      git('push', '-q', 'origin', 'HEAD~1:refs/tags/v1.3.0');
      const before = git('rev-parse', 'HEAD');
      const state = await release();
      expect(state.failure?.code).toBe('gate.rejected');
      expect(state.failure?.message).toContain(git('rev-parse', 'HEAD~1'));
      expect(state.nodes.get('prepare/release_commit/never_published_before')?.status).toBe('failed');
      expect(git('rev-parse', 'HEAD')).toBe(before);
    },
  );

  it(
    'recognises a publish whose answer the registry lost [core.release.verified-publish]',
    { timeout: 120_000 },
    async () => {
      await open('npm');
      world.npm!.production.faults.loseNextAnswer('PUT', /stagebook-demo-greeting/);
      const state = await release();
      expect(state.failure).toBeUndefined();
      expect(state.output).toMatchObject({ complete: true });
    },
  );

  it(
    'with too little coverage opens an issue, writes the failure page and publishes nothing [core.gate.rejected-page]',
    { timeout: 120_000 },
    async () => {
      await open('npm');
      const state = await release({ coverage: 100.1 });
      expect(state.failure?.code).toBe('gate.rejected');
      expect(page('Release stagebook-demo-greeting 1.3.0')).toContain('status:: rejected');
      const { github, secrets } = world;
      const answer = await fetch(`${github.url}/repos/${github.owner}/${github.repo}/issues`, {
        headers: { authorization: `Bearer ${secrets.GITHUB_TOKEN}` },
      });
      expect(await answer.json()).toHaveLength(1);
      for (const { holds } of await prove(world, '1.3.0')) expect(holds).toBe(false);
    },
  );
});

/** Files under a folder in which one of the values shows: as it is, in base64, or URL-encoded. The checkout's own git is of others. */
function filesWith(folder: string, values: readonly string[]): string[] {
  const forms = values.flatMap((value) => [
    value,
    encodeURIComponent(value),
    ...[0, 1, 2].map((pad) =>
      Buffer.from('x'.repeat(pad) + value)
        .toString('base64')
        .slice(pad === 0 ? 0 : 4, -4),
    ),
  ]);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile())
    .filter((file) => {
      const content = readFileSync(file, 'latin1');
      return forms.some((form) => content.includes(form));
    });
}
