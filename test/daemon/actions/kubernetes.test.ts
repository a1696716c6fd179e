import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { actions } from '../../../daemon/actions/index.ts';
import { testContext } from '../../fakes/action-context.ts';

// What stands in is a program that speaks kubectl's arguments and output, and keeps a cluster of one deployment in a file.
const PROGRAM = fileURLToPath(new URL('../../fakes/kubectl-process.mjs', import.meta.url));

interface State {
  revisions: { number: number; image: string }[];
  calls: { argv: string[]; env: string[] }[];
}

function cluster(more: object = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-'));
  const [file, kubectl] = [join(folder, 'state.json'), join(folder, 'kubectl')];
  const revisions = [{ number: 3, image: 'shop:aaa' }];
  const initial = { name: 'app', namespace: 'shop', revisions, calls: [], ...more };
  writeFileSync(file, JSON.stringify(initial));
  writeFileSync(kubectl, `#!/bin/sh\nexec ${process.execPath} ${PROGRAM} ${file} "$@"\n`);
  chmodSync(kubectl, 0o755);
  const read = (): State => JSON.parse(readFileSync(file, 'utf8')) as State;
  const change = (changes: object): void => writeFileSync(file, JSON.stringify({ ...read(), ...changes }));
  const prepared = async (name: string, settings: object) => {
    const action = actions.find((each) => each.name === `kubernetes.${name}`)!;
    const context = await testContext({ config: { programs: { kubectl } } });
    return { action, context, input: action.input.parse({ namespace: 'shop', deployment: 'app', ...settings }) };
  };
  return {
    read,
    change,
    async run(name: string, settings: object = {}) {
      const { action, context, input } = await prepared(name, settings);
      return (await action.run(input, context)) as Record<string, unknown>;
    },
    async verify(name: string, settings: object = {}) {
      const { action, context, input } = await prepared(name, settings);
      return action.verify!(input, context);
    },
  };
}

const IMAGE = { container: 'app', image: 'shop:bbb' };

// The stand-in is started by a script for the shell.
describe.runIf(process.platform !== 'win32')('kubectl', () => {
  it('sets an image, once, and says what to go back to [incident.deploy.kubernetes]', async () => {
    const { run, verify, read } = cluster();
    expect(await verify('set_image', IMAGE)).toEqual({ is: 'not-done' });
    expect(await run('set_image', IMAGE)).toEqual({
      image: 'shop:bbb',
      previous: 'shop:aaa',
      revision: '3',
      changed: true,
    });
    expect(await verify('set_image', IMAGE)).toMatchObject({ is: 'done' });
    expect(await run('set_image', IMAGE)).toMatchObject({ changed: false });
    expect(read().revisions.map(({ image }) => image)).toEqual(['shop:aaa', 'shop:bbb']);
  });

  it('that ends without an answer is asked what became of it [incident.deploy.kubernetes]', async () => {
    const { run, verify, change } = cluster({ loses: true });
    await expect(run('set_image', IMAGE)).rejects.toMatchObject({
      code: 'kubernetes.lost',
      message: expect.stringContaining('may wait for a login') as string,
      failure: { unanswered: true },
    });
    change({ loses: false });
    expect(await verify('set_image', IMAGE)).toMatchObject({ is: 'done', result: { image: 'shop:bbb' } });
  });

  it('says whether the roll-out is complete; that it is not is a result [incident.deploy.kubernetes]', async () => {
    const { run, change } = cluster();
    expect(await run('rollout_status')).toMatchObject({
      complete: true,
      desired: 2,
      updated: 2,
      available: 2,
      revision: '3',
    });
    change({ stuck: true });
    expect(await run('rollout_status', { within: '1s' })).toMatchObject({
      complete: false,
      said: 'error: timed out waiting for the condition',
      available: 1,
    });
  });

  it('goes back to a revision, which has a new number then [incident.deploy.kubernetes]', async () => {
    const { run, verify, read } = cluster();
    await run('set_image', IMAGE);
    expect(await verify('rollout_undo', { to_revision: '3' })).toEqual({ is: 'not-done' });
    expect(await run('rollout_undo', { to_revision: '3' })).toMatchObject({ from: '4', to: '5' });
    expect(await verify('rollout_undo', { to_revision: '3' })).toMatchObject({ is: 'done', result: { to: '5' } });
    expect(read().revisions.at(-1)!.image).toBe('shop:aaa');
    expect(await verify('rollout_undo', {})).toMatchObject({ is: 'unsure' });
    await expect(run('rollout_undo', { to_revision: '99' })).rejects.toMatchObject({ code: 'kubernetes.refused' });
  });

  it.each([
    [{ down: true }, {}, 'kubernetes.unreachable', { retryable: true, unanswered: false }],
    [{ forbidden: true }, {}, 'kubernetes.denied', { retryable: false }],
    [{}, { deployment: 'other' }, 'kubernetes.not_found', { retryable: false }],
    [{}, { container: 'other' }, 'kubernetes.no_container', { retryable: false }],
    [
      {
        warns: 'Warning: apps/v1beta1 Deployment is deprecated\nW1122 03:04:05.1  7 cached.go:88] stale\n',
        forbidden: true,
      },
      {},
      'kubernetes.denied',
      { retryable: false, message: expect.stringContaining('cannot patch resource') as string },
    ],
    [
      {
        says: "E1122 03:04:05.1     7 memcache.go:265] couldn't get current server API group list\nUnable to connect to the server: getting credentials: exec: executable aws failed with exit code 255\n",
      },
      {},
      'kubernetes.denied',
      { unanswered: false, message: expect.stringContaining('Log in to the cluster') as string },
    ],
    [
      { says: 'error: You must be logged in to the server (Unauthorized)\n' },
      {},
      'kubernetes.denied',
      { unanswered: false, message: expect.stringContaining('Log in to the cluster') as string },
    ],
    [
      { says: ' ', code: 0, prints: 'A new version of the wrapper is available.\n{"kind": ' },
      {},
      'kubernetes.not_understood',
      { message: expect.stringContaining('it is no JSON') as string },
    ],
  ])('that fails says why: %o %o [incident.deploy.kubernetes]', async (state, settings, code, failure) => {
    await expect(cluster(state).run('set_image', { ...IMAGE, ...settings })).rejects.toMatchObject({ code, failure });
  });

  it('runs with nothing of the daemon’s environment, and takes no argument for an option [incident.deploy.kubernetes]', async () => {
    process.env['GITHUB_TOKEN_OF_THIS_TEST'] = 'secret';
    const { run, read } = cluster();
    await run('rollout_status', { context: 'staging' });
    delete process.env['GITHUB_TOKEN_OF_THIS_TEST'];
    const [call] = read().calls;
    expect(call!.env).not.toContain('GITHUB_TOKEN_OF_THIS_TEST');
    expect(call!.argv.slice(0, 4)).toEqual(['--namespace=shop', '--context=staging', 'rollout', 'status']);
    for (const settings of [{ deployment: '--all' }, { namespace: '-n' }, { ...IMAGE, image: '-x' }])
      await expect(run('set_image', { ...IMAGE, ...settings })).rejects.toThrow('is no name');
  });
});
