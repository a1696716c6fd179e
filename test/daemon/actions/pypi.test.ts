import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pypiInstallTarget } from '../../../daemon/actions/pypi-install.ts';
import { pypiPublish, pypiRehearse } from '../../../daemon/actions/pypi-publish.ts';
import { pypiCheckFree, pypiCheckToken, pypiView } from '../../../daemon/actions/pypi-view.ts';
import { startPypi, type PypiIndex } from '../../../daemon/demo/counterparts/pypi.ts';
import { testContext } from '../../fakes/action-context.ts';
import { addressOfNobody } from '../../fakes/nowhere.ts';
import { pythonPackage } from '../../fakes/python-package.ts';
import { requireProgram } from '../../programs.ts';

const hasPip = requireProgram('pip');

let index: PypiIndex;
let staging: PypiIndex;
beforeAll(async () => {
  [index, staging] = await Promise.all([startPypi(), startPypi()]);
});
afterAll(() => Promise.all([index.stop(), staging.stop()]));
beforeEach(() => {
  index.faults.clear();
  index.faults.up();
});

let count = 0;
const freshName = () => `demo-answers-${++count}`;
const addresses = () => ({ pypiUploadUrl: index.uploadUrl, pypiIndexUrl: index.indexUrl });
const context = (more: Parameters<typeof testContext>[0] = {}) =>
  testContext({
    ...more,
    config: {
      ...addresses(),
      pypiStagingUploadUrl: staging.uploadUrl,
      pypiStagingIndexUrl: staging.indexUrl,
      ...more.config,
    },
  });
const settings = (artifacts: string[], more: Record<string, unknown> = {}) =>
  pypiPublish.input.parse({ artifacts, token: index.token, ...more });
const uploads = () => index.faults.requests.filter(({ method }) => method === 'POST');

