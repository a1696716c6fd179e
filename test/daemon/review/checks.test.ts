import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFolderIndex } from '../../../daemon/graph-index/folder-index.ts';
import { actions } from '../../../daemon/actions/index.ts';
import { catalogueOf } from '../../../daemon/engine/compile.ts';
import { primitives } from '../../../daemon/primitives/index.ts';
import type { Ports } from '../../../daemon/review/check.ts';
import { checks } from '../../../daemon/review/checks/index.ts';
import { SEVERITIES } from '../../../daemon/review/finding.ts';
import { reviewGraph } from '../../../daemon/review/review.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'stagebook-checks-'));
  for (const folder of ['pages', 'logseq']) mkdirSync(join(root, folder));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const page = (name: string, text: string): void => writeFileSync(join(root, 'pages', `${name}.md`), text);
async function review(ports: Ports = {}) {
  const { index, settings } = await openFolderIndex(root);
  return reviewGraph(index, { settings, now: Date.parse('2026-11-21'), zone: 'UTC', ports });
}

describe('every check', () => {
  it.each(checks.map((check) => [check.check, check] as const))(
    '%s says what it is about and why it matters [review.checks.swept]',
    (name, check) => {
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(SEVERITIES).toContain(check.severity);
      expect(check.title).toMatch(/^[A-Z].*[^.]$/);
      expect(check.explanation).toMatch(/^[A-Z].*\.$/s);
      expect('run' in check !== 'onPage' in check).toBe(true);
    },
  );

  it('has a name of its own [review.checks.swept]', () => {
    expect(new Set(checks.map(({ check }) => check)).size).toBe(checks.length);
  });
});

it('says what it could not check for want of somebody to ask [review.checks.swept]', async () => {
  page('Release x', 'type:: release\npackage:: x\nversion:: 1.0.0\nstatus:: published\ndate:: 2026-01-01\n');
  page('Drill', '- {{renderer :stagebook, workflow}} Drill\n');
  const { notes } = await review();
  expect(notes.filter((note) => /not (?:compared|checked)/.test(note))).toHaveLength(2);
});

it('tells a workflow that uses an action that is gone, with its line [review.checks.workflows]', async () => {
  page(
    'Drill',
    '- {{renderer :stagebook, workflow}} Drill\n- ## {{renderer :stagebook, stage}} Do it\n  ```yaml\n  persona: keeper\n  ```\n\t- {{renderer :stagebook, step}} Look\n\t  ```yaml\n\t  uses: git.gaze\n\t  ```\n',
  );
  const catalogue = catalogueOf(
    {
      primitives,
      actions: new Map(actions.map((each) => [each.name, each])),
    },
    new Map([['keeper', { id: 'keeper', actions: ['git.*'], secrets: [] }]]),
  );
  const { findings } = await review({ catalogue });
  const gone = findings.filter(({ check }) => check === 'workflow-tool-gone');
  expect(gone).toHaveLength(1);
  expect(gone[0]).toMatchObject({ page: 'Drill', line: 8 });
  expect(gone[0]!.message).toContain('git.gaze');
});

it('tells paths of code that no repository has, and lines behind a file’s end [review.checks.code]', async () => {
  page('Code', '- `src/a.ts:3`, `src/a.ts:30` and `src/b.ts`; `either/or` and `a.b()` are none\n');
  const file = (path: string) => (path === 'src/a.ts' ? { lines: 10 } : undefined);
  const { findings } = await review({ repositories: { file } });
  const messages = findings.filter(({ check }) => check === 'broken-code-reference').map(({ message }) => message);
  expect(messages).toEqual(
    [
      'No configured repository has a file src/b.ts. Say where it is now.',
      'src/a.ts has 10 lines, and the page names line 30.',
    ].sort((a, b) => messages.indexOf(a) - messages.indexOf(b)),
  );
});

it('shows no secret in what it says about one [review.checks.secrets]', async () => {
  page('Notes', '- token: ghp_aB3dE6gH9kL2aB3dE6gH9kL2aB3dE6gH9kL2\n');
  const { findings } = await review();
  const { fix, ...said } = findings.find(({ check }) => check === 'secret')!;
  expect(JSON.stringify(said)).not.toContain('aB3dE6gH9kL2');
  expect(fix!.pages[0]!.changes).toEqual([{ kind: 'update', ref: '@0', content: '- token: ‹secret›'.slice(2) }]);
});
