import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A small tree in which every rule is broken once: file → what it imports. */
const BROKEN: Record<string, { imports: string[]; breaks?: string }> = {
  'shared/word.ts': { imports: [] },
  'shared/both.ts': { imports: ['../daemon/clock.ts'], breaks: 'shared-is-ours-alone' },
  'shared/files.ts': { imports: ['node:fs'], breaks: 'shared-is-pure' },
  'shared/one.ts': { imports: ['./other.ts'], breaks: 'no-cycles' },
  'shared/other.ts': { imports: ['./one.ts'] },
  'daemon/clock.ts': { imports: ['../shared/word.ts'] },
  'daemon/lost.ts': { imports: ['./nowhere.ts'], breaks: 'not-found' },
  'daemon/shown.ts': { imports: ['./demo/index.ts'], breaks: 'demo-is-a-leaf' },
  'daemon/tested.ts': { imports: ['../test/fake.ts'], breaks: 'product-without-tests' },
  'daemon/demo/index.ts': { imports: ['../primitives/index.ts'] },
  'daemon/engine/execute.ts': { imports: ['../primitives/index.ts'], breaks: 'composition-root-picks' },
  'daemon/engine/durable.ts': { imports: ['../primitives/primitive.ts'] },
  'daemon/primitives/primitive.ts': { imports: ['../../shared/word.ts'] },
  'daemon/primitives/index.ts': { imports: ['./wait.ts', './when.ts'] },
  'daemon/primitives/wait.ts': { imports: ['./primitive.ts', '../../shared/word.ts'] },
  'daemon/primitives/when.ts': { imports: ['./wait.ts'], breaks: 'primitive-knows-its-define-file' },
  'daemon/actions/action.ts': { imports: [] },
  'daemon/actions/git.ts': { imports: ['../engine/durable.ts'], breaks: 'action-knows-its-define-file' },
  'daemon/pages/page.ts': { imports: [] },
  'daemon/pages/run.ts': { imports: ['../graph/folder.ts'], breaks: 'page-knows-its-define-file' },
  'daemon/graph/folder.ts': { imports: ['../clock.ts'] },
  'daemon/assemble.ts': { imports: ['./primitives/index.ts', './engine/execute.ts'] },
  'test/fake.ts': { imports: ['../daemon/assemble.ts'] },
};

it('finds every import against the layers, and no other [core.house.layers]', async () => {
  const tree = mkdtempSync(join(tmpdir(), 'layers-'));
  for (const [file, { imports }] of Object.entries(BROKEN)) {
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    // A type is enough: who knows a type of another knows the other.
    const lines = imports.map((from, n) => `import type { Thing as Thing${n} } from '${from}';`);
    writeFileSync(join(tree, file), [...lines, 'export type Thing = 1;', ''].join('\n'));
  }
  for (const file of ['tsconfig.json', 'package.json', '.dependency-cruiser.mjs'])
    cpSync(join(ROOT, file), join(tree, file));
  const program = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const argv = [program, '--config', '.dependency-cruiser.mjs', '--output-type', 'json', 'shared', 'daemon', 'test'];
  const { stdout } = await promisify(execFile)(process.execPath, argv, { cwd: tree, maxBuffer: 2 ** 26 });
  const { summary } = JSON.parse(stdout) as { summary: { violations: { from: string; rule: { name: string } }[] } };
  const found = summary.violations.map(({ from, rule }) => `${from} ${rule.name}`).sort();
  const expected = Object.entries(BROKEN).flatMap(([file, { breaks }]) => (breaks ? [`${file} ${breaks}`] : []));
  expect(found).toEqual(expected.sort());
});
