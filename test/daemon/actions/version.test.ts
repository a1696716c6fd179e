import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { versionBump, versionRead } from '../../../daemon/actions/version.ts';
import { testContext, type TestContext } from '../../fakes/action-context.ts';

let directory: string;
let context: TestContext;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'version-'));
  context = await testContext();
});

const put = (name: string, text: string) => writeFile(path.join(directory, name), text);
const get = (name: string) => readFile(path.join(directory, name), 'utf8');
const bump = (more: object) => versionBump.input.parse({ directory, ...more });
const read = (more = {}) => versionRead.run({ directory, ...more }, context);

const PACKAGE = '{\n    "name": "@demo/thing",\n    "version": "1.2.3",\n    "repository": "demo/thing"\n}\n';
const LOCK = `{\n  "name": "@demo/thing",\n  "version": "1.2.3",\n  "lockfileVersion": 3,\n  "packages": {\n    "": { "name": "@demo/thing", "version": "1.2.3" },\n    "node_modules/other": { "version": "1.2.3" }\n  }\n}\n`;
const PYPROJECT =
  '[project]\nname = "thing"\nversion = "1.2.3" # of the package\n\n[project.urls]\nRepository = "https://github.com/demo/thing.git"\n';

describe('version.read', () => {
  it('reads package.json and pyproject.toml [core.action.version]', async () => {
    await put('package.json', PACKAGE);
    const file = path.join(directory, 'package.json');
    const repository = 'https://github.com/demo/thing';
    expect(await read()).toEqual({ package: '@demo/thing', version: '1.2.3', file, ecosystem: 'npm', repository });
    await put('pyproject.toml', PYPROJECT);
    await expect(read()).rejects.toMatchObject({ code: 'version.two_manifests' });
    expect(await read({ ecosystem: 'python' })).toMatchObject({
      package: 'thing',
      version: '1.2.3',
      ecosystem: 'python',
      repository,
    });
  });

  it.each([
    ['package.json', '{', 'version.bad_manifest', /cannot be read/],
    ['package.json', '[]', 'version.bad_manifest', /holds no object/],
    ['package.json', '{"name":"x"}', 'version.bad_manifest', /has no version/],
    ['pyproject.toml', '[project]\nname = "x"\ndynamic = ["version"]\n', 'version.dynamic', /computes its version/],
    ['pyproject.toml', '[project\n', 'version.bad_manifest', /cannot be read/],
    ['other.json', '{}', 'version.no_manifest', /no package\.json or pyproject\.toml/],
  ])('says what is wrong with %s %j', async (name, text, code, message) => {
    await put(name, text);
    await expect(read()).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it('understands the addresses of repositories that are in use', async () => {
    for (const written of [
      'git+https://github.com/demo/thing.git',
      'git@github.com:demo/thing.git',
      'github:demo/thing',
      'git+ssh://git@github.com/demo/thing.git',
    ]) {
      await put(
        'package.json',
        JSON.stringify({ name: 'x', version: '1.0.0', repository: { type: 'git', url: written } }),
      );
      expect((await read()).repository).toBe('https://github.com/demo/thing');
    }
  });
});

describe('version.bump', () => {
  it('raises the version where Poetry keeps it, also beside a [project] that computes it [core.action.version]', async () => {
    const text = '[project]\nname = "thing"\ndynamic = ["version"]\n\n[tool.poetry]\nversion = "1.2.3" # here\n';
    await put('pyproject.toml', text);
    const bumped = await versionBump.run(bump({ level: 'minor' }), context);
    expect(bumped).toMatchObject({ package: 'thing', version: '1.3.0' });
    expect(await get('pyproject.toml')).toBe(text.replace('1.2.3', '1.3.0'));
  });

  it('raises what a module of Python says of itself and what uv has locked, and no other version [core.action.version]', async () => {
    await put('pyproject.toml', PYPROJECT.replace('"thing"', '"My.Thing"'));
    const lock =
      '[[package]]\nname = "my-thing"\nversion = "1.2.3"\nsource = { editable = "." }\n\n[[package]]\nname = "other"\nversion = "1.2.3"\n';
    await put('uv.lock', lock);
    await mkdir(path.join(directory, 'src/my_thing'), { recursive: true });
    await put(
      'src/my_thing/__init__.py',
      '"""Things."""\r\n__version__: str = \'1.2.3\'  # as in pyproject\r\nAPI = \'1.2.3\'\r\n',
    );
    await put('src/my_thing/version.py', '__version__ = "0.9"\n');
    const settings = bump({ level: 'minor' });
    const { files } = await versionBump.run(settings, context);
    expect(files.map((file) => path.relative(directory, file))).toEqual([
      'pyproject.toml',
      'src/my_thing/__init__.py',
      'uv.lock',
    ]);
    expect(await get('uv.lock')).toBe(lock.replace('1.2.3', '1.3.0'));
    expect(await get('src/my_thing/__init__.py')).toContain("str = '1.3.0'  # as in pyproject\r\nAPI = '1.2.3'\r\n");
    expect(await get('src/my_thing/version.py')).toBe('__version__ = "0.9"\n');
    expect(await versionBump.verify!(settings, context)).toMatchObject({ is: 'done', result: { files } });
    await put('uv.lock', lock);
    expect(await versionBump.verify!(settings, context)).toEqual({ is: 'not-done' });
  });

  it('writes none of its files where one of them cannot be changed [core.action.version]', async () => {
    await put('package.json', PACKAGE);
    await put('package-lock.json', '{ "name": "@demo/thing", "ver\\u0073ion": "1.2.3" }');
    const running = versionBump.run(bump({ level: 'minor' }), context);
    await expect(running).rejects.toMatchObject({ code: 'version.not_editable' });
    expect(await get('package.json')).toBe(PACKAGE);
  });

  it('raises a workspace in the lockfile of the folder above it, which other packages share [core.action.version]', async () => {
    const lock = LOCK.replace(
      '"node_modules/other"',
      '"packages/a": { "name": "@demo/a", "version": "1.2.3" },\n    "node_modules/other"',
    );
    await put('package-lock.json', lock);
    for (const folder of ['.git', 'packages/a']) await mkdir(path.join(directory, folder), { recursive: true });
    await put('packages/a/package.json', '{ "name": "@demo/a", "version": "1.2.3" }');
    const settings = versionBump.input.parse({ directory: path.join(directory, 'packages/a'), level: 'minor' });
    const { files } = await versionBump.run(settings, context);
    expect(files).toEqual(['packages/a/package.json', 'package-lock.json'].map((name) => path.join(directory, name)));
    expect(await get('package-lock.json')).toBe(
      lock.replace('"@demo/a", "version": "1.2.3"', '"@demo/a", "version": "1.3.0"'),
    );
    expect(await versionBump.verify!(settings, context)).toMatchObject({ is: 'done' });
  });

  it('raises a member of a uv workspace in the lockfile of its root, but not what that has from an index [core.action.version]', async () => {
    const locked = (name: string, source: string) =>
      `[[package]]\nname = "${name}"\nversion = "1.2.3"\nsource = { ${source} }\n\n`;
    const index = 'registry = "https://pypi.org/simple"';
    await put('uv.lock', locked('root', 'virtual = "."') + locked('thing', 'editable = "packages/thing"'));
    for (const folder of ['.git', 'packages/thing']) await mkdir(path.join(directory, folder), { recursive: true });
    await put('packages/thing/pyproject.toml', PYPROJECT);
    await put('packages/uv.lock', locked('thing', index));
    const settings = versionBump.input.parse({ directory: path.join(directory, 'packages/thing'), level: 'minor' });
    const { files } = await versionBump.run(settings, context);
    expect(files).toEqual(['packages/thing/pyproject.toml', 'uv.lock'].map((name) => path.join(directory, name)));
    expect(await get('uv.lock')).toContain('name = "root"\nversion = "1.2.3"');
    expect(await get('uv.lock')).toContain('name = "thing"\nversion = "1.3.0"');
    expect(await get('packages/uv.lock')).toBe(locked('thing', index));
  });

  it('raises manifest and lockfile, and changes no other byte [core.action.version]', async () => {
    await put('package.json', PACKAGE);
    await put('package-lock.json', LOCK);
    const result = await versionBump.run(bump({ level: 'minor' }), context);
    expect(result).toMatchObject({
      package: '@demo/thing',
      old: '1.2.3',
      version: '1.3.0',
      ecosystem: 'npm',
      changed: true,
    });
    expect(result.files).toEqual(['package.json', 'package-lock.json'].map((name) => path.join(directory, name)));
    expect(await get('package.json')).toBe(PACKAGE.replace('1.2.3', '1.3.0'));
    expect(await get('package-lock.json')).toBe(
      LOCK.replace('1.2.3', '1.3.0').replace('"version": "1.2.3" }', '"version": "1.3.0" }'),
    );
    expect(await get('package-lock.json')).toContain('"node_modules/other": { "version": "1.2.3" }');
  });

  it('raises pyproject.toml, to a pre-release in its own spelling', async () => {
    await put('pyproject.toml', PYPROJECT);
    expect(await versionBump.run(bump({ level: 'prerelease' }), context)).toMatchObject({ version: '1.2.4rc0' });
    expect(await get('pyproject.toml')).toBe(PYPROJECT.replace('1.2.3', '1.2.4rc0'));
  });

  it('bumps once under a key, whatever was finished of it [core.action.version]', async () => {
    await put('package.json', PACKAGE);
    await put('package-lock.json', LOCK);
    const settings = bump({ level: 'minor' });
    expect(await versionBump.verify!(settings, context)).toEqual({ is: 'not-done' });
    const first = await versionBump.run(settings, context);
    expect(await versionBump.verify!(settings, context)).toEqual({ is: 'done', result: { ...first, changed: false } });
    expect(await versionBump.run(settings, context.again())).toEqual({ ...first, changed: false });
    // It ended after the manifest and before the lockfile.
    await put('package-lock.json', LOCK);
    expect(await versionBump.verify!(settings, context)).toEqual({ is: 'not-done' });
    expect(await versionBump.run(settings, context.again())).toMatchObject({
      old: '1.2.3',
      version: '1.3.0',
      changed: true,
    });
    expect(await get('package-lock.json')).not.toContain('"": { "name": "@demo/thing", "version": "1.2.3"');
    // It ended before it changed anything.
    await put('package.json', PACKAGE);
    expect(await versionBump.verify!(settings, context)).toEqual({ is: 'not-done' });
    expect(await versionBump.run(settings, context.again())).toMatchObject({ version: '1.3.0' });
  });

  it('gives the same version in a later epoch, also when "from" was read anew', async () => {
    await put('package.json', PACKAGE);
    await versionBump.run(bump({ level: 'minor', from: '1.2.3' }), context);
    const { workDirectory } = context.services.config;
    const later = await testContext({ key: 'epoch-2', earlierKeys: [context.key], config: { workDirectory } });
    const again = bump({ level: 'minor', from: '1.3.0' });
    expect(await versionBump.verify!(again, later)).toMatchObject({
      is: 'done',
      result: { old: '1.2.3', version: '1.3.0' },
    });
    expect(await versionBump.run(again, later)).toMatchObject({ version: '1.3.0', changed: false });
    expect(await versionBump.verify!(bump({ level: 'major' }), later)).toEqual({ is: 'not-done' });
  });

  it('refuses when somebody has changed the version meanwhile', async () => {
    await put('package.json', PACKAGE);
    await expect(versionBump.run(bump({ level: 'patch', from: '1.0.0' }), context)).rejects.toMatchObject({
      code: 'version.changed',
    });
    await versionBump.run(bump({ level: 'patch' }), context);
    await put('package.json', PACKAGE.replace('1.2.3', '7.0.0'));
    await expect(versionBump.run(bump({ level: 'patch' }), context.again())).rejects.toMatchObject({
      code: 'version.changed',
    });
  });

  it('takes an exact version, only a later one, and exactly one way to say which', async () => {
    await put('package.json', PACKAGE);
    await expect(versionBump.run(bump({ to: '1.2.3' }), context)).rejects.toMatchObject({ code: 'version.not_later' });
    await expect(versionBump.run(bump({ to: 'next' }), context)).rejects.toMatchObject({ code: 'version.not_semver' });
    await expect(versionBump.run(bump({}), context)).rejects.toMatchObject({ code: 'version.no_target' });
    await expect(versionBump.run(bump({ to: '2.0.0', level: 'patch' }), context)).rejects.toMatchObject({
      code: 'version.no_target',
    });
    expect(await versionBump.run(bump({ to: '2.0.0' }), context)).toMatchObject({ old: '1.2.3', version: '2.0.0' });
  });

  it('changes nothing in a dry run', async () => {
    await put('package.json', PACKAGE);
    expect(await versionBump.preview!(bump({ level: 'major' }), context)).toMatchObject({
      old: '1.2.3',
      version: '2.0.0',
    });
    expect(await get('package.json')).toBe(PACKAGE);
    await rm(path.join(directory, 'package.json'));
    await expect(versionBump.preview!(bump({ level: 'major' }), context)).rejects.toMatchObject({
      code: 'version.no_manifest',
    });
  });
});
