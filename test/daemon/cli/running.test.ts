import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { commands } from '../../../daemon/cli/commands/index.ts';
import { createDesk, pageOf, type Desk } from '../../fakes/stagebook.ts';

let desk: Desk;
beforeEach(() => {
  desk = createDesk();
});
afterEach(() => desk.remove());

const block = (role: string, title: string, yaml: string, indent = ''): string =>
  [`${indent}- {{renderer :stagebook, ${role}}} ${title}`, '  ```yaml', `  ${yaml}`, '  ```']
    .map((line, index) => (index === 0 ? line : `${indent}${line}`))
    .join('\n');

const bump = block(
  'step',
  'Bump',
  'uses: version.bump\n  with: { directory: "${{ inputs.directory }}", level: minor, from: 1.0.0 }',
);
const read = block('step', 'Read', 'uses: version.read\n  with: { directory: "${{ inputs.directory }}" }');
const signOff = '- {{renderer :stagebook, gate}} Fine\n\t- {{renderer :stagebook, sign-off}} Is it fine';
const inputs = 'inputs: { directory: { type: path } }';

function packageHere(): void {
  desk.write('package.json', '{"name":"clock","version":"1.0.0"}\n');
}
const version = (): string =>
  (JSON.parse(readFileSync(`${desk.folder}/package.json`, 'utf8')) as { version: string }).version;

it('runs, waits for a person with exit code 3, and goes on when they approve [core.cli.commands]', async () => {
  packageHere();
  const page = desk.write('page.md', pageOf(`${read}\n${signOff}\n${bump}`, inputs));
  await desk.demo(page);
  const args = ['run', page, '-i', 'directory=.'];
  expect(await desk.run(...args)).toMatchObject({
    code: 2,
    err: expect.stringContaining('sign.no_terminal') as string,
  });
  const ran = await desk.run(...args, '--yes');
  expect(ran, ran.err).toMatchObject({ code: 0 });
  expect(version()).toBe('1.1.0');
  expect(ran.out).toMatch(/● Read {2}\d+ ms/);
  expect(ran.out).toContain('signed by demo');
  expect((await desk.run('list')).out).toMatch(/● +#1 +completed/);
  expect((await desk.run('show', '1')).out).toMatch(/☑ Is it fine +demo/);
  const { nodes } = JSON.parse((await desk.run('show', 'last', '--json')).out) as { nodes: Record<string, unknown> };
  expect(nodes).toHaveProperty('work/bump');
});

it('signs without a terminal in no other data directory [core.signature.unattended]', async () => {
  packageHere();
  const page = desk.write('page.md', pageOf(bump, inputs));
  for (const args of [
    ['people', 'add', 'Ada'],
    ['trust', page],
  ]) {
    const { code, err } = await desk.run(...args);
    expect(code).toBe(2);
    expect(err).toContain('sign.no_terminal');
  }
  expect((await desk.run('run', page, '-i', 'directory=.', '--yes')).err).toContain('sign.no_terminal');
  expect(version()).toBe('1.0.0');
});

it('does a dry run without signature, trust or effect [core.cli.dry-run]', async () => {
  packageHere();
  const page = desk.write('page.md', pageOf(bump, inputs));
  const { code, out, err } = await desk.run('run', page, '-i', 'directory=.', '--dry-run');
  expect(code, err).toBe(0);
  expect(out).toContain('Bump');
  expect(version()).toBe('1.0.0');
});

it('shows events as JSON lines, each of them readable [core.cli.live]', async () => {
  packageHere();
  const page = desk.write('page.md', pageOf(read, inputs));
  await desk.demo(page);
  const { code, out } = await desk.run('run', page, '-i', 'directory=.', '--json');
  const lines = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { event?: { type: string }; run?: { status: string } });
  expect(code).toBe(0);
  expect(lines[0]?.event?.type).toBe('run.started');
  expect(lines.at(-1)?.run?.status).toBe('completed');
});

const pause = block('wait', 'A moment', 'for: 30s');

it('is left by Ctrl-C resumable, says how, and goes on where it was [core.cli.interrupt]', async () => {
  packageHere();
  const page = desk.write('page.md', pageOf(`${read}\n${block('wait', 'A moment', 'for: 3s')}\n${bump}`, inputs));
  await desk.demo(page);
  const running = desk.start('run', page, '-i', 'directory=.', '--yes');
  await running.says('● Read');
  running.child.kill('SIGINT');
  const { code, err } = await running.ended;
  expect(code).toBe(130);
  const how = /stagebook (resume \S+)/.exec(err);
  expect(how, err).not.toBeNull();
  const resumed = await desk.run(...how![1]!.split(' '));
  expect(resumed, resumed.err).toMatchObject({ code: 0 });
  expect(version()).toBe('1.1.0');
  const events = JSON.parse((await desk.run('show', 'last', '--json')).out) as {
    nodes: Record<string, { starts: number }>;
  };
  expect(events.nodes['work/read']?.starts).toBe(1);
});

