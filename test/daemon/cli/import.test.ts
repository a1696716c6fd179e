import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createDesk, type Desk } from '../../fakes/stagebook.ts';

let desk: Desk;
beforeEach(() => void (desk = createDesk()));
afterEach(() => desk.remove());

it('imports a runbook as a page that check accepts, once, and servers into the configuration [personas.import.runbook] [personas.import.servers]', async () => {
  const runbook = resolve('test/fixtures/runbooks/restore-backup.workflow.md');
  const first = await desk.run('import', runbook, '--to', desk.folder);
  expect(first).toMatchObject({ code: 0, err: '' });
  expect(first.out).toContain('code_1 is for a person to do');
  const page = join(desk.folder, 'restore-backup.md');
  expect(await desk.run('check', page)).toMatchObject({ code: 0, err: '' });
  expect(await desk.run('import', runbook, '--to', desk.folder)).toMatchObject({
    code: 2,
    err: expect.stringContaining('import.exists') as string,
  });
  const servers = desk.write(
    '.mcp.json',
    JSON.stringify({ mcpServers: { files: { command: 'npx', args: ['files'] } } }),
  );
  expect((await desk.run('import', servers)).out).toContain('Added to the configuration: files.');
  expect(readFileSync(join(desk.home, 'config.yaml'), 'utf8')).toContain('command: npx');
  expect((await desk.run('import', servers)).out).toContain('left as they are: files');
});
