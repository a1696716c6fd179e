import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openFolderIndex } from '../../../daemon/graph-index/folder-index.ts';
import { brokenCodeReference } from '../../../daemon/review/checks/broken-code-reference.ts';
import { reviewGraph } from '../../../daemon/review/review.ts';
import { openRepositories } from '../../../daemon/review/repositories.ts';

it('knows the files of repositories and their lines, and none outside of them [review.checks.code]', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stagebook-code-'));
  try {
    const [one, two] = [join(folder, 'one'), join(folder, 'two')];
    for (const each of [one, two]) mkdirSync(join(each, 'src'), { recursive: true });
    writeFileSync(join(two, 'src', 'a.ts'), 'a\nb\nc\n');
    writeFileSync(join(folder, 'outside.ts'), 'x\n');
    symlinkSync(join(folder, 'outside.ts'), join(one, 'link.ts'));
    const { file } = openRepositories([one, two, join(folder, 'gone')]);
    expect(file('src/a.ts')).toMatchObject({ lines: 3 });
    expect([file('src/b.ts'), file('../outside.ts'), file('link.ts')]).toEqual([undefined, undefined, undefined]);
    writeFileSync(join(two, 'src', 'a.ts'), 'a\nb\nc\nd');
    expect(file('src/a.ts')).toMatchObject({ lines: 4 });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('a function is gone when the file that the same block names does not say it any more [review.checks.code]', async () => {
  const root = mkdtempSync(join(tmpdir(), 'stagebook-code-'));
  try {
    for (const path of ['code/src', 'notes/pages']) mkdirSync(join(root, path), { recursive: true });
    writeFileSync(join(root, 'code/src/server.ts'), 'export class Server {\n  listen() {}\n}\n');
    writeFileSync(
      join(root, 'notes/pages/Server.md'),
      '- `src/server.ts` has `Server.listen()` and `Server.begin()`\n- `setTimeout()` and `begin()` alone are anybody’s\n- `src/gone.ts` had `begin()`\n',
    );
    const { index, settings } = await openFolderIndex(join(root, 'notes'));
    const ports = {
      repositories: openRepositories([join(root, 'code')]),
      pull: () => Promise.resolve(false),
    };
    const checks = [brokenCodeReference];
    const look = async () =>
      (await reviewGraph(index, { settings, now: Date.now(), zone: 'UTC', ports, checks })).findings.map(
        ({ line, message }) => `${line} ${message}`,
      );
    expect((await look()).sort()).toEqual([
      '1 src/server.ts has no Server.begin() any more. Say where it is now.',
      '3 No configured repository has a file src/gone.ts. Say where it is now.',
    ]);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});

it('knows files with letters of any language and with brackets in their paths [review.checks.code]', async () => {
  const root = mkdtempSync(join(tmpdir(), 'stagebook-code-'));
  try {
    for (const path of ['code/app/[id]', 'code/src', 'notes/pages']) mkdirSync(join(root, path), { recursive: true });
    writeFileSync(join(root, 'code/src/größe.ts'), 'x\n');
    writeFileSync(join(root, 'code/app/[id]/page.tsx'), 'x\n');
    writeFileSync(
      join(root, 'notes/pages/Code.md'),
      '- `src/größe.ts` `src/größe.ts:7` `app/[id]/page.tsx` `app/[slug]/page.tsx` `a[0].b` `f(a/b)`\n',
    );
    const { index, settings } = await openFolderIndex(join(root, 'notes'));
    const ports = { repositories: openRepositories([join(root, 'code')]) };
    const request = { settings, now: Date.now(), zone: 'UTC', ports, checks: [brokenCodeReference] };
    const { findings } = await reviewGraph(index, request);
    expect(findings.map(({ message }) => message).sort()).toEqual([
      'No configured repository has a file app/[slug]/page.tsx. Say where it is now.',
      'src/größe.ts has 1 line, and the page names line 7.',
    ]);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
