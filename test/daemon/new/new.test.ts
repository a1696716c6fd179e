import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

let tree: string;
beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), 'new-'));
  for (const name of [
    'shared',
    'daemon',
    'plugin',
    'test',
    'bench',
    'package.json',
    'tsconfig.json',
    'vitest.config.ts',
    '.prettierrc.json',
  ])
    cpSync(join(ROOT, name), join(tree, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(tree, 'node_modules'), 'junction');
});

function run(...argv: string[]): Promise<{ code: number; out: string; error: string }> {
  return new Promise((resolve) => {
    const { VITEST, VITEST_WORKER_ID, VITEST_POOL_ID, ...env } = process.env;
    execFile(process.execPath, argv, { cwd: tree, env: { ...env, NO_COLOR: '1' } }, (failed, out, error) => {
      resolve({ code: typeof failed?.code === 'number' ? failed.code : 0, out, error });
    });
  });
}
const make = (kind: string, name: string) => run('daemon/new/index.ts', kind, name);
const read = (file: string) => readFileSync(join(tree, file), 'utf8');

const MADE = [
  {
    kind: 'primitive',
    name: 'two-by-two',
    file: 'daemon/primitives/two-by-two.ts',
    listed: 'twoByTwo',
    list: 'daemon/primitives/index.ts',
  },
  {
    kind: 'primitive',
    name: 'switch',
    file: 'daemon/primitives/switch.ts',
    listed: 'switchRole',
    list: 'daemon/primitives/index.ts',
  },
  {
    kind: 'action',
    name: 'sample.say_twice',
    file: 'daemon/actions/sample-say-twice.ts',
    listed: 'sampleSayTwice',
    list: 'daemon/actions/index.ts',
  },
  {
    kind: 'page',
    name: 'weekly-report',
    file: 'daemon/pages/weekly-report.ts',
    listed: 'weeklyReportPage',
    list: 'daemon/pages/index.ts',
  },
  {
    kind: 'check',
    name: 'twice-told',
    file: 'daemon/review/checks/twice-told.ts',
    listed: 'twiceTold',
    list: 'daemon/review/checks/index.ts',
  },
];

describe('npm run new', () => {
  it.each(MADE)(
    'makes the $kind $name: its file, its test, its line [core.house.new]',
    async ({ kind, name, file, list, listed }) => {
      const { code, out, error } = await make(kind, name);
      expect({ code, error }).toEqual({ code: 0, error: '' });
      expect(out).toContain(file);
      expect(read(file)).toContain(`'${name}'`);
      expect(read(list)).toMatch(new RegExp(`import \\{ ${listed} \\} from '\\./[\\w-]+\\.ts';`));
      expect(read(list).match(new RegExp(`\\b${listed}\\b`, 'g'))).toHaveLength(2);
    },
  );

  it.each(MADE)('refuses the $kind $name a second time [core.house.new]', async ({ kind, name, list }) => {
    const before = read(list);
    const { code, error } = await make(kind, name);
    expect(code).toBe(2);
    expect(error).toMatch(/already/);
    expect(read(list)).toBe(before);
  });

  it.each([
    ['primitive', 'sequence', /exists already/],
    ['primitive', 'Two_By_Two', /no name for it: lower-case words/],
    ['primitive', '../escape', /no name for it/],
    ['action', 'memory.read', /memory\.read is in|already/],
    ['action', 'readMemory', /integration\.verb/],
    ['page', 'run', /exists already/],
    ['check', 'orphan', /exists already/],
    ['plugin', 'thing', /primitive, action, page/],
    ['constructor', 'thing', /primitive, action, page/],
  ])('refuses %s %s with what to do [core.house.new]', async (kind, name, why) => {
    const { code, error } = await make(kind, name);
    expect(code).toBe(2);
    expect(error).toMatch(why);
  });

  it('makes what type-checks and passes its own tests [core.house.new]', async () => {
    const types = await run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.json');
    expect(types).toEqual({ code: 0, out: '', error: '' });
    const tests = await run(
      'node_modules/vitest/vitest.mjs',
      'run',
      ...MADE.map(({ file }) => `test/${file.replace('.ts', '.test.ts')}`),
    );
    expect(tests.out).toContain(`${MADE.length} passed, 0 failed`);
    expect(tests.code).toBe(0);
    // A whole type check and a run of tests within the run of tests: minutes on a machine that does much else.
  }, 900_000);
});
