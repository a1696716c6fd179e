import { beforeEach, describe, expect, it } from 'vitest';
import { changelogGenerate } from '../../../daemon/actions/changelog.ts';
import { filesWrite } from '../../../daemon/actions/files-write.ts';
import { docsUpdateVersion } from '../../../daemon/actions/docs.ts';
import { gitStatus } from '../../../daemon/actions/git-look.ts';
import { versionBump, versionRead } from '../../../daemon/actions/version.ts';
import { testContext, type TestContext } from '../../fakes/action-context.ts';
import { workRepository, type WorkRepository } from '../../fakes/repository.ts';

let repository: WorkRepository;
let directory: string;
let first: TestContext;
beforeEach(async () => {
  repository = await workRepository();
  directory = repository.directory;
  await repository.write('package.json', '{\n  "name": "thing",\n  "version": "1.0.0"\n}\n');
  await repository.write('README.md', '# thing\n\nnpm install thing@1.0.0\n');
  await repository.commit('feat: begin');
  first = await testContext();
  await prepare(first);
});

/** What the stage Prepare does to the checkout. */
async function prepare(context: TestContext, level: 'minor' | 'major' = 'minor') {
  const { version: from } = await versionRead.run({ directory }, context);
  const bump = versionBump.input.parse({ directory, level, from });
  const known = await versionBump.verify!(bump, context);
  const { old, version } = known.is === 'done' ? known.result : await versionBump.run(bump, context);
  await changelogGenerate.run(changelogGenerate.input.parse({ directory, version }), context);
  await docsUpdateVersion.run(docsUpdateVersion.input.parse({ directory, old, version }), context);
  return version;
}

/** The same run, begun once more with --from. */
const again = (run = first.run.id, epoch = 2) =>
  testContext({ key: 'key of the second epoch', earlierKeys: [first.key], epoch, config: first.services.config }).then(
    (context) => ({ ...context, run: { ...context.run, id: run } }),
  );
const status = (context: TestContext) => gitStatus.run({ directory }, context);

describe('what a run wrote itself', () => {
  it('does not stand in its way when it is resumed from before, and is not done twice [core.engine.own-changes]', async () => {
    const second = await again();
    const { clean, changed } = await status(second);
    expect(clean).toBe(true);
    expect(changed.map(({ path, own }) => [path, own])).toEqual([
      ['README.md', true],
      ['package.json', true],
      ['CHANGELOG.md', true],
    ]);
    expect(await prepare(second)).toBe('1.1.0');
    expect(await status(await again(first.run.id, 3))).toMatchObject({ clean: true });
  });

  it('is also what was generated or written for it, in a folder of its own too, until somebody else has a file there [core.engine.own-changes]', async () => {
    await repository.git('add', '--all');
    await repository.git('commit', '--quiet', '--message', 'chore: prepare');
    const files = [
      { path: 'api/notices.js', text: 'export const notices = [];\n' },
      { path: 'api/models/notice.js', text: 'export {};\n' },
    ];
    await filesWrite.run(filesWrite.input.parse({ directory, files }), first);
    expect(await status(first)).toMatchObject({ clean: false, changed: [{ path: 'api/' }] });
    expect(await status(await again())).toMatchObject({ clean: true, changed: [{ path: 'api/', own: true }] });
    await repository.write('api/notes.txt', 'half an idea');
    expect(await status(await again())).toMatchObject({ clean: false });
  });

  it('is unfinished work as long as nothing is repeated, and for every other run [core.engine.own-changes]', async () => {
    expect(await status(first)).toMatchObject({ clean: false });
    expect(await status(await again('another run'))).toMatchObject({ clean: false });
  });

  it('is a person’s as soon as a byte of it is, and others’ files never become its own [core.engine.own-changes]', async () => {
    const second = await again();
    await repository.write('package.json', '{\n  "name": "thing",\n  "version": "1.1.0", "private": true\n}\n');
    const { clean, changed } = await status(second);
    expect(clean).toBe(false);
    expect(changed.filter(({ own }) => !own).map(({ path }) => path)).toEqual(['package.json']);
    await repository.write('notes.txt', 'half an idea');
    const both = await status(second);
    expect(both.changed.filter(({ own }) => !own).map(({ path }) => path)).toEqual(['package.json', 'notes.txt']);
  });
});
