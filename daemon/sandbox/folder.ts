import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fail } from '../../shared/failure.ts';
import type { SandboxRequest } from '../actions/action.ts';

/** A sandbox's own place on the host: everything that it may write. */
export interface SandboxFolder {
  root: string;
  /** Where the code runs, with the files of the request. */
  work: string;
  /** Empty. */
  home: string;
  tmp: string;
  /** The file with the request's code, when it has some. */
  code?: string;
  remove(): Promise<void>;
}

/** Makes the folder and puts in the files, the code and the links to packages. Throws `sandbox.file_name`. */
export async function makeFolder(request: SandboxRequest): Promise<SandboxFolder> {
  const root = await realpath(await mkdtemp(path.join(tmpdir(), 'stagebook-sandbox-')));
  const folder: SandboxFolder = {
    root,
    work: path.join(root, 'work'),
    home: path.join(root, 'home'),
    tmp: path.join(root, 'tmp'),
    remove: () => removeTree(root),
  };
  try {
    for (const part of [folder.work, folder.home, folder.tmp]) await mkdir(part);
    for (const [name, content] of Object.entries(request.files ?? {})) await put(folder.work, name, content);
    if (request.code) {
      // Node finds out by itself whether `.js` is a module or not: examples in a README come in both kinds.
      folder.code = await put(
        folder.work,
        request.code.language === 'python' ? 'main.py' : 'main.js',
        request.code.text,
      );
    }
    for (const directory of request.packages ?? []) await linkPackage(folder.work, directory);
    return folder;
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

/** The place of a file by its name in the sandbox's folder. Throws `sandbox.file_name` for one outside of it. */
export function placeIn(work: string, name: string, paths: path.PlatformPath = path): string {
  const file = paths.resolve(work, name);
  if (!name.includes('\0') && !paths.isAbsolute(name) && file.startsWith(work + paths.sep)) return file;
  throw fail(
    'invalid',
    'sandbox.file_name',
    `"${name}" would lie outside the sandbox's folder. Give a name inside it.`,
  );
}

/**
 * What the code left under these names, which are looked for when nothing of it runs any more. Left out is what is not there
 * or no plain file in the folder, so that a link shows nothing of the host; throws `sandbox.too_big` for more than 10 MiB.
 */
export async function keptFiles(folder: SandboxFolder, names: readonly string[]): Promise<Record<string, Uint8Array>> {
  const files: Record<string, Uint8Array> = {};
  for (const name of names) {
    const file = placeIn(folder.work, name);
    const real = await realpath(file).catch(() => undefined);
    const found = real === file ? await lstat(file) : undefined;
    if (!found?.isFile()) continue;
    if (found.size > KEPT_BYTES) throw tooBigToKeep(name);
    files[name] = await readFile(file);
  }
  return files;
}

/** The largest file that comes back out of a sandbox. */
export const KEPT_BYTES = 10 * 2 ** 20;

export function tooBigToKeep(name: string): Error {
  return fail(
    'invalid',
    'sandbox.too_big',
    `"${name}" is larger than 10 MB, so it cannot be brought out of the sandbox.`,
  );
}

async function put(work: string, name: string, content: string | Uint8Array): Promise<string> {
  const file = placeIn(work, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
  return file;
}

/** Node resolves a package by name from `node_modules` only, so a package for Node gets a link there. */
async function linkPackage(work: string, directory: string): Promise<void> {
  const name = await packageName(directory);
  if (name === undefined) return;
  const link = path.resolve(work, 'node_modules', name);
  if (!link.startsWith(path.join(work, 'node_modules') + path.sep)) {
    throw fail(
      'invalid',
      'sandbox.file_name',
      `The package in ${directory} has the name "${name}", which is no package name.`,
    );
  }
  await mkdir(path.dirname(link), { recursive: true });
  await symlink(await realpath(directory), link, 'junction');
}

/** The name by which Node knows the package in a folder; undefined where there is none. */
export async function packageName(directory: string): Promise<string | undefined> {
  try {
    const manifest: unknown = JSON.parse(await readFile(path.join(directory, 'package.json'), 'utf8'));
    const name = (manifest as { name?: unknown } | null)?.name;
    return typeof name === 'string' ? name : undefined;
  } catch (error) {
    // No manifest, or one that is no JSON: then it is no package for Node, and the code says what it misses.
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Removes a tree, also one in which code has taken away the right to list folders. */
async function removeTree(root: string): Promise<void> {
  try {
    await rm(root, { recursive: true, force: true });
  } catch {
    await openFolders(root);
    await rm(root, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function openFolders(folder: string): Promise<void> {
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await openFolders(path.join(folder, entry.name));
  }
}
