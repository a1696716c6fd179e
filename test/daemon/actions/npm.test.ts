import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { npmInstallTarget } from '../../../daemon/actions/npm-install.ts';
import { npmPublish, npmRehearse } from '../../../daemon/actions/npm-publish.ts';
import { npmCheckFree, npmCheckToken, npmView } from '../../../daemon/actions/npm-view.ts';
import { startNpmRegistry, type NpmRegistries } from '../../../daemon/demo/counterparts/npm-registry.ts';
import { testContext, type TestContext } from '../../fakes/action-context.ts';
import { npmTarball } from '../../fakes/npm-package.ts';
import { addressOfNobody } from '../../fakes/nowhere.ts';

let registries: NpmRegistries;
beforeAll(async () => {
  registries = await startNpmRegistry({ staging: true });
});
afterAll(() => registries.stop());
beforeEach(() => {
  registries.production.faults.clear();
  registries.production.faults.up();
});

let count = 0;
const freshName = () => `demo-package-${++count}`;
const context = (more: Parameters<typeof testContext>[0] = {}) =>
  testContext({
    ...more,
    config: { npmRegistry: registries.production.url, npmStagingRegistry: registries.staging!.url, ...more.config },
  });
const settings = (tarball: string, more: Record<string, unknown> = {}) =>
  npmPublish.input.parse({ tarball, token: registries.production.token, ...more });

async function published(
  manifest = { name: freshName(), version: '1.0.0' },
): Promise<{ name: string; tarball: string }> {
  const tarball = await npmTarball(manifest);
  await npmPublish.run(settings(tarball), await context());
  return { name: manifest.name, tarball };
}

/** A folder with the package's manifest. */
async function folderOf(manifest: Record<string, unknown>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'npm-folder-'));
  await writeFile(join(folder, 'package.json'), JSON.stringify({ version: '1.0.0', ...manifest }));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

