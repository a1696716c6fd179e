import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readConfig } from '../../../daemon/config.ts';
import { openDaemon } from '../../../daemon/open.ts';
import { enrol } from '../../../daemon/people/enrol.ts';
import { markAsDemo } from '../../../daemon/people/unattended.ts';
import { changedSince } from '../../../daemon/review/changed-since.ts';
import { trustable } from '../../../daemon/review/claims/claim.ts';
import { parseOutline } from '../../../shared/outline/index.ts';
import { parseWorkflow } from '../../../shared/workflow/parse.ts';
import { createDesk, type Desk } from '../../fakes/stagebook.ts';

const CLAIM = '- {{renderer :stagebook, claim}} Two is more than three\n  ```yaml\n  that: 2 > 3\n  ```\n';
const OUTSIDE = '- {{renderer :stagebook, claim}} It is there\n  ```yaml\n  url: http://127.0.0.1:9/gone\n  ```\n';

let desk: Desk;
let graph: string;
const write = (name: string, text: string) => writeFileSync(join(graph, 'pages', `${name}.md`), text);
const files = () =>
  readdirSync(graph, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('.git') && !entry.parentPath.includes('.stagebook'))
    .map((entry) => `${entry.name} ${readFileSync(join(entry.parentPath, entry.name), 'utf8')}`);
beforeEach(() => {
  desk = createDesk();
  graph = join(desk.folder, 'notes');
  mkdirSync(join(graph, 'pages'), { recursive: true });
  write('Runbook', CLAIM);
  write('Other', '- nothing to see, see [[Runbook]]\n');
  write('Index', '- [[Other]] [[Runbook]]\n');
});
afterEach(() => desk.remove());

it('tells what it finds with an exit code for CI, as text and JSON, and writes nothing but the page that is asked for [review.cli.exit]', async () => {
  const before = files();
  const plain = await desk.run('review', graph, '--fail-on', 'error');
  expect(plain.out).toContain('“Two is more than three” is not true any more');
  expect(plain.code, plain.err).toBe(1);
  const json = await desk.run('review', graph, '--json');
  expect(json.code, json.err).toBe(0);
  const { findings } = JSON.parse(json.out) as { findings: { check: string; page: string }[] };
  expect(findings).toContainEqual(expect.objectContaining({ check: 'claims', page: 'Runbook', severity: 'error' }));
  expect(files()).toEqual(before);
  write('Runbook', CLAIM.replace('2 > 3', '4 > 3'));
  const written = await desk.run('review', graph, '--page', '--fail-on', 'error');
  expect(written.out).toMatch(/Written: \[\[Review\/\d{4}-\d\d-\d\d\]\]/);
  expect(written.code, written.err).toBe(0);
  expect(files().length).toBe(before.length + 1);
  expect((await desk.run('review', join(desk.folder, 'nowhere'))).code).toBe(2);
  const empty = join(desk.folder, 'empty');
  mkdirSync(empty);
  expect((await desk.run('review', empty)).code).toBe(2);
  expect(readdirSync(empty)).toEqual([]);
});

it('says which pages name a file of code, and which lines of it are gone [review.about.cli]', async () => {
  const code = join(desk.folder, 'clock');
  mkdirSync(join(code, 'src'), { recursive: true });
  writeFileSync(join(code, 'src/main.ts'), 'one\ntwo\n');
  mkdirSync(desk.home, { recursive: true });
  writeFileSync(join(desk.home, 'config.yaml'), `review: { repositories: ['${code}'] }\n`);
  write('Clock', '- Starts in `src/main.ts:9`\n');
  write('Short', '- see `main.ts`\n');
  const before = files();
  const told = await desk.run('review', graph, '--about', 'clock/src/main.ts:2');
  expect(told.out.split('\n'), told.err).toEqual([
    'src/main.ts is named on 1 page',
    '  Clock:1  src/main.ts:9 (it has 2 lines)  Starts in `src/main.ts:9`',
    'By the end of its path only, perhaps another file, on 1 page',
    '  Short:1  main.ts  see `main.ts`',
    '',
  ]);
  expect(told.code).toBe(0);
  const json = await desk.run('review', graph, '--about', 'src/none.ts', '--json');
  expect(JSON.parse(json.out)).toEqual({ file: 'src/none.ts', named: [] });
  expect((await desk.run('review', graph, '--about', 'src/none.ts')).out).toBe('src/none.ts is named on no page.\n');
  expect(files()).toEqual(before);
});

it('looks only at what changed since a commit, a day or for so long [review.cli.since]', async () => {
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.org', ...args], {
      cwd: graph,
      stdio: 'pipe',
    });
  const root = realpathSync(graph);
  const changed = async (since: string) => {
    const has = await changedSince(root, since, Date.now());
    return ['Runbook', 'Other', 'Index', 'New', 'Ünï/cödé'].filter(has);
  };
  expect(await changed('1d')).toEqual(['Runbook', 'Other', 'Index']);
  await expect(changed('main')).rejects.toMatchObject({ code: 'review.since' });
  git('init', '-q');
  git('add', '.');
  git('commit', '-qm', 'one');
  expect(await changed('HEAD')).toEqual([]);
  write('Runbook', `${CLAIM}- more\n`);
  write('Ünï___cödé', '- not added yet\n');
  expect(await changed('HEAD')).toEqual(['Runbook', 'Ünï/cödé']);
  git('commit', '-qam', 'two');
  expect(await changed('HEAD')).toEqual(['Ünï/cödé']);
  expect(await changed('HEAD~1')).toEqual(['Runbook', 'Ünï/cödé']);
  expect(await changed('1d')).toEqual(['Runbook', 'Other', 'Index', 'Ünï/cödé']);
  for (const wrong of ['--output=x', 'no-such-branch']) {
    await expect(changed(wrong)).rejects.toMatchObject({ code: 'review.since' });
  }
  expect((await desk.run('review', graph, '--since', 'HEAD', '--fail-on', 'error')).code).toBe(0);
  expect((await desk.run('review', graph, '--since', 'HEAD~1', '--fail-on', 'error')).code).toBe(1);
});

it('asks nobody outside for a page’s claims before they are trusted, and says how [review.claims.untrusted]', async () => {
  write('Runbook', OUTSIDE);
  const before = await desk.run('review', graph, '--json');
  const [hint] = (
    JSON.parse(before.out) as { findings: { check: string; severity: string; trust?: string }[] }
  ).findings.filter(({ check }) => check === 'claims');
  const definition = trustable(parseWorkflow(parseOutline(OUTSIDE).blocks).claims);
  const daemon = await openDaemon(readConfig(desk.home));
  try {
    const { engine, people, keys } = daemon;
    const { person, pin } = markAsDemo(desk.home);
    enrol(people, keys, { name: person, pin });
    const hash = await engine.propose(definition);
    expect(hint).toMatchObject({ severity: 'hint', trust: hash });
    await engine.trust(hash, keys.sign(person, pin, engine.challenge({ kind: 'trust', definition: hash })));
  } finally {
    await daemon.close();
  }
  const after = await desk.run('review', graph);
  expect(after.out).toContain('“It is there” is not true any more');
  expect((await desk.run('trust', 'Runbook', '--claims', '--graph', graph)).out).toContain('are trusted as they are');
});
