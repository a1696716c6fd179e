import { lstat, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { fail } from '../../shared/failure.ts';
import { isSecret } from './secret-files.ts';

/** One file on its way into a sandbox that cannot see this machine. */
export interface Upload {
  path: string;
  data: string | ArrayBuffer;
}

const MOST_FILES = 5_000;
const MOST_BYTES = 64 * 2 ** 20;

/**
 * Copies of a folder, or of one file, of this machine, for a place in the sandbox. What people keep secrets in is left out,
 * as are links. Throws `sandbox.too_big`, `sandbox.no_file`.
 */
export async function copiesOf(source: string, place: string): Promise<Upload[]> {
  const files = await filesUnder(source);
  if (files.length > MOST_FILES) throw tooBig(source, `${files.length} files`);
  const uploads: Upload[] = [];
  let bytes = 0;
  for (const file of files) {
    bytes += (await stat(file)).size;
    if (bytes > MOST_BYTES) throw tooBig(source, 'more than 64 MB');
    const inside = path.relative(source, file).split(path.sep).join('/');
    uploads.push({ path: inside === '' ? place : `${place}/${inside}`, data: exactly(await readFile(file)) });
  }
  return uploads;
}

/** Of a view on some memory only what it shows. */
export function exactly(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

async function filesUnder(source: string): Promise<string[]> {
  const found = await lstat(source).catch((error: unknown) => {
    throw fail('not-found', 'sandbox.no_file', `${source} cannot be given to the sandbox: it is not there.`, {
      cause: error,
    });
  });
  if (!found.isDirectory()) return [source];
  const entries = await readdir(source, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => !path.relative(source, file).split(path.sep).some(isSecret));
}

function tooBig(source: string, size: string): Error {
  return fail(
    'invalid',
    'sandbox.too_big',
    `${source} has ${size}, which is too much to copy into the sandbox. Name a smaller folder, or use the local sandbox.`,
  );
}
