import { expect, it } from 'vitest';
import { npmPublish } from '../../../daemon/actions/npm-publish.ts';
import { pypiPublish } from '../../../daemon/actions/pypi-publish.ts';
import { systemClock } from '../../../daemon/clock.ts';
import { askOutside } from '../../../daemon/review/outside-world.ts';
import { testContext } from '../../fakes/action-context.ts';
import { useCounterparts } from '../../fakes/counterparts.ts';
import { npmTarball } from '../../fakes/npm-package.ts';
import { pythonPackage } from '../../fakes/python-package.ts';

const counterparts = useCounterparts();

it('asks registries and GitHub what there is of a release and of a pull request, and says nothing of what it may not see [review.checks.outside]', async () => {
  const { github, npm, pypi, config } = counterparts();
  const context = await testContext({ config });
  const tarball = await npmTarball({ name: 'demo-package', version: '1.0.0' });
  await npmPublish.run(npmPublish.input.parse({ tarball, token: npm.production.token }), context);
  const { wheel } = await pythonPackage('demo-package', '1.0.0');
  await pypiPublish.run(pypiPublish.input.parse({ artifacts: [wheel], token: pypi.token }), context);

  let asked = 0;
  const fetch: typeof globalThis.fetch = (...given) => {
    asked += 1;
    return context.services.fetch(...given);
  };
  const { release, pull } = askOutside({ clock: systemClock, services: { ...context.services, fetch } });
  const repository = `${github.owner}/${github.repo}`;
  const ask = (ecosystem: string | undefined, version: string, tag: string, where: string | undefined = repository) =>
    release({ package: 'demo-package', version, tag, ecosystem, repository: where });
  expect(await ask('npm', '1.0.0', 'v1.0.0')).toEqual({ registry: true, tag: true });
  expect(await ask('npm', '2.0.0', 'v2.0.0')).toEqual({ registry: false, tag: false });
  expect(await ask('python', '1.0.0', 'v1.0.0')).toEqual({ registry: true, tag: true });
  expect(await ask('python', '2.0.0', 'v1.0.0')).toEqual({ registry: false, tag: true });
  // Nobody says where it goes, or it may only be hidden from us.
  expect(await ask(undefined, '1.0.0', 'v1.0.0')).toEqual({ registry: null, tag: true });
  expect(await ask('npm', '1.0.0', 'v9.9.9', `${github.owner}/no-such-repository`)).toEqual({
    registry: true,
    tag: null,
  });
  const scoped = { package: '@team/hidden', version: '1.0.0', tag: undefined, ecosystem: 'npm', repository: undefined };
  expect(await release(scoped)).toEqual({ registry: null, tag: null });
  expect(await pull(`${repository}#999`)).toBe(false);
  expect(await pull(`${github.owner}/no-such-repository#1`)).toBeNull();

  // What was answered is not asked again.
  const before = asked;
  expect(await ask('npm', '1.0.0', 'v1.0.0')).toEqual({ registry: true, tag: true });
  expect(asked).toBe(before);
});
