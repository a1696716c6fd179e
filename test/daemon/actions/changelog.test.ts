import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { changelogGenerate, changelogRead } from '../../../daemon/actions/changelog.ts';
import { docsReadmeExample, docsUpdateVersion } from '../../../daemon/actions/docs.ts';
import { testContext, type TestContext } from '../../fakes/action-context.ts';
import { workRepository, type WorkRepository } from '../../fakes/repository.ts';

let repository: WorkRepository;
let directory: string;
let context: TestContext;
beforeEach(async () => {
  repository = await workRepository();
  directory = repository.directory;
  context = await testContext();
  const manifest = { name: '@demo/thing', version: '1.0.0', repository: 'demo/thing' };
  await repository.commit('feat: begin', 'package.json', JSON.stringify(manifest));
  await repository.git('tag', '-a', 'v1.0.0', '-m', 'one');
  await repository.git('tag', 'nightly');
});

const generate = (more = {}) => changelogGenerate.input.parse({ directory, version: '1.1.0', ...more });

describe('changelog.generate', () => {
  it('writes the commits since the last tag under the version [core.action.changelog]', async () => {
    await repository.commit('feat: count to three (#12)');
    await repository.commit('fix: do not stop at two');
    const settings = generate();
    expect(await changelogGenerate.verify!(settings, context)).toEqual({ is: 'not-done' });
    const preview = await changelogGenerate.preview!(settings, context);
    const result = await changelogGenerate.run(settings, context);
    expect(result).toEqual(preview);
    expect(result).toMatchObject({
      since: 'v1.0.0',
      count: 2,
      level: 'minor',
      date: '1970-01-01',
      changed: true,
      breaking: [],
      added: ['count to three'],
      fixed: ['do not stop at two'],
    });
    expect(result.section).toBe(
      '### Added\n\n- count to three ([#12](https://github.com/demo/thing/pull/12))\n\n### Fixed\n\n- do not stop at two',
    );
    const text = await readFile(path.join(directory, 'CHANGELOG.md'), 'utf8');
    expect(text).toContain('[1.1.0]: https://github.com/demo/thing/compare/v1.0.0...v1.1.0');
  });

  it('tells nobody of what was taken back before it was released, unless it was brought again [core.action.changelog]', async () => {
    await repository.commit('feat: count to three (#12)');
    await repository.git('revert', '--no-edit', 'HEAD');
    await repository.commit('feat: count to four (#14)');
    await repository.commit('Revert "feat: count to four (#14)" (#15)\n\nReverts demo/thing#14');
    expect(await changelogGenerate.preview!(generate(), context)).toMatchObject({ count: 4, level: 'none', added: [] });
    await repository.commit('fix: stay');
    await repository.git('revert', '--no-edit', 'HEAD');
    await repository.git('revert', '--no-edit', 'HEAD');
    await repository.commit('Revert "feat: begin"\n\nThis reverts commit 0123456789abcdef.');
    const told = await changelogGenerate.preview!(generate(), context);
    expect(told).toMatchObject({ level: 'patch', added: [], fixed: ['stay'] });
    expect(told.section).toBe('### Changed\n\n- Revert "feat: begin"\n\n### Fixed\n\n- stay');
  });

  it('says that a clone without history cannot tell what has changed, until it can [core.action.changelog]', async () => {
    await repository.commit('feat: count to three');
    await repository.git('push', '--quiet', '--tags', 'origin', 'main');
    const clone = path.join(directory, '..', 'clone');
    await repository.git('clone', '--quiet', '--depth', '1', `file://${repository.remote}`, clone);
    const settings = changelogGenerate.input.parse({ directory: clone, version: '1.1.0' });
    await expect(changelogGenerate.run(settings, context)).rejects.toMatchObject({
      code: 'changelog.shallow',
      message: expect.stringContaining('git fetch --unshallow --tags'),
    });
    await repository.git('-C', clone, 'fetch', '--quiet', '--unshallow', '--tags');
    expect(await changelogGenerate.run(settings, context)).toMatchObject({ since: 'v1.0.0', count: 1 });
  });

  it('counts from the tags with the same prefix, where there are any, whatever is in a name [core.action.changelog]', async () => {
    const since = async (tag: string) =>
      (await changelogGenerate.preview!(generate({ version: '1.1.0', tag }), context)).since;
    await repository.commit('feat: first');
    await repository.git('tag', 's3-kit-v1.0.0');
    await repository.commit('feat: second');
    await repository.git('tag', 'v9.9.9');
    expect(await since('s3-kit-v1.1.0')).toBe('s3-kit-v1.0.0');
    expect(await since('new-1.1.0')).toBe('v9.9.9');
    await repository.git('tag', 's3-kit-v1.1.0-rc.1');
    expect(await since('s3-kit-v1.1.0')).toBe('s3-kit-v1.0.0');
  });

  it('leaves a file alone that is not UTF-8: its other bytes would be others [core.action.changelog]', async () => {
    const file = path.join(directory, 'CHANGELOG.md');
    const bytes = Buffer.from('# Changelog\n\n## 1.0.0\n\n- gr\u00fcn\n', 'latin1');
    await writeFile(file, bytes);
    await expect(changelogGenerate.run(generate(), context)).rejects.toMatchObject({ code: 'project.not_utf8' });
    expect(await readFile(file)).toEqual(bytes);
  });

  it('is done once, also after the commit and the tag of the release [core.action.changelog]', async () => {
    await repository.commit('feat: more');
    const first = await changelogGenerate.run(generate(), context);
    const text = await readFile(path.join(directory, 'CHANGELOG.md'), 'utf8');
    await repository.git('add', '--all');
    await repository.git('commit', '--quiet', '-m', 'chore(release): prepare v1.1.0');
    await repository.git('tag', '-a', 'v1.1.0', '-m', 'two');
    const again = { ...first, count: 2, changed: false };
    expect(await changelogGenerate.verify!(generate(), context)).toEqual({ is: 'done', result: again });
    expect(await changelogGenerate.run(generate(), context.again())).toEqual(again);
    expect(await readFile(path.join(directory, 'CHANGELOG.md'), 'utf8')).toBe(text);
  });

  it('counts from the last version, whatever its tag is like, and a final version from the last final one [core.action.changelog]', async () => {
    const since = async (version: string) => (await changelogGenerate.preview!(generate({ version }), context)).since;
    await repository.commit('feat!: all new');
    await repository.git('tag', '-a', 'v2.0.0-rc.1', '-m', 'rc');
    await repository.git('tag', 'vendor-7');
    await repository.git('tag', '2026-01-01');
    await repository.commit('fix: the last');
    expect(await since('2.0.0')).toBe('v1.0.0');
    expect(await since('2.0.0-rc.2')).toBe('v2.0.0-rc.1');
    expect(await changelogGenerate.preview!(generate({ version: '2.0.0' }), context)).toMatchObject({
      level: 'major',
      breaking: ['all new'],
    });
    await repository.git('tag', '1.5.0');
    expect(await since('2.0.0')).toBe('1.5.0');
    await repository.commit('fix: more');
    await repository.git('tag', 'other@7.0.0');
    expect(await since('2.0.0')).toBe('1.5.0');
    await repository.git('tag', '@demo/thing@1.6.0');
    await repository.git('tag', '1.7.0rc1');
    expect(await since('2.0.0')).toBe('@demo/thing@1.6.0');
    expect(await changelogGenerate.preview!(generate({ version: '2.0.0', tags: 'other@*' }), context)).toMatchObject({
      since: 'other@7.0.0',
    });
  });

  it('reads a section back as a person left it, and says when there is none', async () => {
    await repository.commit('feat: more');
    await changelogGenerate.run(generate(), context);
    const file = path.join(directory, 'CHANGELOG.md');
    await repository.write('CHANGELOG.md', (await readFile(file, 'utf8')).replace('- more', '- more, and *better*'));
    const read = (version: string) => changelogRead.run(changelogRead.input.parse({ directory, version }), context);
    expect(await read('v1.1.0')).toEqual({
      version: '1.1.0',
      date: '1970-01-01',
      section: '### Added\n\n- more, and *better*',
    });
    expect((await changelogGenerate.run(generate(), context.again())).section).toContain('*better*');
    await expect(read('9.9.9')).rejects.toMatchObject({ code: 'changelog.no_section' });
  });

  it('counts only what touches the package’s own folder, and stays inside it', async () => {
    await repository.commit('feat: elsewhere', 'other/file', 'x');
    await repository.commit('fix: here', 'inner/file', 'x');
    const inner = path.join(directory, 'inner');
    expect((await changelogGenerate.run(generate({ directory: inner }), context)).section).toBe('### Fixed\n\n- here');
    await expect(changelogGenerate.run(generate({ file: '../x.md' }), context)).rejects.toMatchObject({
      code: 'changelog.outside',
    });
  });
});

