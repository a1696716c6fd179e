import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { deployCommand } from '../../../daemon/actions/deploy-command.ts';
import { testContext } from '../../fakes/action-context.ts';

/** What is deployed is what stands in a file. */
let directory: string;
const node = (text: string): string[] => [process.execPath, '-e', text];
const DEPLOY = node(
  "require('fs').writeFileSync('deployed', process.env.COMMIT); console.log('deployed', process.env.COMMIT)",
);
const VERIFY = node(
  "const { readFileSync } = require('fs'); let has = ''; try { has = readFileSync('deployed', 'utf8') } catch {} process.exit(has === process.env.COMMIT ? 0 : 1)",
);
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'deploy-'));
});

const given = (more: object = {}) =>
  deployCommand.input.parse({ directory, command: DEPLOY, verify: VERIFY, env: { COMMIT: 'bbb' }, ...more });

describe('deploy.command', () => {
  it('deploys, and looks for itself whether it is there [incident.deploy.command]', async () => {
    const context = await testContext();
    expect(await deployCommand.verify!(given(), context)).toEqual({ is: 'not-done' });
    expect(await deployCommand.run(given(), context)).toMatchObject({
      said: 'deployed bbb',
      verified: true,
      already: false,
    });
    expect(await deployCommand.verify!(given(), context)).toMatchObject({ is: 'done', result: { already: true } });
  });

  it('takes no word for it: what ends well and is not there has failed [incident.deploy.command]', async () => {
    const lies = given({ command: node('console.log("done")') });
    await expect(deployCommand.run(lies, await testContext())).rejects.toMatchObject({ code: 'deploy.not_there' });
  });

  it('fails with the last line of what it wrote, and may be tried again [incident.deploy.command]', async () => {
    const broken = given({ command: node('console.error("no room left"); process.exit(3)') });
    await expect(deployCommand.run(broken, await testContext())).rejects.toMatchObject({
      code: 'deploy.failed',
      message: expect.stringContaining('no room left'),
      failure: { retryable: true },
    });
  });

  it('without a verifying command nobody can tell what became of it [incident.deploy.command]', async () => {
    const verdict = await deployCommand.verify!(given({ verify: [] }), await testContext());
    expect(verdict).toMatchObject({ is: 'unsure' });
    const confused = given({ verify: node('process.exit(2)') });
    await expect(deployCommand.verify!(confused, await testContext())).rejects.toMatchObject({ code: 'deploy.unsure' });
  });

  it('runs no shell: what looks like one is an argument [incident.deploy.command]', async () => {
    const text = `; touch ${join(directory, 'owned')}`;
    writeFileSync(join(directory, 'print.js'), 'console.log(process.argv[2])');
    const settings = given({ command: [process.execPath, 'print.js', text], verify: [] });
    expect(await deployCommand.run(settings, await testContext())).toMatchObject({ said: text, verified: false });
    expect(existsSync(join(directory, 'owned'))).toBe(false);
  });
});