describe('pypi.publish', () => {
  it('sends nothing that is marked as private, and says so at the rehearsal already [core.action.pypi]', async () => {
    const metadata = ['Classifier: Private :: Do Not Upload'];
    const { wheel } = await pythonPackage(freshName(), '1.0.0', { metadata });
    const refused = { code: 'pypi.private', message: expect.stringContaining('Do Not Upload') };
    await expect(pypiPublish.run(settings([wheel]), await context())).rejects.toMatchObject(refused);
    const rehearsal = pypiRehearse.input.parse({ artifacts: [wheel], dry_run: true });
    await expect(pypiRehearse.run(rehearsal, await context())).rejects.toMatchObject(refused);
    expect(uploads()).toEqual([]);
  });

  it('uploads wheel and source distribution with their metadata [core.action.pypi]', async () => {
    const name = freshName();
    const metadata = [
      'Summary: It answers',
      'Classifier: Programming Language :: Python :: 3',
      'Project-URL: Home, https://example.org',
      'License-File: LICENSE',
      'Requires-Python: >=3.9',
    ];
    const { wheel, sdist } = await pythonPackage(name, '1.2.0', { metadata });
    const done = await pypiPublish.run(settings([wheel, sdist]), await context());
    expect(done).toMatchObject({ name, version: '1.2.0', already: false, files: [{}, {}] });
    const stored = index.files().filter((file) => file.name === name);
    expect(stored.map(({ form }) => [form['filetype'], form['pyversion']])).toEqual([
      ['bdist_wheel', 'py3'],
      ['sdist', 'source'],
    ]);
    expect(stored[0]!.form).toMatchObject({
      metadata_version: '2.1',
      summary: 'It answers',
      classifiers: 'Programming Language :: Python :: 3',
      project_urls: 'Home, https://example.org',
      requires_python: '>=3.9',
      // A form's text has the line ends of the network.
      description: '# About\r\n\r\nIt answers.',
      sha256_digest: done.files[0]!.sha256,
    });
    expect(stored[0]!.form).not.toHaveProperty('license_file');
  });

  it('refuses a version that exists before anything is sent, with the same and with other files [core.action.pypi]', async () => {
    const name = freshName();
    const { wheel, sdist } = await pythonPackage(name, '1.0.0');
    await pypiPublish.run(settings([wheel]), await context());
    const other = await pythonPackage(name, '1.0.0', { source: 'answer = 43\n' });
    index.faults.clear();
    for (const artifacts of [[wheel], [other.wheel], [sdist]]) {
      await expect(pypiPublish.run(settings(artifacts), await context())).rejects.toMatchObject({
        code: 'pypi.version_taken',
        failure: { retryable: false, data: { same_content: artifacts[0] === wheel } },
      });
    }
    expect(uploads()).toEqual([]);
  });

  it('recognises an upload whose answer was lost, and uploads nothing twice [core.action.pypi]', async () => {
    const { wheel } = await pythonPackage(freshName(), '1.0.0');
    const step = await context();
    index.faults.loseNextAnswer('POST', /legacy/);
    await expect(pypiPublish.run(settings([wheel]), step)).rejects.toMatchObject({
      code: 'network.lost',
      failure: { retryable: true, unanswered: true },
    });
    expect(await pypiPublish.verify!(settings([wheel]), step)).toMatchObject({ is: 'done', result: { already: true } });
    expect(await pypiPublish.run(settings([wheel]), step.again())).toMatchObject({ already: true });
    expect(uploads()).toHaveLength(1);
  });

  it('goes on where an interrupted upload of several files stopped [core.action.pypi]', async () => {
    const name = freshName();
    const { wheel, sdist } = await pythonPackage(name, '1.0.0');
    const step = await context();
    index.faults.delayNext('POST', /legacy/, 0);
    index.faults.cutNext('POST', /legacy/);
    await expect(pypiPublish.run(settings([wheel, sdist]), step)).rejects.toMatchObject({ code: 'network.lost' });
    expect(await pypiPublish.verify!(settings([wheel, sdist]), step)).toEqual({ is: 'not-done' });
    await pypiPublish.run(settings([wheel, sdist]), step.again());
    expect(index.files().filter((file) => file.name === name)).toHaveLength(2);
  });

  it('tells a bad token, a busy index, a refusal and a missing index apart [core.action.pypi]', async () => {
    const { wheel } = await pythonPackage(freshName(), '1.0.0');
    await expect(pypiPublish.run(settings([wheel], { token: 'wrong' }), await context())).rejects.toMatchObject({
      code: 'pypi.denied',
      message: expect.stringContaining('authentication'),
      failure: { retryable: false },
    });
    for (const [status, code] of [
      [503, 'pypi.unavailable'],
      [429, 'pypi.rate_limited'],
      [400, 'pypi.refused'],
      [301, 'pypi.moved'],
    ] as const) {
      index.faults.answerNext('POST', /legacy/, { status });
      await expect(pypiPublish.run(settings([wheel]), await context())).rejects.toMatchObject({ code });
    }
    index.faults.down();
    expect(await pypiPublish.verify!(settings([wheel]), await context())).toMatchObject({ is: 'unsure' });
    const url = await addressOfNobody();
    const nowhere = await context({ config: { pypiUploadUrl: url, pypiIndexUrl: url } });
    await expect(pypiPublish.run(settings([wheel]), nowhere)).rejects.toMatchObject({ code: 'network.unreachable' });
  });

  it('refuses what is no package, and packages of two versions [core.action.pypi]', async () => {
    const name = freshName();
    const one = await pythonPackage(name, '1.0.0');
    const two = await pythonPackage(name, '1.0.1');
    const run = async (artifacts: string[]) => pypiPublish.run(settings(artifacts), await context());
    await expect(run([one.wheel, two.sdist])).rejects.toMatchObject({ code: 'pypi.mixed_artifacts' });
    await expect(run([import.meta.filename])).rejects.toMatchObject({ code: 'pypi.bad_artifact' });
    await expect(run(['/nowhere/x.whl'])).rejects.toMatchObject({ code: 'artifact.missing' });
  });

  it('is irreversible, except towards the index for rehearsals [core.action.pypi]', () => {
    const effect = pypiPublish.effect as (input: ReturnType<typeof settings>) => string;
    expect(effect(settings(['x.whl']))).toBe('irreversible');
    expect(effect(settings(['x.whl'], { repository: 'staging' }))).toBe('write');
  });
});

describe('pypi.rehearse', () => {
  it('uploads to the index for rehearsals only, and again without complaint [core.action.pypi]', async () => {
    const name = freshName();
    const { wheel } = await pythonPackage(name, '1.0.0');
    const input = pypiRehearse.input.parse({ artifacts: [wheel], token: staging.token });
    const dry = pypiRehearse.input.parse({ artifacts: [wheel], dry_run: true });
    expect(await pypiRehearse.run(dry, await context())).toMatchObject({ where: 'dry-run' });
    expect(await pypiRehearse.verify!(dry, await context())).toEqual({ is: 'not-done' });
    expect(await pypiRehearse.run(input, await context())).toMatchObject({ where: 'staging', version: '1.0.0' });
    expect(await pypiRehearse.run(input, await context())).toMatchObject({ where: 'staging' });
    expect(await pypiRehearse.verify!(input, await context())).toMatchObject({ is: 'done' });
    expect(index.files().some((file) => file.name === name)).toBe(false);
  });

  it('checks what can be checked where there is no such index [core.action.pypi]', async () => {
    const { wheel } = await pythonPackage(freshName(), '1.0.0');
    const step = await testContext({ config: addresses() });
    expect(await pypiRehearse.run(pypiRehearse.input.parse({ artifacts: [wheel] }), step)).toMatchObject({
      where: 'dry-run',
    });
    await pypiPublish.run(settings([wheel]), await context());
    await expect(pypiRehearse.run(pypiRehearse.input.parse({ artifacts: [wheel] }), step)).rejects.toMatchObject({
      code: 'pypi.version_taken',
    });
  });
});