describe('npm.publish', () => {
  it('publishes exactly the tarball it is given, under its tag [core.action.npm]', async () => {
    const name = freshName();
    const tarball = await npmTarball({ name, version: '1.2.0-rc.1' });
    const done = await npmPublish.run(settings(tarball, { tag: 'next' }), await context());
    expect(done).toMatchObject({ name, version: '1.2.0-rc.1', tag: 'next', already: false });
    const seen = await npmView.run(npmView.input.parse({ name, version: '1.2.0-rc.1' }), await context());
    expect(seen).toMatchObject({ exists: true, integrity: done.integrity, dist_tags: { next: '1.2.0-rc.1' } });
    const response = await fetch(seen.tarball!);
    expect(Buffer.from(await response.arrayBuffer()).equals(await readFile(tarball))).toBe(true);
  });

  it('refuses a version that exists before anything is sent, with the same and with another content [core.action.npm]', async () => {
    const { name, tarball } = await published();
    const other = await npmTarball({ name, version: '1.0.0' }, 'export const answer = 43;\n');
    registries.production.faults.clear();
    for (const [again, same_content] of [
      [tarball, true],
      [other, false],
    ] as const) {
      await expect(npmPublish.run(settings(again), await context())).rejects.toMatchObject({
        code: 'npm.version_taken',
        failure: { retryable: false, data: { same_content } },
      });
    }
    expect(registries.production.faults.requests.filter(({ method }) => method === 'PUT')).toEqual([]);
  });

  it('recognises a publish whose answer was lost, and does not publish twice [core.action.npm]', async () => {
    const tarball = await npmTarball({ name: freshName(), version: '1.0.0' });
    const step = await context();
    registries.production.faults.loseNextAnswer('PUT', /demo-package/);
    await expect(npmPublish.run(settings(tarball), step)).rejects.toMatchObject({
      code: 'network.lost',
      failure: { retryable: true, unanswered: true },
    });
    expect(await npmPublish.verify!(settings(tarball), step)).toMatchObject({ is: 'done', result: { already: true } });
    expect(registries.production.faults.requests.filter(({ method }) => method === 'PUT')).toHaveLength(1);
  });

  it('takes its own earlier work for done when the registry shows it only at the next try [core.action.npm]', async () => {
    const { tarball } = await published();
    const again = (await context()).again();
    expect(await npmPublish.run(settings(tarball), again)).toMatchObject({ already: true });
  });

  it('says that a publish did not happen when the connection broke before it [core.action.npm]', async () => {
    const tarball = await npmTarball({ name: freshName(), version: '1.0.0' });
    const step = await context();
    registries.production.faults.cutNext('PUT', /demo-package/);
    await expect(npmPublish.run(settings(tarball), step)).rejects.toMatchObject({ failure: { unanswered: true } });
    expect(await npmPublish.verify!(settings(tarball), step)).toEqual({ is: 'not-done' });
    expect(await npmPublish.run(settings(tarball), step.again())).toMatchObject({ already: false });
  });

  it('is unsure while the registry is down, and knows that nothing was sent to one that is not there [core.action.npm]', async () => {
    const tarball = await npmTarball({ name: freshName(), version: '1.0.0' });
    registries.production.faults.down();
    expect(await npmPublish.verify!(settings(tarball), await context())).toMatchObject({
      is: 'unsure',
      why: expect.stringContaining('broke'),
    });
    const nowhere = await context({ config: { npmRegistry: await addressOfNobody() } });
    await expect(npmPublish.run(settings(tarball), nowhere)).rejects.toMatchObject({
      code: 'network.unreachable',
      failure: { retryable: true, unanswered: false },
    });
  });

  it('tells a bad token, a busy registry and a rate limit apart [core.action.npm]', async () => {
    const tarball = await npmTarball({ name: freshName(), version: '1.0.0' });
    await expect(npmPublish.run(settings(tarball, { token: 'wrong' }), await context())).rejects.toMatchObject({
      code: 'npm.denied',
      failure: { retryable: false },
    });
    for (const [status, code] of [
      [503, 'npm.unavailable'],
      [429, 'npm.rate_limited'],
    ] as const) {
      registries.production.faults.answerNext('PUT', /demo-package/, { status, body: '{"error":"busy"}' });
      await expect(npmPublish.run(settings(tarball), await context())).rejects.toMatchObject({
        code,
        failure: { retryable: true, unanswered: status === 503 },
      });
    }
  });

  it('sends nothing that is private, or that wants to be elsewhere: it would be everybody’s [core.action.npm]', async () => {
    const elsewhere = 'https://packages.example/npm/';
    for (const [manifest, code] of [
      [{ private: true }, 'npm.private'],
      [{ publishConfig: { registry: elsewhere } }, 'npm.other_registry'],
      [{ publishConfig: { '@scope:registry': elsewhere, registry: registries.production.url } }, 'npm.other_registry'],
    ] as const) {
      const name = `@scope/${freshName()}`;
      const tarball = await npmTarball({ name, version: '1.0.0', ...manifest });
      registries.production.faults.clear();
      await expect(npmPublish.run(settings(tarball), await context())).rejects.toMatchObject({ code });
      const rehearsal = npmRehearse.input.parse({ tarball, dry_run: true });
      await expect(npmRehearse.run(rehearsal, await context())).rejects.toMatchObject({ code });
      const free = npmCheckFree.input.parse({
        name,
        version: '1.0.0',
        directory: await folderOf({ name, ...manifest }),
      });
      await expect(npmCheckFree.run(free, await context())).rejects.toMatchObject({ code });
      expect(registries.production.faults.requests.filter(({ method }) => method === 'PUT')).toEqual([]);
    }
    const [host] = registries.production.url.split(/\/$/);
    const same = await npmTarball({ name: freshName(), version: '1.0.0', publishConfig: { registry: host } });
    expect(await npmPublish.run(settings(same), await context())).toMatchObject({ already: false });
  });

  it('leaves to the package who may see it and its dist-tag, where the step does not say [core.action.npm]', async () => {
    const name = `@scope/${freshName()}`;
    const publishConfig = { access: 'restricted', tag: 'early' };
    const argvs: (readonly string[])[] = [];
    const publish = async (version: string, more: Record<string, unknown>) => {
      const step = await context();
      const { process } = step.services;
      const run: typeof process.run = (argv, options) => (argvs.push(argv), process.run(argv, options));
      const watching = { ...step, services: { ...step.services, process: { ...process, run } } };
      return npmPublish.run(settings(await npmTarball({ name, version, publishConfig }), more), watching);
    };
    expect(await publish('1.0.0', {})).toMatchObject({ tag: 'early' });
    expect(await publish('1.0.1', { tag: 'late', access: 'public' })).toMatchObject({ tag: 'late' });
    const access = argvs.map((argv) => argv.find((arg) => arg.startsWith('--access')));
    expect(access).toEqual([undefined, '--access=public']);
    const seen = await npmView.run(npmView.input.parse({ name }), await context());
    expect(seen.dist_tags).toMatchObject({ early: '1.0.0', late: '1.0.1' });
  });

  it('makes nobody’s installation go back: the latest stays, unless somebody says so [core.action.npm]', async () => {
    const { name } = await published({ name: freshName(), version: '2.0.0' });
    const wanted = async (version: string, tag = '') => settings(await npmTarball({ name, version }), { tag });
    for (const version of ['1.9.1', '2.1.0-rc.1']) {
      const refused = { code: 'npm.needs_dist_tag', failure: { retryable: false } };
      const input = await wanted(version);
      await expect(npmPublish.run(input, await context())).rejects.toMatchObject(refused);
      const rehearsal = npmRehearse.input.parse({ tarball: input.tarball, dry_run: true });
      await expect(npmRehearse.run(rehearsal, await context())).rejects.toMatchObject(refused);
      const free = npmCheckFree.input.parse({ name, version, directory: await folderOf({ name }) });
      await expect(npmCheckFree.run(free, await context())).rejects.toMatchObject(refused);
    }
    await expect(npmPublish.run(await wanted('1.9.1', 'v1'), await context())).rejects.toMatchObject({
      code: 'npm.bad_dist_tag',
    });
    const old = 'release-1.x';
    expect(await npmPublish.run(await wanted('1.9.1', old), await context())).toMatchObject({ tag: old });
    const seen = await npmView.run(npmView.input.parse({ name }), await context());
    expect(seen.dist_tags).toEqual({ latest: '2.0.0', [old]: '1.9.1' });
    expect(await npmPublish.run(await wanted('1.9.2', 'latest'), await context())).toMatchObject({ tag: 'latest' });
  });

  it('never shows the token: not in arguments, not on disk, not in what it says [core.action.npm]', async () => {
    const step = await context();
    const { token } = registries.production;
    const seen: string[] = [];
    const { process } = step.services;
    const watching: TestContext = {
      ...step,
      services: {
        ...step.services,
        process: {
          async run(argv, options) {
            seen.push(...argv, await readFile(options!.env!['npm_config_userconfig']!, 'utf8'));
            return process.run(argv, options);
          },
        },
      },
    };
    await npmPublish.run(settings(await npmTarball({ name: freshName(), version: '1.0.0' })), watching);
    expect(seen.length).toBeGreaterThan(3);
    expect([...seen, ...step.logged].filter((text) => text.includes(token))).toEqual([]);
  });

  it('is irreversible, except towards the registry for rehearsals [core.action.npm]', () => {
    const effect = npmPublish.effect as (input: ReturnType<typeof settings>) => string;
    expect(effect(settings('x.tgz'))).toBe('irreversible');
    expect(effect(settings('x.tgz', { repository: 'staging' }))).toBe('write');
  });

  it('refuses what is no package, and says when there is nothing to publish', async () => {
    const noPackage = join(import.meta.dirname, 'npm.test.ts');
    await expect(npmPublish.run(settings(noPackage), await context())).rejects.toMatchObject({
      code: 'npm.bad_tarball',
    });
    await expect(npmPublish.run(settings('/nowhere/x.tgz'), await context())).rejects.toMatchObject({
      code: 'artifact.missing',
    });
  });
});

