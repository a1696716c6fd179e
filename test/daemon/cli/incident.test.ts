import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { postStorm, STORM_TOKEN, stormOf, trustIn } from '../../../bench/storm.ts';
import { createDesk, type Desk } from '../../fakes/stagebook.ts';

let desk: Desk;
let graph: string;
beforeEach(() => {
  vi.stubEnv('STORM_TOKEN', STORM_TOKEN);
  vi.stubEnv('STAGEBOOK_PORT', '0');
  desk = createDesk();
  graph = mkdtempSync(join(tmpdir(), 'stagebook-incident-'));
});
afterEach(async () => {
  await desk.remove();
  vi.unstubAllEnvs();
  rmSync(graph, { recursive: true, force: true });
});

it('an incident is told of, corrected, exported and verified at the command line, while the daemon is up [incident.pages.corrections]', async () => {
  await trustIn(desk.home, graph);
  const up = desk.start('up');
  let said = '';
  up.child.stdout!.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await up.says('panel');
  const port = Number(/127\.0\.0\.1:(\d+)/.exec(said)![1]);
  await postStorm(port, stormOf({ alerts: 3, groups: 1, seed: 1 }).bodies);

  const listed = await desk.run('incident', 'list');
  expect(listed.out).toMatch(/^INC-\d{4}-\d\d-\d\d-001 {2}P1 Active/m);
  const [id] = /INC-\S+/.exec(listed.out)!;
  const why = ['--why', 'Users wrote at ten to.', '--as', 'Ada'];
  const raised = await desk.run('incident', 'set', id, 'severity=P0', 'impact_started=2026-11-21T02:50:00Z', ...why);
  expect(raised).toMatchObject({ code: 0 });
  expect(raised.out).toContain('It is P0 now; that calls nobody');
  expect((await desk.run('incident', 'line', 'last', '1', 'hide', ...why)).code).toBe(0);
  const wrong = await desk.run('incident', 'set', id, 'severity=P9');
  expect(wrong).toMatchObject({ code: 2 });
  expect(wrong.err).toContain('incident.field');
  expect((await desk.run('incident', 'set', id, 'severty=P0')).err).toContain(
    'Did you mean severity? There are title,',
  );
  expect((await desk.run('incident', 'set', 'INC-1', 'status=Closed')).err).toContain('incident.not_found');

  const page = join(graph, 'pages', `${id}.md`);
  await vi.waitFor(() => expect(readFileSync(page, 'utf8')).toContain('changed severity from P1 to P0: Users wrote'), {
    timeout: 20_000,
    interval: 100,
  });
  expect(readFileSync(page, 'utf8')).toContain('impact-started:: 2026-11-21T02:50:00Z');
  const verified = await desk.run('verify', id, '--offline');
  expect(verified.out).toContain('✓ nothing was changed');
  const file = join(desk.folder, 'incident.json');
  expect((await desk.run('export', id, '--bundle', file)).code).toBe(0);
  expect(existsSync(file)).toBe(true);
  expect((await desk.run('verify', file)).code).toBe(0);
  up.child.kill('SIGTERM');
  await up.ended;
}, 120_000);

it('an incident is begun by a line of what happens, and says what it does not know [incident.pages.corrections]', async () => {
  expect((await desk.run('incident', 'ack', 'last')).err).toContain('There is no incident yet.');
  expect((await desk.run('outbox')).out).toContain('No channel is configured');
  const start = await desk.run('incident', 'start', 'The checkout answers 500', '-i', 'severty=P1');
  expect(start).toMatchObject({ code: 2 });
  expect(start.err).toContain('takes no input “severty”. Did you mean severity?');
  expect(start.err).not.toContain('title');
  const help = await desk.run('incident', '--help');
  expect(Math.max(...help.out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
}, 60_000);
