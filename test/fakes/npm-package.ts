import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** Builds an npm package as `npm pack` would, and gives its tarball's path. */
export async function npmTarball(
  manifest: { name: string; version: string } & Record<string, unknown>,
  source = 'export const answer = 42;\n',
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'npm-package-'));
  const files = {
    'package.json': JSON.stringify({ type: 'module', main: 'index.js', ...manifest }),
    'index.js': source,
  };
  const path = join(folder, `${manifest.name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`);
  await writeFile(path, tarGz(Object.entries(files).map(([name, text]) => [`package/${name}`, text])));
  return path;
}

/** A gzipped tar archive of small text files. */
export function tarGz(files: readonly (readonly [name: string, text: string])[]): Buffer {
  const blocks: Buffer[] = [];
  for (const [name, text] of files) {
    const content = Buffer.from(text);
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write('0000644\0', 100);
    header.write('0000000\0', 108);
    header.write('0000000\0', 116);
    header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('00000000000\0', 136);
    header.write('        0', 148);
    header.write('ustar\x0000', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    blocks.push(header, content, Buffer.alloc((512 - (content.length % 512)) % 512));
  }
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}
