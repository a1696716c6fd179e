import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { ActionContext } from '../actions/action.ts';
import { replaceFile } from '../project/write-file.ts';

export const artifact = z.object({
  path: z.string(),
  file: z.string(),
  kind: z.enum(['npm', 'wheel', 'sdist']),
  bytes: z.int(),
  sha256: z.string().meta({ description: 'Hexadecimal.' }),
  integrity: z.string().meta({ description: 'sha512- and its Base64, as npm has it.' }),
});
export type Artifact = z.infer<typeof artifact>;

const KINDS = [
  ['.tgz', 'npm'],
  ['.whl', 'wheel'],
  ['.tar.gz', 'sdist'],
] as const;

/** What kind of built package a file is by its name, or undefined. */
export function artifactKind(file: string): Artifact['kind'] | undefined {
  return KINDS.find(([ending]) => file.endsWith(ending))?.[1];
}

/** The built packages in a folder, those that people install first, with their digests. */
export async function artifactsIn(folder: string): Promise<Artifact[]> {
  const found: Artifact[] = [];
  for (const [ending, kind] of KINDS) {
    for (const file of (await readdir(folder)).filter((name) => name.endsWith(ending)).toSorted()) {
      const content = await readFile(path.join(folder, file));
      const digest = (algorithm: string) => createHash(algorithm).update(content).digest();
      found.push({
        path: path.join(folder, file),
        file,
        kind,
        bytes: content.length,
        sha256: digest('sha256').toString('hex'),
        integrity: `sha512-${digest('sha512').toString('base64')}`,
      });
    }
  }
  return found;
}

/**
 * Builds once under a key: what was built is kept in the daemon's work folder, and later tries get the same bytes.
 * A build that was interrupted leaves nothing that counts.
 */
export async function buildOnce(
  { key, services }: Pick<ActionContext, 'key' | 'services'>,
  build: (folder: string) => Promise<void>,
): Promise<Artifact[]> {
  const name = createHash('sha256').update(key).digest('hex').slice(0, 32);
  const folder = path.join(services.config.workDirectory, 'artifacts', name);
  const list = path.join(folder, 'artifacts.json');
  const before = await readFile(list, 'utf8').catch(() => undefined);
  if (before !== undefined && before === describe(await artifactsIn(folder))) return artifactsIn(folder);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await build(folder);
  const built = await artifactsIn(folder);
  await replaceFile(list, describe(built));
  return built;
}

function describe(artifacts: readonly Artifact[]): string {
  return JSON.stringify(artifacts.map(({ file, sha256 }) => [file, sha256]));
}
