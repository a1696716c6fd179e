import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type Ecosystem = 'npm' | 'python';

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

const NPM: Readonly<Record<string, string>> = {
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

const PYTHON: Readonly<Record<string, string>> = {
  'pyproject.toml': `[project]
name = "stagebook-demo-greeting"
version = "1.2.0"
description = "Greets people by the time of their day."
requires-python = ">=3.9"
readme = "README.md"

[build-system]
requires = []
build-backend = "build_package"
backend-path = ["."]
`,
  'stagebook_demo_greeting.py': `"""Greets people by the time of their day."""


def greet(name, hour):
    """A greeting for an hour of the day (0 to 23)."""
    if hour < 5:
        return f"You are up late, {name}."
    if hour < 12:
        return f"Good morning, {name}."
    return f"Good afternoon, {name}." if hour < 18 else f"Good evening, {name}."
`,
  'test_greeting.py': `import trace
import unittest

from stagebook_demo_greeting import greet


class Greeting(unittest.TestCase):
    def test_by_the_hour(self):
        self.assertEqual(greet("Ada", 3), "You are up late, Ada.")
        self.assertEqual(greet("Ada", 9), "Good morning, Ada.")
        self.assertEqual(greet("Ada", 15), "Good afternoon, Ada.")
        self.assertEqual(greet("Ada", 21), "Good evening, Ada.")
`,
  // A build backend (PEP 517) of its own, so that a bare Python with pip can build it.
  'build_package.py': `import base64
import hashlib
import io
import re
import tarfile
import zipfile
from pathlib import Path

MODULE = "stagebook_demo_greeting"
VERSION = re.search(r'^version = "(.*)"$', Path("pyproject.toml").read_text(), re.M).group(1)
METADATA = f"Metadata-Version: 2.1\\nName: stagebook-demo-greeting\\nVersion: {VERSION}\\n"


def build_wheel(directory, config_settings=None, metadata_directory=None):
    info = f"{MODULE}-{VERSION}.dist-info"
    files = {
        f"{MODULE}.py": Path(f"{MODULE}.py").read_bytes(),
        f"{info}/METADATA": METADATA.encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\\nGenerator: demo\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    }
    record = "".join(
        f"{name},sha256={base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip('=')},{len(data)}\\n"
        for name, data in files.items()
    )
    files[f"{info}/RECORD"] = (record + f"{info}/RECORD,,\\n").encode()
    name = f"{MODULE}-{VERSION}-py3-none-any.whl"
    with zipfile.ZipFile(Path(directory, name), "w") as wheel:
        for path, data in files.items():
            wheel.writestr(path, data)
    return name


def build_sdist(directory, config_settings=None):
    base = f"{MODULE}-{VERSION}"
    with tarfile.open(Path(directory, f"{base}.tar.gz"), "w:gz") as archive:
        for path in ["pyproject.toml", "build_package.py", f"{MODULE}.py", "README.md"]:
            archive.add(path, f"{base}/{path}")
        entry = tarfile.TarInfo(f"{base}/PKG-INFO")
        entry.size = len(METADATA)
        archive.addfile(entry, io.BytesIO(METADATA.encode()))
    return f"{base}.tar.gz"
`,
  // Coverage without anything to install: the standard library's own tracer, told as lcov and TAP.
  'run_tests.py': `import os
import sys
import trace
import unittest

tracer = trace.Trace(count=1, trace=0)
result = unittest.TestResult()
tracer.runfunc(lambda: unittest.defaultTestLoader.discover(".").run(result))
bad = len(result.failures) + len(result.errors)
print("TAP version 13")
for number in range(1, result.testsRun + 1):
    print(("not ok" if number <= bad else "ok"), number, "- greeting")
print(f"1..{result.testsRun}")
module = os.path.abspath("stagebook_demo_greeting.py")
executable = trace._find_executable_linenos(module)
hits = {line for (file, line) in tracer.results().counts if os.path.abspath(file) == module}
with open("lcov.info", "w") as report:
    print("TN:", f"SF:{module}", sep="\\n", file=report)
    for line in sorted(executable):
        print(f"DA:{line},{int(line in hits)}", file=report)
    print(f"LF:{len(executable)}", f"LH:{len(hits & set(executable))}", "end_of_record", sep="\\n", file=report)
sys.exit(1 if bad else 0)
`,
  'README.md': `# stagebook-demo-greeting

Greets people by the time of their day. Version 1.2.0.

\`\`\`python
from stagebook_demo_greeting import greet

print(greet("Ada", 9))
\`\`\`
`,
  '.gitignore': 'lcov.info\n__pycache__/\n*.egg-info/\nbuild/\n',
};

interface Sample {
  files: Readonly<Record<string, string>>;
  code: string;
  tests: string;
  test: string[];
}

const SAMPLES: Readonly<Record<Ecosystem, Sample>> = {
  npm: { files: NPM, code: 'index.js', tests: 'index.test.js', test: ['npm', 'test'] },
  python: {
    files: PYTHON,
    code: 'stagebook_demo_greeting.py',
    tests: 'test_greeting.py',
    test: ['python3', 'run_tests.py'],
  },
};

/** Makes the package with three commits, tags the last release, and pushes it. `parent` must be an empty folder. */
export async function makeSamplePackage(parent: string, ecosystem: Ecosystem = 'npm'): Promise<SamplePackage> {
  const { files, code, tests, test } = SAMPLES[ecosystem];
  const directory = join(parent, 'greeting');
  const remote = join(parent, 'greeting.git');
  await mkdir(directory, { recursive: true });
  const git = (...argv: string[]) =>
    run('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.invalid', ...argv], { cwd: directory });
  const edit = async (file: string, from: string, to: string): Promise<void> => {
    const path = join(directory, file);
    await writeFile(path, (await readFile(path, 'utf8')).replace(from, to));
  };
  await run('git', ['init', '--quiet', '--bare', '--initial-branch=main', remote]);
  await git('init', '--quiet', '--initial-branch=main');
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
  await git('add', '.');
  await git('commit', '--quiet', '-m', 'feat: greet people');
  await git('tag', '-a', 'v1.2.0', '-m', 'v1.2.0');
  for (const file of [code, tests]) await edit(file, 'You are up late', 'Still up');
  await git('commit', '--quiet', '-am', 'fix: be kinder at night (#7)');
  await edit(code, 'hour < 18', 'hour < 17');
  await git('commit', '--quiet', '-am', 'feat: let the evening begin at five (#9)');
  await git('remote', 'add', 'origin', remote);
  await git('push', '--quiet', 'origin', 'main', 'v1.2.0');
  return { name: 'stagebook-demo-greeting', directory, remote, test };
}
