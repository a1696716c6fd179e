import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
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
