import { readFile } from 'node:fs/promises';
import { fail } from '../../shared/failure.ts';

/** Reads a built artifact. Throws `artifact.missing` when it is not there. */
export async function readArtifact(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    throw fail('not-found', 'artifact.missing', `There is no artifact to read at ${path}. Build the package first.`, {
      cause: error,
    });
  }
}
