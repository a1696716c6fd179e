import { chmod, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
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

async function put(work: string, name: string, content: string | Uint8Array): Promise<string> {
  const file = path.resolve(work, name);
  if (name.includes('\0') || path.isAbsolute(name) || !file.startsWith(work + path.sep)) {
    throw fail(
      'invalid',
      'sandbox.file_name',
      `"${name}" would lie outside the sandbox's folder. Give a name inside it.`,
    );
  }
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

async function packageName(directory: string): Promise<string | undefined> {
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
