import { describe, expect, it } from 'vitest';
import { releaseReconcile } from '../../../daemon/actions/release.ts';
import { npmPublish } from '../../../daemon/actions/npm-publish.ts';
import { pypiPublish } from '../../../daemon/actions/pypi-publish.ts';
import { githubCreateRelease } from '../../../daemon/actions/github-release.ts';
import { testContext } from '../../fakes/action-context.ts';
import { useCounterparts } from '../../fakes/counterparts.ts';
import { npmTarball } from '../../fakes/npm-package.ts';
import { pythonPackage } from '../../fakes/python-package.ts';

const counterparts = useCounterparts();
const context = () => testContext({ config: counterparts().config });

describe('release.reconcile', () => {
  it('says of the registry, the tag and the GitHub release which exist [core.action.github]', async () => {
    const { github, npm, pypi } = counterparts();
    const repository = `${github.owner}/${github.repo}`;
    const reconcile = async (ecosystem: string, tag: string) => {
      const input = { ecosystem, name: 'demo-package', version: '1.0.0', repository, tag, token: github.token };
      return releaseReconcile.run(releaseReconcile.input.parse(input), await context());
    };
    expect(await reconcile('npm', 'v9.9.9')).toEqual({
      registry: false,
      tag: false,
      github_release: false,
      complete: false,
      missing: ['demo-package 1.0.0 in the registry', 'the tag v9.9.9', 'the GitHub release v9.9.9'],
    });
    expect(await reconcile('npm', 'v1.0.0')).toMatchObject({ registry: false, tag: true, github_release: false });

    const tarball = await npmTarball({ name: 'demo-package', version: '1.0.0' });
    await npmPublish.run(npmPublish.input.parse({ tarball, token: npm.production.token }), await context());
    const release = { repository, token: github.token, tag: 'v1.0.0', assets: [tarball] };
    await githubCreateRelease.run(githubCreateRelease.input.parse(release), await context());
    expect(await reconcile('npm', 'v1.0.0')).toMatchObject({ complete: true, missing: [] });

    expect(await reconcile('python', 'v1.0.0')).toMatchObject({ registry: false, tag: true, github_release: true });
    const { wheel } = await pythonPackage('demo-package', '1.0.0');
    await pypiPublish.run(pypiPublish.input.parse({ artifacts: [wheel], token: pypi.token }), await context());
    expect(await reconcile('python', 'v1.0.0')).toMatchObject({ complete: true });
  });
});
