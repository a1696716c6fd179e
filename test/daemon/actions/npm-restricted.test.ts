import type { IncomingHttpHeaders } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { npmInstallTarget } from '../../../daemon/actions/npm-install.ts';
import { npmPublish, npmRehearse } from '../../../daemon/actions/npm-publish.ts';
import { npmCheckFree, npmView } from '../../../daemon/actions/npm-view.ts';
import { releaseReconcile } from '../../../daemon/actions/release.ts';
import { startGithub, type Github } from '../../../daemon/demo/counterparts/github.ts';
import { listenOnLoopback } from '../../../daemon/demo/counterparts/loopback.ts';
import { startNpmRegistry, type NpmRegistries } from '../../../daemon/demo/counterparts/npm-registry.ts';
import { testContext } from '../../fakes/action-context.ts';
import { bareRepository } from '../../fakes/bare-repository.ts';
import { npmTarball } from '../../fakes/npm-package.ts';

const name = '@restricted/demo-package';
const version = '1.0.0';

let registries: NpmRegistries;
let github: Github;
beforeAll(async () => {
  const { path } = await bareRepository('v1.0.0');
  [registries, github] = await Promise.all([startNpmRegistry(), startGithub({ bareRepository: path })]);
});
afterAll(() => Promise.all([registries.stop(), github.stop()]));

const context = (npmRegistry = registries.production.url) =>
  testContext({ config: { npmRegistry, githubUrl: github.url } });

it('a package that nobody sees without a token is released, watched and reconciled with one [core.action.npm]', async () => {
  const { token } = registries.production;
  const free = npmCheckFree.input.parse({ name, version, token });
  expect(await npmCheckFree.run(free, await context())).toMatchObject({ free: true });

  const tarball = await npmTarball({ name, version });
  const rehearsal = npmRehearse.input.parse({ tarball, token, dry_run: true });
  expect(await npmRehearse.run(rehearsal, await context())).toMatchObject({ where: 'dry-run' });
  const publish = npmPublish.input.parse({ tarball, token });
  expect(await npmPublish.verify!(publish, await context())).toEqual({ is: 'not-done' });
  await npmPublish.run(publish, await context());
  expect(await npmPublish.verify!(publish, await context())).toMatchObject({ is: 'done' });

  expect(await npmCheckFree.run(free, await context())).toMatchObject({ free: false });
  expect(await npmView.run(npmView.input.parse({ name, token }), await context())).toMatchObject({ version });
  const install = npmInstallTarget.input.parse({ name, version, token, smoke: false });
  expect(await npmInstallTarget.run(install, await context())).toMatchObject({ installed: true, version });

  const repository = `${github.owner}/${github.repo}`;
  const facts = { ecosystem: 'npm', name, version, repository, tag: 'v1.0.0', token: github.token };
  const reconcile = releaseReconcile.input.parse({ ...facts, registry_token: token });
  expect(await releaseReconcile.run(reconcile, await context())).toMatchObject({ registry: true, tag: true });
});

it('the token for reading goes to the registry alone, not to another host where it leads [core.action.npm]', async () => {
  const seen: Record<'registry' | 'elsewhere', IncomingHttpHeaders[]> = { registry: [], elsewhere: [] };
  const elsewhere = await listenOnLoopback((request, response) => {
    seen.elsewhere.push(request.headers);
    response.writeHead(404).end('{}');
  });
  // By another name: to another port of the same host the npm client itself follows with its token.
  const away = elsewhere.url.replace('127.0.0.1', 'localhost');
  const registry = await listenOnLoopback((request, response) => {
    seen.registry.push(request.headers);
    response.writeHead(302, { location: `${away}${request.url}` }).end();
  });
  try {
    const token = 'npm_only_for_the_registry';
    const view = npmView.input.parse({ name, token });
    expect(await npmView.run(view, await context(registry.url))).toMatchObject({ exists: false });
    const install = npmInstallTarget.input.parse({ name, version, token, smoke: false });
    expect(await npmInstallTarget.run(install, await context(registry.url))).toMatchObject({ installed: false });
    expect(seen.registry.map(({ authorization }) => authorization)).toEqual([`Bearer ${token}`, `Bearer ${token}`]);
    expect(seen.elsewhere).toHaveLength(2);
    expect(JSON.stringify(seen.elsewhere)).not.toContain(token);
  } finally {
    await Promise.all([registry.close(), elsewhere.close()]);
  }
});
