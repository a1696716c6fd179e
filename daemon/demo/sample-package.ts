import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A small real package in a git repository of its own, with a bare remote beside it. */
export interface SamplePackage {
  name: string;
  /** The checkout. */
  directory: string;
  /** Its remote, a bare repository. */
  remote: string;
  /** What its tests are run with. */
  test: string[];
}

const FILES: Readonly<Record<string, string>> = {
  'package.json': `${JSON.stringify(
    {
      name: 'stagebook-demo-greeting',
      version: '1.2.0',
      description: 'Greets people by the time of their day.',
      license: 'MIT',
      type: 'module',
      main: 'index.js',
      files: ['index.js'],
      scripts: {
        test: 'node --test --experimental-test-coverage --test-reporter=tap --test-reporter-destination=stdout --test-reporter=lcov --test-reporter-destination=lcov.info',
      },
    },
    null,
    2,
  )}\n`,
  'index.js': `/** A greeting for an hour of the day (0 to 23). */
export function greet(name, hour) {
  if (hour < 5) return \`You are up late, \${name}.\`;
  if (hour < 12) return \`Good morning, \${name}.\`;
  return hour < 18 ? \`Good afternoon, \${name}.\` : \`Good evening, \${name}.\`;
}
`,
  'index.test.js': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greet } from './index.js';

test('greets by the hour', () => {
  assert.equal(greet('Ada', 3), 'You are up late, Ada.');
  assert.equal(greet('Ada', 9), 'Good morning, Ada.');
  assert.equal(greet('Ada', 15), 'Good afternoon, Ada.');
  assert.equal(greet('Ada', 21), 'Good evening, Ada.');
});
`,
  'README.md': `# stagebook-demo-greeting

Greets people by the time of their day. Version 1.2.0.

\`\`\`js
import { greet } from 'stagebook-demo-greeting';

console.log(greet('Ada', 9));
\`\`\`
`,
  '.gitignore': 'lcov.info\nnode_modules/\n',
};

/** Makes the package with three commits, tags the last release, and pushes it. `parent` must be an empty folder. */
export async function makeSamplePackage(parent: string): Promise<SamplePackage> {
  const directory = join(parent, 'greeting');
  const remote = join(parent, 'greeting.git');
  await mkdir(directory, { recursive: true });
  const git = (...argv: string[]) =>
    run('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.invalid', ...argv], { cwd: directory });
  await run('git', ['init', '--quiet', '--bare', '--initial-branch=main', remote]);
  await git('init', '--quiet', '--initial-branch=main');
  for (const [name, text] of Object.entries(FILES)) await writeFile(join(directory, name), text);
  await git('add', '.');
  await git('commit', '--quiet', '-m', 'feat: greet people');
  await git('tag', '-a', 'v1.2.0', '-m', 'v1.2.0');
  const late = FILES['index.js']!.replace('You are up late', 'Still up');
  await writeFile(join(directory, 'index.js'), late);
  await writeFile(join(directory, 'index.test.js'), FILES['index.test.js']!.replace('You are up late', 'Still up'));
  await git('commit', '--quiet', '-am', 'fix: be kinder at night (#7)');
  await writeFile(
    join(directory, 'index.js'),
    late.replace('hour < 18 ?', 'hour < 17 ?').replace('(0 to 23)', '(0 to 23); the evening begins at five'),
  );
  await git('commit', '--quiet', '-am', 'feat: let the evening begin at five (#9)');
  await git('remote', 'add', 'origin', remote);
  await git('push', '--quiet', 'origin', 'main', 'v1.2.0');
  return { name: 'stagebook-demo-greeting', directory, remote, test: ['npm', 'test'] };
}
