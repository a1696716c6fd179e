import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../../daemon/clock.ts';
import { openFolder } from '../../../daemon/graph/folder.ts';
import { sqliteBlockMemory } from '../../../daemon/journal/block-memory.ts';
import { openDatabase } from '../../../daemon/journal/database.ts';
import { sqliteReviews } from '../../../daemon/journal/reviews.ts';
import type { DocBlock } from '../../../daemon/pages/page.ts';
import { gatherTodos, todosDoc } from '../../../daemon/review/code-todos.ts';
import { createReview } from '../../../daemon/review/service.ts';

let root: string;
const write = (path: string, text: string): void => {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text);
};
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'stagebook-todos-'));
  write(
    'code/src/a.ts',
    'const a = 1; // TODO(ada): take it out {{embed [[x]]}}\nconst TODO = "TODO: no comment";\n/* FIXME */\n',
  );
  write('code/b.py', '# HACK: until Monday\nx = 1  # todo in small letters\n');
  write('code/index.html', '<!-- XXX: a title -->\n');
  write('code/node_modules/p/index.js', '// TODO: not ours\n');
  write('code/picture.png', 'TODO\0// TODO: no text\n');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

it('gathers what comments leave to be done, and not what only looks like it [review.checks.todos]', async () => {
  const all = async () => {
    const [found] = await gatherTodos([join(root, 'code')]);
    return found!.todos.map(({ path, line, mark, owner, text }) => [path, line, mark, owner, text]);
  };
  const expected = [
    ['b.py', 1, 'HACK', undefined, 'until Monday'],
    ['index.html', 1, 'XXX', undefined, 'a title'],
    ['src/a.ts', 1, 'TODO', 'ada', 'take it out {{embed [[x]]}}'],
    ['src/a.ts', 3, 'FIXME', undefined, ''],
  ];
  expect(await all()).toEqual(expected);
  // Where there is git, what it tracks.
  const git = (...args: string[]) => execFileSync('git', args, { cwd: join(root, 'code'), stdio: 'pipe' });
  git('init', '-q');
  git('add', 'b.py');
  expect(await all()).toEqual(expected.slice(0, 1));
});

it('writes them as a page when it is asked for, which stays as it is when nothing changed [review.checks.todos]', async () => {
  mkdirSync(join(root, 'notes', 'pages'), { recursive: true });
  const database = openDatabase(':memory:');
  const graph = await openFolder(join(root, 'notes'));
  const review = (repositories: string[]) =>
    createReview({
      store: sqliteReviews(database),
      memory: sqliteBlockMemory(database),
      clock: systemClock,
      zone: 'UTC',
      graph: () => Promise.resolve(graph),
      nameOf: () => 'notes',
      examine: () => Promise.reject(new Error('nobody reviews')),
      repositories,
    });
  try {
    await expect(review([]).writeTodos('g')).rejects.toMatchObject({ code: 'review.no_repositories' });
    expect(await review([join(root, 'code')]).writeTodos('g')).toBe('Code TODOs');
    const file = join(root, 'notes', 'pages', 'Code TODOs.md');
    const page = readFileSync(file, 'utf8');
    expect(page).toContain('`src/a.ts:1` todo (ada): take it out');
    expect(page).toContain('type:: todos');
    expect(page).not.toMatch(/\{\{embed|\[\[x\]\]/);
    await review([join(root, 'code')]).writeTodos('g');
    expect(readFileSync(file, 'utf8')).toBe(page);
  } finally {
    database.close();
  }
});

it('keeps repositories of one name apart, says which folder is not there, and shows paths as they are [review.checks.todos]', async () => {
  const [one, two] = [join(root, 'a', 'api'), join(root, 'b', 'api')];
  for (const each of [one, two]) {
    mkdirSync(each, { recursive: true });
    writeFileSync(join(each, 'x` {{embed [[y]]}} `.sh'), '# TODO the same\n');
  }
  const { blocks } = todosDoc(await gatherTodos([one, two]));
  const all = blocks.flatMap(function flat(block: DocBlock): DocBlock[] {
    return [block, ...(block.children ?? []).flatMap(flat)];
  });
  expect(new Set(all.map(({ key }) => key)).size).toBe(all.length);
  expect(all.map(({ content }) => content).join('\n')).not.toMatch(/\{\{embed|x` /);
  await expect(gatherTodos([one, join(root, 'gone')])).rejects.toMatchObject({ code: 'review.repository_gone' });
});
