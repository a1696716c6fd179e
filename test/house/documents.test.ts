import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DOCUMENTS = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md'];
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

/** Names that a document makes up to show how a thing is added. */
const EXAMPLES = /github-close-issue|two-by-two|stale-link|weekly-report|my-page/;

const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, found]) => found!);

describe.each(DOCUMENTS)('%s', (document) => {
  const text = read(document);

  it('names only files that are there [core.house.documents]', () => {
    const named = all(text, /`((?:shared|daemon|plugin|test|bench|workflows|\.ci|\.github)\/[\w./-]*)`/g);
    const linked = all(text, /\]\((?!https?:|#)([^)#]+)/g).map((link) => join(dirname(document), link));
    expect([...named, ...linked].filter((file) => !EXAMPLES.test(file) && !existsSync(join(ROOT, file)))).toEqual([]);
  });

  it('names only commands that npm has [core.house.documents]', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = all(text, /npm (?:run (?:-s )?|(?=start|test))([a-z][a-z:]*)/g);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('names only commands that stagebook has [core.house.documents]', () => {
    const help = execFileSync(process.execPath, [join(ROOT, 'daemon/cli/stagebook.mjs'), '--help'], {
      encoding: 'utf8',
    });
    const named = all(text, /^(?:\$ )?(?:npm run |npx )?stagebook ([a-z]+)/gm).concat(
      all(text, /`(?:npm run )?stagebook ([a-z]+)/g),
    );
    expect(named.filter((name) => !new RegExp(`^ +${name}\\b`, 'm').test(help))).toEqual([]);
  });
});
