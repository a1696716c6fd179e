import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sandboxRun } from '../../../daemon/actions/sandbox.ts';
import { createProcessRunner } from '../../../daemon/process/runner.ts';
import { createSandbox } from '../../../daemon/sandbox/sandbox.ts';
import { testContext } from '../../fakes/action-context.ts';
import { requireProgram } from '../../programs.ts';

const hasBwrap = requireProgram('bwrap') && requireProgram('python');
const sandbox = createSandbox({ process: createProcessRunner() });
afterAll(() => sandbox.close());

const run = async (settings: object, source?: { language: string; text: string }) =>
  sandboxRun.run(sandboxRun.input.parse(settings), await testContext({ sandbox, ...(source && { source }) }));

describe.runIf(hasBwrap)('sandbox.run', () => {
  it('runs the step’s fence and says how it was isolated [core.sandbox.run]', async () => {
    const result = await run(
      { files: { 'in.txt': 'x' }, env: { N: '3' } },
      { language: 'python', text: 'import os\nprint(open("in.txt").read() * int(os.environ["N"]))' },
    );
    expect(result).toMatchObject({ ok: true, exit_code: 0, stdout: 'xxx\n', stderr: '', level: 'bubblewrap' });
  });

  it('runs code that came as a value, a file or a program, such as an example with its package', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'code-'));
    await writeFile(path.join(folder, 'package.json'), '{"name":"thing","exports":"./thing.js"}');
    await writeFile(path.join(folder, 'thing.js'), 'exports.thing = 3;');
    await writeFile(path.join(folder, 'main.py'), 'print(4)');
    const code = 'const { thing } = require("thing"); console.log(thing)';
    expect(await run({ code, language: 'node', packages: [folder] })).toMatchObject({ stdout: '3\n' });
    expect(await run({ code_file: path.join(folder, 'main.py') })).toMatchObject({ stdout: '4\n' });
    expect(await run({ argv: ['node', '-p', '5'] })).toMatchObject({ stdout: '5\n' });
  });

  it('takes a bad end for a result, and a late one for a failure', async () => {
    expect(await run({ code: 'raise SystemExit(3)', language: 'python' })).toMatchObject({ ok: false, exit_code: 3 });
    await expect(run({ code: 'while True: pass', language: 'python', limit: '300ms' })).rejects.toMatchObject({
      code: 'sandbox.timeout',
    });
  });
});

describe('sandbox.run without what it needs', () => {
  it('says which one thing it wants', async () => {
    await expect(run({})).rejects.toMatchObject({
      code: 'sandbox.what',
      message: expect.stringContaining('nothing to run'),
    });
    await expect(run({ code: 'x', argv: ['true'] })).rejects.toMatchObject({ code: 'sandbox.what' });
    await expect(run({ code: 'x' })).rejects.toMatchObject({ code: 'sandbox.language' });
    await expect(run({}, { language: 'ruby', text: 'x' })).rejects.toMatchObject({ code: 'sandbox.language' });
    await expect(run({ code_file: '/no/such.py' })).rejects.toMatchObject({ code: 'sandbox.no_file' });
    await expect(run({ code: 'x', language: 'node', limit: 'soon' })).rejects.toMatchObject({
      code: 'duration.invalid',
    });
  });

  it('does not begin where there is no sandbox [core.sandbox.no-fallback]', async () => {
    const none = createSandbox({ process: createProcessRunner({ programs: { bwrap: '/nowhere/bwrap' } }) });
    const context = await testContext({ sandbox: none, source: { language: 'python', text: 'print(1)' } });
    await expect(sandboxRun.run(sandboxRun.input.parse({}), context)).rejects.toMatchObject({
      code: 'sandbox.unavailable',
    });
  });
});
