import path from 'node:path';
import { expect, it } from 'vitest';
import { packageBuild } from '../../../daemon/actions/package-build.ts';
import { requireNothingPassedOver } from '../../../daemon/packaging/passed-over.ts';
import { atWork } from '../actions/at-work.ts';

async function packageAtWork() {
  const work = await atWork();
  await work.repository.write('packages/thing/index.js', 'export {};\n');
  await work.repository.write('packages/other/index.js', 'export {};\n');
  await work.repository.commit('feat: begin', 'packages/thing/package.json', '{ "name": "thing", "version": "1.0.0" }');
  return { ...work, folder: path.join(work.directory, 'packages/thing') };
}

it('builds nothing where a sparse checkout leaves out a part of it, though the tree is clean [core.action.build]', async () => {
  const { repository, folder, context } = await packageAtWork();
  await repository.git('sparse-checkout', 'set', '--no-cone', '/*', '!packages/other/');
  await requireNothingPassedOver(folder, context);
  await repository.git('sparse-checkout', 'set', '--no-cone', '/*', '!packages/thing/index.js');
  expect(await repository.git('status', '--porcelain')).toBe('');
  await expect(packageBuild.run(packageBuild.input.parse({ directory: folder }), context)).rejects.toMatchObject({
    code: 'package.passed_over',
    message: expect.stringMatching(/pass over index\.js\. .*git sparse-checkout disable/),
  });
  await repository.git('sparse-checkout', 'disable');
  await requireNothingPassedOver(folder, context);
});

it.each(['assume-unchanged', 'skip-worktree'])(
  'builds nothing with what somebody changed where git looks away (%s), until it looks again [core.action.build]',
  async (mark) => {
    const { repository, folder, context } = await packageAtWork();
    await repository.git('update-index', `--${mark}`, 'packages/thing/index.js');
    await requireNothingPassedOver(folder, context);
    await repository.write('packages/thing/index.js', 'export const password = 1;\n');
    expect(await repository.git('status', '--porcelain')).toBe('');
    await expect(requireNothingPassedOver(folder, context)).rejects.toMatchObject({ code: 'package.passed_over' });
    await repository.git('update-index', `--no-${mark}`, 'packages/thing/index.js');
    await requireNothingPassedOver(folder, context);
  },
);
