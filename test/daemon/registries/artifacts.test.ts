import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { createProcessRunner } from '../../../daemon/process/runner.ts';
import { readTarEntry, readZipEntry } from '../../../daemon/registries/archive-entry.ts';
import { readNpmTarball } from '../../../daemon/registries/npm-registry.ts';
import { sameVersion } from '../../../daemon/registries/pypi-index.ts';
import { readPythonArtifact } from '../../../daemon/registries/python-artifact.ts';
import { bareRepository } from '../../fakes/bare-repository.ts';
import { tarGz } from '../../fakes/npm-package.ts';
import { pythonPackage } from '../../fakes/python-package.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'artifacts-'));
});

describe('an npm tarball', () => {
  it('has the name, version and integrity that npm itself says it has [core.action.npm]', async () => {
    await writeFile(join(folder, 'package.json'), JSON.stringify({ name: '@demo/packed', version: '1.2.3' }));
    const packed = await createProcessRunner().run(['npm', 'pack', '--json'], { cwd: folder });
    const [said] = JSON.parse(packed.stdout) as { filename: string; integrity: string }[];
    expect(await readNpmTarball(join(folder, said!.filename))).toEqual({
      name: '@demo/packed',
      version: '1.2.3',
      integrity: said!.integrity,
      wishes: { private: false },
    });
  });

  it('is read behind long names, which are written in ways of their own', async () => {
    const repository = await bareRepository();
    const long = `${'deep/'.repeat(30)}${'x'.repeat(120)}.txt`;
    await mkdir(dirname(join(repository.work, long)), { recursive: true });
    await writeFile(join(repository.work, long), 'found');
    await repository.git('add', '.');
    await repository.git('commit', '--quiet', '-m', 'docs: a long name');
    const path = join(folder, 'long.tgz');
    await repository.git('archive', '--format=tar.gz', '--prefix=package/', '--output', path, 'HEAD');
    const archive = await readFile(path);
    expect(readTarEntry(archive, (name) => name === `package/${long}`)?.toString()).toBe('found');
    expect(readTarEntry(archive, (name) => name === 'package/README.md')?.toString()).toBe('# A package\n');
    expect(readTarEntry(archive, () => false)).toBeUndefined();
  });

  it('gives back what was put in, whatever its length', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 1500 }), { minLength: 1, maxLength: 5 }), (texts) => {
        const archive = tarGz(texts.map((text, at) => [`package/${at}`, text]));
        for (const [at, text] of texts.entries()) {
          expect(readTarEntry(archive, (name) => name === `package/${at}`)?.toString()).toBe(
            Buffer.from(text).toString(),
          );
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('a Python package', () => {
  it('gives the same metadata from the wheel and the source distribution [core.action.pypi]', async () => {
    const { wheel, sdist } = await pythonPackage('demo-answers', '1.0.0', { metadata: ['Keywords: a,b'] });
    const [one, two] = [await readPythonArtifact(wheel), await readPythonArtifact(sdist)];
    expect(one).toMatchObject({ name: 'demo-answers', version: '1.0.0', kind: 'bdist_wheel', pythonTag: 'py3' });
    expect(two).toMatchObject({ name: 'demo-answers', version: '1.0.0', kind: 'sdist', pythonTag: 'source' });
    expect(one.metadata).toEqual(two.metadata);
  });

  it('keeps fields that come twice, lines that go on, and a description in a header', async () => {
    const { wheel } = await pythonPackage('demo-answers', '1.0.0', {
      metadata: [
        'Classifier: One',
        'Classifier: Two',
        'License: First line',
        '        |second: line',
        'Classifier: Three',
      ],
      description: '',
    });
    const { metadata } = await readPythonArtifact(wheel);
    expect(metadata.get('Classifier')).toEqual(['One', 'Two', 'Three']);
    expect(metadata.get('License')).toEqual(['First line\nsecond: line']);
    expect(metadata.has('Description')).toBe(false);
  });

  it('is refused when it is cut off or something else', async () => {
    const { wheel } = await pythonPackage('demo-answers', '1.0.0');
    const whole = await readFile(wheel);
    expect(() => readZipEntry(whole.subarray(0, 60), () => true)).toThrow('no zip archive');
    const path = join(folder, 'cut-1.0-py3-none-any.whl');
    await writeFile(path, whole.subarray(0, whole.length - 30));
    await expect(readPythonArtifact(path)).rejects.toMatchObject({ code: 'pypi.bad_artifact' });
  });
});

describe('versions', () => {
  it.each([
    ['1.0', '1.0.0', true],
    ['1.0.0-alpha.1', '1.0.0a1', true],
    ['1.0.0-beta', '1.0.0b0', true],
    ['1.0.post1', '1.0-rev1', true],
    ['1.0.dev3', '1.0.0-dev.3', true],
    ['1.0.0+local', '1.0.0', false],
    ['1.10', '1.1', false],
    ['1.0.1', '1.0.10', false],
  ])('takes %s and %s for the same one: %s', (one, other, same) => {
    expect(sameVersion(one, other)).toBe(same);
    expect(sameVersion(other, one)).toBe(same);
  });
});