it('refuses a second daemon on the same data directory [core.refuse.second-daemon]', async () => {
  const first = desk.start('up');
  await first.says('is up on');
  const second = await desk.run('up');
  expect(second.code).toBe(2);
  expect(second.err).toMatch(/error daemon\.running: /);
  first.child.kill('SIGINT');
  expect(await first.ended).toMatchObject({ code: 0 });
});

it('reaches the daemon from other terminals: run, approve, cancel, list, show [core.cli.socket]', async () => {
  packageHere();
  const page = desk.write('page.md', pageOf(`${read}\n${signOff}\n${bump}`, inputs));
  const slow = desk.write('slow.md', pageOf(pause, inputs));
  await desk.demo(page, slow);
  const daemon = desk.start('up');
  await daemon.says('is up on');
  const waiting = await desk.run('run', page, '-i', 'directory=.', '--yes', '--json');
  expect(waiting.code, waiting.err).toBe(0);
  expect(version()).toBe('1.1.0');
  const hosted = desk.start('run', slow, '-i', 'directory=.');
  await hosted.says('Work');
  expect((await desk.run('list', '--status', 'running')).out).toContain('#2');
  expect(await desk.run('cancel', 'last')).toMatchObject({ code: 0 });
  expect(await hosted.ended).toMatchObject({ code: 1, out: expect.stringContaining('cancelled') as string });
  daemon.child.kill('SIGTERM');
  await daemon.ended;
});

it('lets somebody approve in a second terminal while the first hosts the run [core.cli.socket]', async () => {
  packageHere();
  const page = desk.write('page.md', pageOf(`${signOff}\n${read}`, inputs));
  await desk.demo(page);
  const first = desk.start('run', page, '-i', 'directory=.', '--wait');
  await first.says('◫');
  const second = await desk.run('approve', 'last', '--yes');
  expect(second, second.err).toMatchObject({ code: 0 });
  expect(await first.ended).toMatchObject({ code: 0 });
});

it('tells exit codes in --help, and has examples for every command [core.cli.help]', async () => {
  const { code, out } = await desk.run('--help');
  expect(code).toBe(0);
  for (const exit of ['0 ', '1 ', '2 ', '3 ', '130 ']) expect(out).toContain(`\n  ${exit}`);
  const names = [...out.matchAll(/^ {2}([a-z]+) [^\n]*(?=\n)/gm)].map(([, name]) => name!);
  const known = names.filter((name) => name !== 'help' && name !== 'stagebook');
  expect(known.length).toBeGreaterThanOrEqual(commands.length);
  for (const name of known) {
    const help = await desk.run(name, '--help');
    expect(help.code).toBe(0);
    expect(help.out, name).toMatch(/Usage: stagebook /);
  }
}, 120_000);

it('runs the scenarios beside a workflow [core.cli.scenarios]', async () => {
  const page = desk.write('page.md', pageOf(read, inputs));
  desk.write(
    'page.scenarios.yaml',
    'scenarios:\n  - name: it reads\n    inputs: { directory: . }\n    answers: { read: { package: a, version: 1.0.0, file: package.json, ecosystem: npm, repository: "" } }\n    expect: { status: completed }\n',
  );
  const good = await desk.run('test', page);
  expect(good.out, good.err).toContain('it reads');
  const none = await desk.run('test', desk.write('other.md', pageOf(read, inputs)));
  expect(none).toMatchObject({ code: 2, err: expect.stringContaining('scenario.none') as string });
});

it('asks nobody twice for one sign-off, and says who is missing [core.gate.persons]', async () => {
  const two = block('sign-off', 'Is it fine', 'people: 2', '\t');
  const page = desk.write('page.md', pageOf(`- {{renderer :stagebook, gate}} Fine\n${two}`));
  await desk.demo(page);
  const ran = await desk.run('run', page, '--yes');
  expect(ran, ran.err).toMatchObject({ code: 3, err: '' });
  const again = await desk.run('approve', 'last', '--yes');
  expect(again, again.err).toMatchObject({ code: 3, err: '' });
  expect(again.out).toContain(
    'demo has signed “Is it fine” already; persons count once. Still missing: one other person.',
  );
  expect(again.out).not.toContain('is decided');
});

it('says of a run in line that it waits for a slot, and for whom [core.engine.concurrency]', async () => {
  const asks = block('ask', 'Go', 'question: Go on?');
  const page = desk.write('page.md', pageOf(asks, 'concurrency: { key: release, limit: 1 }'));
  await desk.demo(page);
  const holder = await desk.run('run', page, '--yes');
  expect(holder, holder.err).toMatchObject({ code: 3 });
  desk.start('run', page, '--yes');
  const phrase = 'waits for a slot of “release”, which #1 A page has';
  await expect.poll(async () => (await desk.run('list')).out, { timeout: 30_000 }).toContain(phrase);
  const shown = await desk.run('show', '2');
  expect(shown.out).toContain(`A page #2`);
  expect(shown.out).toContain(phrase);
  expect((await desk.run('show', '1')).out).not.toContain('slot');
});