describe('npm.rehearse', () => {
  it('publishes to the registry for rehearsals only, and again without complaint [core.action.npm]', async () => {
    const name = freshName();
    const input = npmRehearse.input.parse({
      tarball: await npmTarball({ name, version: '1.0.0' }),
      token: registries.staging!.token,
    });
    expect(await npmRehearse.run(input, await context())).toMatchObject({ where: 'staging', version: '1.0.0' });
    expect(await npmRehearse.run(input, await context())).toMatchObject({ where: 'staging' });
    expect(await npmRehearse.verify!(input, await context())).toMatchObject({ is: 'done' });
    const view = async (repository: string) => npmView.run(npmView.input.parse({ name, repository }), await context());
    expect([(await view('staging')).exists, (await view('production')).exists]).toEqual([true, false]);
  });

  it('leaves the registry for rehearsals alone where that is asked, and needs no token then [core.action.npm]', async () => {
    const name = freshName();
    const input = npmRehearse.input.parse({ tarball: await npmTarball({ name, version: '1.0.0' }), dry_run: true });
    expect(await npmRehearse.run(input, await context())).toMatchObject({ where: 'dry-run', version: '1.0.0' });
    expect(await npmRehearse.verify!(input, await context())).toEqual({ is: 'not-done' });
    const staged = npmView.input.parse({ name, repository: 'staging' });
    expect((await npmView.run(staged, await context())).exists).toBe(false);
  });

  it('lets npm try without publishing where there is no such registry [core.action.npm]', async () => {
    const name = freshName();
    const step = await testContext({ config: { npmRegistry: registries.production.url } });
    const tarball = await npmTarball({ name, version: '1.0.0' });
    expect(await npmRehearse.run(npmRehearse.input.parse({ tarball }), step)).toMatchObject({
      where: 'dry-run',
      name,
      version: '1.0.0',
    });
    expect((await npmView.run(npmView.input.parse({ name }), step)).exists).toBe(false);
    const takenAlready = (await published()).tarball;
    await expect(npmRehearse.run(npmRehearse.input.parse({ tarball: takenAlready }), step)).rejects.toMatchObject({
      code: 'npm.version_taken',
    });
  });
});