describe('looking', () => {
  it('finds a version however it is spelt, and says whether one is free [core.action.pypi]', async () => {
    const name = freshName();
    const { wheel } = await pythonPackage(name, '2.0.0rc1');
    await pypiPublish.run(settings([wheel]), await context());
    const view = async (version: string) =>
      pypiView.run(pypiView.input.parse({ name: name.replaceAll('-', '_').toUpperCase(), version }), await context());
    const spelt = ['2.0.0rc1', 'v2.0.0-rc.1', '2.0rc1', '2.0.0.c1', '2.0.0', '2.0.0rc11', '2.0.0rc2', '2.0.0b1'];
    const seen = await Promise.all(spelt.map(async (version) => (await view(version)).exists));
    expect(spelt.filter((_, at) => seen[at])).toEqual(['2.0.0rc1', 'v2.0.0-rc.1', '2.0rc1', '2.0.0.c1']);
    const free = async (version: string) =>
      pypiCheckFree.run(pypiCheckFree.input.parse({ name, version }), await context());
    expect([(await free('2.0.0rc1')).free, (await free('2.0.0')).free]).toEqual([false, true]);
  });

  it('reads an index that has HTML only [core.action.pypi]', async () => {
    const sha256 = 'a'.repeat(64);
    const body = `<a href="/f/old_one-1.0.tar.gz#sha256=${sha256}">old_one-1.0.tar.gz</a>
      <a data-yanked="bad" href="/f/old_one-1.1-py3-none-any.whl#sha256=${sha256}">old_one-1.1-py3-none-any.whl</a>`;
    for (const [version, yanked] of [
      ['1.0', false],
      ['1.1', true],
    ]) {
      index.faults.answerNext('GET', /old-one/, { status: 200, headers: { 'content-type': 'text/html' }, body });
      const seen = await pypiView.run(pypiView.input.parse({ name: 'old-one', version }), await context());
      expect(seen).toMatchObject({ exists: true, yanked, files: [{ sha256 }] });
    }
  });

  it('knows a good token from a bad one [core.action.pypi]', async () => {
    const check = async (token: string) => pypiCheckToken.run(pypiCheckToken.input.parse({ token }), await context());
    const before = index.files().length;
    expect(await check(index.token)).toMatchObject({ valid: true });
    expect(await check('wrong')).toMatchObject({ valid: false });
    expect(index.files()).toHaveLength(before);
    index.faults.answerNext('POST', /legacy/, { status: 500 });
    await expect(check(index.token)).rejects.toMatchObject({ code: 'pypi.unavailable' });
  });
});

describe.runIf(hasPip)('pypi.install_target', () => {
  const install = async (more: Record<string, unknown>) =>
    pypiInstallTarget.run(pypiInstallTarget.input.parse(more), await context());

  it('installs the exact version with pip and imports it [core.action.pypi]', async () => {
    const name = freshName();
    for (const version of ['1.0.0', '1.1.0']) {
      const { wheel, sdist } = await pythonPackage(name, version);
      await pypiPublish.run(settings([wheel, sdist]), await context());
    }
    const done = await install({ name, version: '1.0.0' });
    expect(done).toMatchObject({ installed: true, version: '1.0.0', smoke: { ok: true, output: 'answer' } });
  });

  it('is not there yet rather than failed, so that a repeat can wait for it [core.action.pypi]', async () => {
    const name = freshName();
    const { sdist } = await pythonPackage(name, '1.0.0');
    await pypiPublish.run(settings([sdist]), await context());
    // A source distribution would have to be built, which runs its code: it does not count.
    for (const wanted of [
      { name, version: '1.0.0' },
      { name: 'nobody-has-this', version: '1.0.0' },
    ]) {
      expect(await install(wanted)).toMatchObject({ installed: false, version: null, folder: null });
    }
  });

  it('tells of an import that fails [core.action.pypi]', async () => {
    const name = freshName();
    const { wheel } = await pythonPackage(name, '1.0.0', { source: 'raise ValueError("broken")\n' });
    await pypiPublish.run(settings([wheel]), await context());
    const done = await install({ name, version: '1.0.0' });
    expect(done).toMatchObject({ installed: true, smoke: { ok: false, output: expect.stringContaining('broken') } });
  });
});
