import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { ActionConfig, ProcessResult } from '../../../daemon/actions/action.ts';
import { packageBuild } from '../../../daemon/actions/package-build.ts';
import { packageTryInstall } from '../../../daemon/actions/package-install.ts';
import { pythonComplaint } from '../../../daemon/packaging/python.ts';
import { readTarEntry } from '../../../daemon/registries/archive-entry.ts';
import { createProcessRunner } from '../../../daemon/process/runner.ts';
import { createSandbox } from '../../../daemon/sandbox/sandbox.ts';
import { testContext } from '../../fakes/action-context.ts';
import { npmTarball, tarGz } from '../../fakes/npm-package.ts';
import { requireProgram } from '../../programs.ts';

const hasBwrap = requireProgram('bwrap');
const hasBuild = requireProgram('python-build');

/** The system's Python is the one for which the packages of the system are. */
const programs: Record<string, string> = hasBuild ? { python3: '/usr/bin/python3' } : {};
const sandbox = createSandbox({ process: createProcessRunner({ programs }), allowUnisolated: !hasBwrap });
afterAll(() => sandbox.close());

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'package-'));
});

const context = (key: string, config: Partial<ActionConfig> = {}) =>
  testContext({ key, sandbox, config: { programs, ...config } });
const put = async (name: string, text: string) => {
  await mkdir(path.dirname(path.join(directory, name)), { recursive: true });
  await writeFile(path.join(directory, name), text);
};
const build = (more = {}) => packageBuild.input.parse({ directory, ...more });
const tryIt = (artifact: string, more = {}) => packageTryInstall.input.parse({ artifact, ...more });

describe('a package for npm', () => {
  beforeEach(async () => {
    const manifest = {
      name: '@demo/thing',
      version: '1.2.3',
      type: 'module',
      exports: './made.js',
      files: ['made.js'],
      scripts: { prepack: 'node make.js', postinstall: 'node never.js' },
    };
    await put('package.json', JSON.stringify(manifest));
    await put(
      'make.js',
      'import { writeFileSync } from "node:fs"; console.log("[making]"); writeFileSync("made.js", "export const thing = 3;\\n")',
    );
  });

  it('is built once with its own scripts, and is the same file for every later try [core.action.build]', async () => {
    const at = await context('build');
    const built = await packageBuild.run(build(), at);
    expect(built).toMatchObject({ package: '@demo/thing', version: '1.2.3', ecosystem: 'npm' });
    expect(built.artifacts).toEqual([
      {
        path: built.path,
        file: 'demo-thing-1.2.3.tgz',
        kind: 'npm',
        bytes: (await readFile(built.path)).length,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        integrity: expect.stringMatching(/^sha512-.{88}$/),
      },
    ]);
    expect(built.path.startsWith(at.services.config.workDirectory)).toBe(true);
    await put('make.js', 'process.exit(1)');
    expect(await packageBuild.run(build(), at.again())).toEqual(built);
    // What is not what was built is built again.
    await writeFile(built.path, 'broken');
    await expect(packageBuild.run(build(), at.again())).rejects.toMatchObject({ code: 'package.build_failed' });
  });

  it('is built as npm publish would, with what it does before publishing only, and says what that has against it [core.action.build]', async () => {
    const manifest = { name: 'thing', version: '1.0.0', main: 'dist/index.js', files: ['dist'] };
    const scripts = {
      prepublishOnly: "node -e \"require('fs').mkdirSync('dist');require('fs').writeFileSync('dist/index.js','')\"",
    };
    await put('package.json', JSON.stringify({ ...manifest, scripts }));
    const { path: tarball } = await packageBuild.run(build(), await context('prepublish'));
    expect(readTarEntry(await readFile(tarball), (name) => name === 'package/dist/index.js')).toBeDefined();
    const never = { prepublishOnly: 'node -e "console.log(\'Use the release script.\');process.exit(1)"' };
    await put('package.json', JSON.stringify({ ...manifest, scripts: never }));
    await expect(packageBuild.run(build(), await context('refused'))).rejects.toMatchObject({
      code: 'package.build_failed',
      message: expect.stringContaining('npm run prepublishOnly'),
      failure: { message: expect.stringContaining('Use the release script.') },
    });
  });

  it('is installed as built, without its scripts, and imported in the sandbox [core.action.build]', async () => {
    const at = await context('try');
    const { path: artifact } = await packageBuild.run(build(), at);
    const tried = await packageTryInstall.run(tryIt(artifact), at);
    const level = hasBwrap ? 'bubblewrap' : 'unisolated';
    expect(tried).toEqual({
      ok: true,
      error: '',
      package: '@demo/thing',
      version: '1.2.3',
      installed: true,
      level,
      output: 'imported @demo/thing: thing',
    });
    expect(await readdir(path.join(at.services.config.workDirectory, 'tried'))).toEqual([]);
    const missing = await packageTryInstall.run(tryIt(artifact, { import: '@demo/thing/none' }), at);
    expect(missing).toMatchObject({
      ok: false,
      installed: true,
      output: expect.stringContaining('ERR_PACKAGE_PATH_NOT_EXPORTED'),
    });
  });

  it('that throws when it is imported is a bad result and no failure', async () => {
    const artifact = await npmTarball({ name: 'broken', version: '1.0.0' }, 'throw new Error("not today");\n');
    expect(await packageTryInstall.run(tryIt(artifact), await context('broken'))).toMatchObject({
      ok: false,
      installed: true,
      output: expect.stringContaining('not today'),
    });
  });

  it('cannot be judged while the registry with its dependencies does not answer', async () => {
    const artifact = await npmTarball({ name: 'needy', version: '1.0.0', dependencies: { 'not-there': '1.0.0' } });
    await expect(packageTryInstall.run(tryIt(artifact), await context('needy'))).rejects.toMatchObject({
      failure: { retryable: true },
    });
  });

  it('cannot be built without a version, and says so', async () => {
    await put('package.json', '{"name":"x"}');
    await expect(packageBuild.run(build(), await context('none'))).rejects.toMatchObject({
      code: 'version.bad_manifest',
    });
  });
});

