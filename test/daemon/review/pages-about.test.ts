import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openFolderIndex } from '../../../daemon/graph-index/folder-index.ts';
import { pagesAbout, pathInRepository } from '../../../daemon/review/pages-about.ts';

let root: string;
const page = (name: string, text: string) => writeFileSync(join(root, 'notes/pages', `${name}.md`), text);
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'stagebook-about-')));
  for (const each of ['clock/src', 'other/lib', 'notes/pages']) mkdirSync(join(root, each), { recursive: true });
  writeFileSync(join(root, 'clock/src/main.ts'), 'export function startClock() {}\n');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

it('says which pages name a file, surely or by the end of its path, once a block, and no templates or lists [review.about.pages]', async () => {
  page('Clock', '- Starts in `src/main.ts:1` by `startClock()`, again `src/main.ts:1`\n\t- and `./src/main.ts`\n');
  page('Short', '- see `main.ts`\n- see `clock/src/main.ts#L3`\n');
  page('Others', '- `src/domain.ts` and `lib/main.ts` and src/main.ts in prose\n- ```\n  src/main.ts\n  ```\n');
  page('Template', '- a template\n  template:: one\n\t- `src/main.ts`\n');
  page('Code TODOs', 'type:: todos\n\n- `src/main.ts`\n');
  const { index } = await openFolderIndex(join(root, 'notes'));
  const told = (elsewhere: (path: string) => boolean) =>
    pagesAbout(index, 'src/main.ts', elsewhere).map(({ page: on, line, file, fileLine, sure, symbols }) =>
      [
        on,
        line,
        `${file}${fileLine === undefined ? '' : `:${fileLine}`}`,
        sure ? 'surely' : 'perhaps',
        ...symbols,
      ].join(' '),
    );
  const surely = ['Clock 1 src/main.ts:1 surely startClock()', 'Clock 2 src/main.ts surely'];
  expect(told(() => false)).toEqual([...surely, 'Short 1 main.ts perhaps', 'Short 2 clock/src/main.ts:3 perhaps']);
  expect(told((path) => path === 'main.ts')).toEqual([...surely, 'Short 2 clock/src/main.ts:3 perhaps']);
});

it('takes a file for what pages call it: from its repository, its checkout, or as it was given, also when it is gone [review.about.path]', () => {
  const [clock, other] = [join(root, 'clock'), join(root, 'other')];
  execFileSync('git', ['init', '-q', other]);
  symlinkSync(clock, join(root, 'link'));
  const path = (given: string, from = root, repositories = [clock, join(root, 'gone')]) =>
    pathInRepository(given, repositories, from);
  expect(path('clock/src/main.ts')).toBe('src/main.ts');
  expect(path('main.ts', join(clock, 'src'))).toBe('src/main.ts');
  expect(path(join(root, 'link/src/main.ts'))).toBe('src/main.ts');
  expect(path('clock/src/gone.ts')).toBe('src/gone.ts');
  expect(path('lib/a.ts', other)).toBe('lib/a.ts');
  expect(path('./nowhere/src/main.ts')).toBe('nowhere/src/main.ts');
  expect(path('src/main.ts', join(root, 'notes'))).toBe('src/main.ts');
});