describe('looking', () => {
  it('says whether a version is free, and what is the latest [core.action.npm]', async () => {
    const { name } = await published();
    const free = async (version: string) =>
      npmCheckFree.run(npmCheckFree.input.parse({ name, version }), await context());
    expect(await free('1.0.0')).toMatchObject({ free: false, latest: '1.0.0' });
    expect(await free('1.0.1')).toMatchObject({ free: true, latest: '1.0.0' });
    const nobody = npmCheckFree.input.parse({ name: 'nobody-has-this', version: '1.0.0' });
    expect(await npmCheckFree.run(nobody, await context())).toMatchObject({ free: true, latest: null });
  });

  it('knows a good token from a bad one [core.action.npm]', async () => {
    const check = async (token: string) => npmCheckToken.run(npmCheckToken.input.parse({ token }), await context());
    expect(await check(registries.production.token)).toMatchObject({ valid: true, user: 'publisher' });
    expect(await check('wrong')).toMatchObject({ valid: false, user: null });
  });

  it('fails when it could not find out [core.action.npm]', async () => {
    registries.production.faults.answerNext('GET', /whoami/, { status: 500 });
    const whoami = npmCheckToken.run(npmCheckToken.input.parse({ token: 'x' }), await context());
    await expect(whoami).rejects.toMatchObject({ code: 'npm.unavailable', failure: { retryable: true } });
    registries.production.faults.answerNext('GET', /some/, { status: 200, body: '[]' });
    const view = npmView.run(npmView.input.parse({ name: 'some' }), await context());
    await expect(view).rejects.toMatchObject({ code: 'npm.strange_answer' });
  });
});

describe('npm.install_target', () => {
  it('installs the exact version into a clean folder and imports it [core.action.npm]', async () => {
    const { name } = await published();
    await npmPublish.run(settings(await npmTarball({ name, version: '1.0.1' })), await context());
    const step = await context();
    const done = await npmInstallTarget.run(npmInstallTarget.input.parse({ name, version: '1.0.0' }), step);
    expect(done).toMatchObject({ installed: true, version: '1.0.0', smoke: { ok: true, output: 'answer' } });
    expect(done.folder!.startsWith(step.services.config.workDirectory)).toBe(true);
    expect(done.integrity).toMatch(/^sha512-/);
  });

  it('is not there yet rather than failed, so that a repeat can wait for it [core.action.npm]', async () => {
    const { name } = await published();
    for (const wanted of [
      { name, version: '9.9.9' },
      { name: 'nobody-has-this', version: '1.0.0' },
    ]) {
      const done = await npmInstallTarget.run(npmInstallTarget.input.parse(wanted), await context());
      expect(done).toMatchObject({ installed: false, version: null, folder: null });
    }
  });

  it('never runs a script of what it installs, and tells of an import that fails [core.action.npm]', async () => {
    const name = freshName();
    const scripts = { postinstall: 'node -e "process.exit(7)"' };
    const tarball = await npmTarball({ name, version: '1.0.0', scripts }, "throw new Error('broken');\n");
    await npmPublish.run(settings(tarball), await context());
    const done = await npmInstallTarget.run(npmInstallTarget.input.parse({ name, version: '1.0.0' }), await context());
    expect(done).toMatchObject({ installed: true, smoke: { ok: false, output: expect.stringContaining('broken') } });
  });
});