describe.runIf(hasBuild)('a package for Python', () => {
  beforeEach(async () => {
    await put(
      'pyproject.toml',
      '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n\n[project]\nname = "demo-thing"\nversion = "1.2.3"\n',
    );
    await put('src/demo_thing/__init__.py', 'THING = 3\n');
    await put('build/old.py', 'left from before');
  });

  it('is built as wheel and source distribution, and the work tree stays as it was [core.action.build]', async () => {
    const built = await packageBuild.run(build(), await context('build'));
    expect(built).toMatchObject({ package: 'demo-thing', version: '1.2.3', ecosystem: 'python' });
    expect(built.artifacts.map(({ file, kind }) => [file, kind])).toEqual([
      ['demo_thing-1.2.3-py3-none-any.whl', 'wheel'],
      ['demo-thing-1.2.3.tar.gz', 'sdist'],
    ]);
    expect((await readdir(directory, { recursive: true })).toSorted()).toEqual([
      'build',
      'build/old.py',
      'pyproject.toml',
      'src',
      'src/demo_thing',
      'src/demo_thing/__init__.py',
    ]);
    const again = await packageBuild.run(build(), await context('another run'));
    expect(again.artifacts[0]?.sha256).toBe(built.artifacts[0]?.sha256);
  });

  it('is installed as built and imported in the sandbox [core.action.build]', async () => {
    const at = await context('try');
    const { path: artifact, artifacts } = await packageBuild.run(build(), at);
    const tried = await packageTryInstall.run(tryIt(artifact, { dependencies: false }), at);
    expect(tried).toMatchObject({
      ok: true,
      package: 'demo-thing',
      version: '1.2.3',
      installed: true,
      output: 'imported demo_thing: THING',
    });
    const missing = await packageTryInstall.run(tryIt(artifact, { dependencies: false, import: 'other' }), at);
    expect(missing).toMatchObject({
      ok: false,
      installed: true,
      output: expect.stringContaining("No module named 'other'"),
    });
    const sdist = packageTryInstall.run(tryIt(artifacts[1]?.path ?? ''), at);
    await expect(sdist).rejects.toMatchObject({
      code: 'package.not_installable',
      message: expect.stringContaining('give the wheel'),
    });
  });

  it('says what is missing when it cannot be built', async () => {
    await put(
      'pyproject.toml',
      '[build-system]\nrequires = ["no-such-builder"]\nbuild-backend = "no_such_builder"\n\n[project]\nname = "x"\nversion = "1.0.0"\n',
    );
    await expect(packageBuild.run(build(), await context('none'))).rejects.toMatchObject({
      code: 'package.no_builder',
      message: expect.stringMatching(/no.such.builder.*isolated: true/s),
    });
    await put(
      'pyproject.toml',
      '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n\n[project]\nname = "x"\nversion = "1.0.0"\ndescription = 3\n',
    );
    await expect(packageBuild.run(build(), await context('bad'))).rejects.toMatchObject({
      code: 'package.build_failed',
    });
  });

  it('is told by the words at the end where pip itself ended by an exception', () => {
    const stderr = 'ERROR: Exception:\nTraceback (most recent call last):\n  File x\nValueError: no such thing\n';
    const ended = { exitCode: 2, stdout: '', stderr, timedOut: false } as unknown as ProcessResult;
    expect(pythonComplaint(ended)).toBe('ValueError: no such thing');
  });

  it('is only a wheel where there is pip and no builder', async () => {
    await put('hide/build.py', 'raise ImportError("hidden for this test")\n');
    const wrapper = path.join(directory, 'hide', 'python3');
    await writeFile(wrapper, `#!/bin/sh\nPYTHONPATH=${path.dirname(wrapper)} exec /usr/bin/python3 "$@"\n`, {
      mode: 0o755,
    });
    const built = await packageBuild.run(build(), await context('pip', { programs: { python3: wrapper } }));
    expect(built.artifacts.map(({ kind }) => kind)).toEqual(['wheel']);
  });
});

describe('package.try_install', () => {
  it('takes a built package and nothing else', async () => {
    const at = await context('bad');
    await expect(packageTryInstall.run(tryIt('/x/thing.zip'), at)).rejects.toMatchObject({
      code: 'package.not_installable',
    });
    await expect(packageTryInstall.run(tryIt('/x/thing.tgz'), at)).rejects.toMatchObject({ code: 'artifact.missing' });
    const file = path.join(directory, 'x.tgz');
    await writeFile(file, tarGz([['package/readme', 'no manifest']]));
    await expect(packageTryInstall.run(tryIt(file), at)).rejects.toMatchObject({ failure: { retryable: false } });
  });
});
