import { readFile } from 'node:fs/promises';
import { fail } from '../../shared/failure.ts';

/**
 * A text that is going to be written back, or undefined where there is no such file. Its mark of byte order stays. Throws
 * `project.not_utf8`: read in any other way, bytes that nobody wanted to change would come back as others.
 */
export async function readText(file: string): Promise<string | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    const remedy = 'Save it as UTF-8 (iconv -f ISO-8859-1 -t UTF-8, if it is Latin-1), and go on where it stopped.';
    throw fail(
      'invalid',
      'project.not_utf8',
      `${file} is not UTF-8, so it cannot be changed without spoiling it. ${remedy}`,
    );
  }
}
