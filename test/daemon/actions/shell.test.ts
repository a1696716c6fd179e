import { existsSync } from 'node:fs';
import { mkdtemp, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { shellRun } from '../../../daemon/actions/shell.ts';
import { testContext } from '../../fakes/action-context.ts';

const folder = async () => realpath(await mkdtemp(path.join(tmpdir(), 'shell-')));

async function run(text: string, settings: object = {}, language = 'bash') {
  const context = await testContext({ source: { language, text } });
  const input = shellRun.input.parse({ directory: await folder(), ...settings });
  return { input, context, result: shellRun.run(input, context) };
}

describe('shell.run', () => {
  it('runs the fence in its folder, with values by environment only [core.action.shell]', async () => {
    const value = '$(touch owned) `touch owned` "; touch owned';
    const { input, result, context } = await run('echo "$VALUE"; pwd; echo oops >&2', { env: { VALUE: value } });
    expect(await result).toMatchObject({ exit_code: 0, stdout: `${value}\n${input.directory}\n`, stderr: 'oops\n' });
    expect(existsSync(path.join(input.directory, 'owned'))).toBe(false);
    expect(context.logged).toContain('oops');
  });

  it('stops at the first command that fails, and tells its last words', async () => {
    for (const language of ['bash', 'sh']) {
      await expect((await run('echo "it is broken"; false; echo later', {}, language)).result).rejects.toMatchObject({
        code: 'shell.failed',
        failure: {
          retryable: false,
          unanswered: false,
          message: 'The script ended with exit code 1: it is broken',
          data: { exit_code: 1 },
        },
      });
    }
    await expect((await run('false | cat')).result).rejects.toMatchObject({ code: 'shell.failed' });
  });

  it('takes other exit codes for a result when the step says so', async () => {
    expect(await (await run('exit 3', { exit_codes: [0, 3] })).result).toMatchObject({ exit_code: 3 });
  });

  it('is a write, unless the step says that it may be repeated', () => {
    const effect = shellRun.effect as (input: object) => string;
    expect(effect({ repeatable: false })).toBe('write');
    expect(effect({ repeatable: true })).toBe('repeatable');
    // What an expression gives is known only when it runs: until then it may be anything.
    expect(effect({ repeatable: '${{ inputs.again }}' as never })).toBe('write');
  });

  it('says what is missing, and ends what takes too long', async () => {
    await expect((await run('', {})).result).rejects.toMatchObject({ code: 'shell.no_script' });
    await expect((await run('print(1)', {}, 'python')).result).rejects.toMatchObject({ code: 'shell.no_script' });
    await expect((await run('sleep 60', { limit: '200ms' })).result).rejects.toMatchObject({
      code: 'process.timeout',
      failure: { unanswered: true },
    });
    expect(shellRun.input.safeParse({ directory: '/', env: { 'A B': 'x' } }).success).toBe(false);
  });
});
