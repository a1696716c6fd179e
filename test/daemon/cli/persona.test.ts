import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createDesk, pageOf, type Desk } from '../../fakes/stagebook.ts';

let desk: Desk;
beforeEach(() => void (desk = createDesk()));
afterEach(() => desk.remove());

it('lists personas, explains one and measures all [personas.budget.measured]', async () => {
  const listed = await desk.run('persona', 'list');
  expect(listed.out).toMatch(/^backend +\d+ patterns of actions, 8 tools, 2600 tokens$/m);
  const explained = await desk.run('persona', 'explain', 'backend');
  expect(explained.out).toMatch(/github\/search_code {2}of no server that is trusted here/);
  const unknown = await desk.run('persona', 'explain', 'nobody');
  expect(unknown).toMatchObject({ code: 2, err: expect.stringContaining('There are: backend') as string });
  const measured = await desk.run('persona', 'measure', '--tools', resolve('test/fixtures/mcp-tools'));
  expect(measured.out).toMatch(/^\| testing \| 10 \| 1628 \| 1700 \| 1500 \| 97\.1 % \|$/m);
  expect((await desk.run('persona', 'current')).out).toContain('Nothing is going on');
});

it('shows every tool of a server before it is trusted, and trusts none without a person [personas.mcp.trust]', async () => {
  await desk.run('list');
  const server = { command: process.execPath, args: [resolve('test/fakes/mcp/stdio-server.ts')] };
  writeFileSync(`${desk.home}/config.yaml`, JSON.stringify({ mcpServers: { tools: server } }));
  const { code, out, err } = await desk.run('trust', '--server', 'tools');
  expect(out).toMatch(/crash_writing \(write\)/);
  expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('needs a person at a terminal') as string });
});

it('a persona of somebody’s own that is trusted holds for rehearsals and scenarios, as it does for runs [personas.own.trusted]', async () => {
  const step = '- {{renderer :stagebook, step}} Note it\n  ```yaml\n  uses: memory.read\n  with: { key: a }\n  ```';
  const page = desk.write('page.md', pageOf(step, '', 'gardener'));
  desk.write(
    'page.scenarios.yaml',
    'scenarios:\n  - name: it reads\n    answers: { note_it: { found: false, key: a, value: null } }\n    expect: { status: completed }\n',
  );
  const persona = desk.write(
    'gardener.md',
    '- {{renderer :stagebook, persona}} Gardener\n  ```yaml\n  id: gardener\n  actions: [memory.*]\n  ```\n',
  );
  expect((await desk.run('test', page)).err).toContain('There is no persona “gardener” here');
  await desk.demo(persona, page);
  const [rehearsed, tested, replayed] = await Promise.all([
    desk.run('rehearse', page),
    desk.run('test', page),
    desk.run('test', 'page.scenarios.yaml', '--against', page),
  ]);
  expect(rehearsed, rehearsed.out + rehearsed.err).toMatchObject({ code: 0, err: '' });
  expect(tested, tested.out + tested.err).toMatchObject({ code: 0, err: '' });
  expect(replayed, replayed.err).toMatchObject({ code: 0, err: '' });
});
