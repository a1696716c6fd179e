import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { tarGz } from './npm-package.ts';

export interface PythonPackage {
  wheel: string;
  sdist: string;
}

/** Builds a wheel and a source distribution as a build backend would, and gives their paths. */
export async function pythonPackage(
  name: string,
  version: string,
  options: { source?: string; metadata?: readonly string[]; description?: string } = {},
): Promise<PythonPackage> {
  const folder = await mkdtemp(join(tmpdir(), 'python-package-'));
  const stem = `${name.replaceAll('-', '_')}-${version}`;
  const { source = 'answer = 42\n', metadata = [], description = '# About\n\nIt answers.' } = options;
  const text = ['Metadata-Version: 2.1', `Name: ${name}`, `Version: ${version}`, ...metadata, '', description].join(
    '\n',
  );
  const wheel = join(folder, `${stem}-py3-none-any.whl`);
  const sdist = join(folder, `${stem}.tar.gz`);
  await writeFile(
    wheel,
    zip([
      [`${name.replaceAll('-', '_')}/__init__.py`, source],
      [`${stem}.dist-info/METADATA`, text],
      [`${stem}.dist-info/WHEEL`, 'Wheel-Version: 1.0\nGenerator: a test\nRoot-Is-Purelib: true\nTag: py3-none-any\n'],
      [`${stem}.dist-info/RECORD`, ''],
    ]),
  );
  await writeFile(
    sdist,
    tarGz([
      [`${stem}/pyproject.toml`, ''],
      [`${stem}/PKG-INFO`, text],
    ]),
  );
  return { wheel, sdist };
}

/** A zip archive of small text files. */
function zip(files: readonly (readonly [name: string, text: string])[]): Buffer {
  const entries: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of files) {
    const content = Buffer.from(text);
    const packed = deflateRawSync(content);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt16LE(0x5421, 8);
    fields.writeUInt32LE(crc32(content), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(content.length, 18);
    fields.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, Buffer.from(name), packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    const version = Buffer.from([20, 0]);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02', 'latin1'), version, fields, rest, Buffer.from(name)]));
    entries.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...entries, central, end]);
}
