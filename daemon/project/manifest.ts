import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse as parseToml } from 'smol-toml';
import { fail } from '../../shared/failure.ts';
import { isObject, type Json, type JsonObject } from '../../shared/json.ts';

export type Ecosystem = 'npm' | 'python';

/** A package as its own manifest describes it. */
export interface Manifest {
  ecosystem: Ecosystem;
  /** The manifest's path. */
  file: string;
  package: string;
  version: string;
  /** Where in the manifest the version stands. */
  versionAt: readonly string[];
  /** The address of the repository, for people; empty when the manifest names none. */
  repository: string;
}

const FILES: Record<Ecosystem, string> = { npm: 'package.json', python: 'pyproject.toml' };

/**
 * Reads package.json or pyproject.toml. Where there are both, `ecosystem` has to say which.
 * Throws `version.no_manifest`, `version.two_manifests`, `version.bad_manifest`, `version.dynamic`.
 */
export async function readManifest(directory: string, ecosystem?: Ecosystem): Promise<Manifest> {
  const kinds = ecosystem === undefined ? (['npm', 'python'] as const) : [ecosystem];
  const found: { kind: Ecosystem; file: string; text: string }[] = [];
  for (const kind of kinds) {
    const file = path.join(directory, FILES[kind]);
    const text = await readIfThere(file);
    if (text !== undefined) found.push({ kind, file, text });
  }
  const [only, other] = found;
  if (!only) {
    const names = kinds.map((kind) => FILES[kind]).join(' or ');
    throw fail(
      'not-found',
      'version.no_manifest',
      `There is no ${names} in ${directory}. Give the folder of the package.`,
    );
  }
  if (other) {
    throw fail(
      'invalid',
      'version.two_manifests',
      `${directory} has both package.json and pyproject.toml. Say which is meant: "ecosystem: npm" or "ecosystem: python".`,
    );
  }
  const content = parseManifest(only.file, only.text);
  return only.kind === 'npm' ? fromPackageJson(only.file, content) : fromPyproject(only.file, content);
}

/** A manifest or lockfile as data, JSON or TOML by its name. Throws `version.bad_manifest`. */
export function parseManifest(file: string, text: string): JsonObject {
  try {
    const plain = text.replace(/^\uFEFF/, '');
    const content: unknown = file.endsWith('.toml') ? parseToml(plain) : JSON.parse(plain);
    if (isObject(content)) return content;
  } catch (error) {
    throw fail('invalid', 'version.bad_manifest', `${file} cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
  throw fail('invalid', 'version.bad_manifest', `${file} cannot be read: it holds no object.`);
}

/** The value at a place of a manifest, or undefined. */
export function valueAt(content: Json | undefined, place: readonly string[]): Json | undefined {
  return place.reduce<Json | undefined>((value, key) => (isObject(value) ? value[key] : undefined), content);
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

function fromPackageJson(file: string, content: JsonObject): Manifest {
  const repository = valueAt(content, ['repository', 'url']) ?? content['repository'];
  return {
    ecosystem: 'npm',
    file,
    package: textAt(file, content, ['name']),
    version: textAt(file, content, ['version']),
    versionAt: ['version'],
    repository: typeof repository === 'string' ? addressOf(repository) : '',
  };
}

function fromPyproject(file: string, content: JsonObject): Manifest {
  const section =
    isObject(content['project']) || !valueAt(content, ['tool', 'poetry']) ? ['project'] : ['tool', 'poetry'];
  const dynamic = valueAt(content, [...section, 'dynamic']);
  const isDynamic = Array.isArray(dynamic) && dynamic.includes('version');
  // Poetry takes it from its own table there.
  const poetry = ['tool', 'poetry', 'version'];
  const versionAt = isDynamic && typeof valueAt(content, poetry) === 'string' ? poetry : [...section, 'version'];
  if (isDynamic && versionAt !== poetry) {
    throw fail(
      'invalid',
      'version.dynamic',
      `${file} computes its version when it is built (dynamic = ["version"]), so there is nothing to read or change. ` +
        'Write it out: version = "…" under [project]; or, where it comes from git tags, leave the bump to the tag.',
    );
  }
  const urls = valueAt(content, [...section, 'urls']);
  const addresses = Object.entries(isObject(urls) ? urls : {}).flatMap(([name, url]) =>
    typeof url === 'string' ? [{ name, url }] : [],
  );
  const repository =
    addresses.find(({ name }) => /^(repository|source|github|code)/i.test(name)) ??
    addresses.find(({ url }) => /git(hub|lab)/.test(url));
  return {
    ecosystem: 'python',
    file,
    package: textAt(file, content, [...section, 'name']),
    version: textAt(file, content, versionAt),
    versionAt,
    repository: addressOf(repository?.url ?? ''),
  };
}

function textAt(file: string, content: JsonObject, place: readonly string[]): string {
  const value = valueAt(content, place);
  if (typeof value === 'string' && value !== '') return value;
  throw fail(
    'invalid',
    'version.bad_manifest',
    `${file} has no ${place.join('.')}. A package that is released needs one.`,
  );
}

/** `git+https://host/a/b.git`, `git@host:a/b.git` and `github:a/b` as an address for a browser; anything else is left out. */
function addressOf(repository: string): string {
  const short = /^(?:github:)?([\w.-]+\/[\w.-]+)$/.exec(repository)?.[1];
  if (short !== undefined) return `https://github.com/${short.replace(/\.git$/, '')}`;
  const ssh = /^(?:git\+)?(?:ssh:\/\/)?git@([^:/]+)[:/](.+?)(?:\.git)?$/.exec(repository);
  if (ssh) return `https://${ssh[1]}/${ssh[2]}`;
  return /^(?:git\+)?(https?:\/\/.+?)(?:\.git)?\/?$/.exec(repository)?.[1] ?? '';
}
