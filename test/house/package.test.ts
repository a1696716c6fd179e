import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const json = (file: string) => JSON.parse(read(file)) as Record<string, Record<string, string>>;

interface Locked {
  version?: string;
  resolved?: string;
  integrity?: string;
  gypfile?: boolean;
  optionalDependencies?: Record<string, string>;
}

it('pins every version to one [core.house.pinned]', () => {
  const { dependencies, devDependencies, overrides = {} } = json('package.json');
  // An override of what one package depends on stands a level deeper, and may be the same as ours ($name).
  const forced = Object.entries(overrides as Record<string, string | Record<string, string>>)
    .flatMap(([name, version]) => (typeof version === 'string' ? [[name, version] as const] : Object.entries(version)))
    .filter(([, version]) => !version.startsWith('$'));
  for (const [name, version] of [...Object.entries({ ...dependencies, ...devDependencies }), ...forced])
    expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
});

it('has a lockfile that is complete for every platform and names no host [core.house.install]', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> };
  for (const [path, locked] of Object.entries(packages)) {
    if (path === '') continue;
    expect(locked.resolved, path).toBeUndefined();
    expect(locked.integrity, path).toMatch(/^sha512-/);
    // Without the entry of another platform `npm ci` calls the lockfile out of date, on every platform.
    for (const name of Object.keys(locked.optionalDependencies ?? {}))
      expect(
        packages[`node_modules/${name}`] ?? packages[`${path}/node_modules/${name}`],
        `${name} of ${path}`,
      ).toBeDefined();
  }
});

it('says of what brings its binary that nothing is to be compiled [core.house.install]', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> };
  expect(packages['node_modules/better-sqlite3']?.gypfile, 'npm install drops it: npm run lockfile').toBe(false);
});

it('runs install scripts of nobody but the Node that it brings along [core.house.install]', () => {
  const { allowScripts, scripts } = json('package.json');
  expect(Object.entries(allowScripts!).filter(([, allowed]) => allowed)).toEqual([['node', true]]);
  expect(Object.keys(scripts!).filter((name) => /^(pre|post)?(install|prepare|prepublish)/.test(name))).toEqual([]);
});

it('silences no check, neither by a list nor by a comment [core.house.no-exemptions]', () => {
  const silencers =
    'oxlint-disable|eslint-disable|prettier-ignore|@ts-(ignore|nocheck|expect-error)|knip-ignore|@public|@internal';
  const found = () =>
    execFileSync('git', ['grep', '-nE', silencers, '--', 'shared', 'daemon', 'bench', '*.ts', '*.mjs'], { cwd: ROOT });
  // git grep ends with 1 when it finds nothing; this file is the only one that may name them.
  let lines: string[] = [];
  try {
    lines = found().toString().trim().split('\n');
  } catch (error) {
    expect(error).toMatchObject({ status: 1 });
  }
  expect(lines.filter((line) => !line.startsWith('test/house/package.test.ts:'))).toEqual([]);
  expect(
    Object.keys(json('knip.json')).filter((key) => key.startsWith('ignore') && key !== 'ignoreExportsUsedInFile'),
  ).toEqual([]);
  expect(json('.oxlintrc.json')).not.toHaveProperty('ignorePatterns');
  expect(json('.oxlintrc.json')).not.toHaveProperty('overrides');
});

it('tests forks on three systems with the Node of the runner, all actions pinned [core.house.ci]', () => {
  interface Job {
    strategy?: { matrix: { os: string[]; node: number[] } };
    steps: { uses?: string; run?: string }[];
  }
  const { jobs } = parse(read('.github/workflows/ci.yml')) as { jobs: Record<string, Job> };
  const { matrix } = jobs['machine']!.strategy!;
  expect(matrix.node).toEqual([22, 24, 26]);
  expect(matrix.os.map((os) => os.split('-')[0])).toEqual(['ubuntu', 'macos', 'windows']);
  for (const { run } of jobs['machine']!.steps) expect(run ?? 'node').toMatch(/^(node|npm ci) ?/);
  for (const { uses } of Object.values(jobs).flatMap((job) => job.steps))
    if (uses) expect(uses).toMatch(/@[0-9a-f]{40}$/);
});