describe('docs', () => {
  it('brings the README up to the version and finds its example', async () => {
    const readme =
      '# x\n\n![](https://img.shields.io/badge/version-1.0.0-blue)\n\nnpm i @demo/thing@1.0.0\n\n```js\nconsole.log(1)\n```\n';
    await repository.write('README.md', readme);
    const settings = docsUpdateVersion.input.parse({
      directory,
      old: '1.0.0',
      version: '1.1.0',
      files: ['README.md', 'none.md'],
    });
    expect(await docsUpdateVersion.verify!(settings, context)).toEqual({ is: 'not-done' });
    const result = { files: [path.join(directory, 'README.md')], count: 2 };
    expect(await docsUpdateVersion.preview!(settings, context)).toEqual(result);
    expect(await docsUpdateVersion.run(settings, context)).toEqual(result);
    expect(await readFile(path.join(directory, 'README.md'), 'utf8')).toBe(readme.replaceAll('1.0.0', '1.1.0'));
    // What an earlier try has changed is still the step's.
    const files = [path.join(directory, 'README.md')];
    expect(await docsUpdateVersion.verify!(settings, context)).toEqual({ is: 'done', result: { files, count: 0 } });
    const example = (file?: string) =>
      docsReadmeExample.run(docsReadmeExample.input.parse({ directory, file }), context);
    expect(await example()).toEqual({ found: true, language: 'node', code: 'console.log(1)\n', line: 8 });
    expect(await example('package.json')).toMatchObject({ found: false, code: '' });
    expect(await example('none.md')).toMatchObject({ found: false, code: '' });
    expect(await example('readme.MD')).toMatchObject({ found: true });
  });
});
