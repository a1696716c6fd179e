import path from 'node:path';
import { foldersAbove } from './folders-above.ts';
import { readText } from './read-text.ts';

/** A file beside pyproject.toml that names the version of the package too. */
export interface PythonVersionFile {
  file: string;
  text: string;
  version: string;
  /** The text with another version, and every other byte as it was. */
  edited(version: string): string;
}

/** Where a module says which version it is, as people ask it for: `little_clock.__version__`. */
const MODULES = ['__init__.py', '_version.py', '__version__.py', '__about__.py', 'version.py'];
const IN_MODULE = /^(__version__[ \t]*(?::[ \t]*\w+[ \t]*)?=[ \t]*)(["'])([^"'\n]+)\2/m;

/**
 * The modules of a package that say its version, and uv's lockfile, which knows the package as well: with either left behind
 * the package would say that it is another, or `uv sync --locked` would refuse it. `name` is the one in pyproject.toml.
 */
export async function pythonVersionFiles(directory: string, name: string): Promise<PythonVersionFile[]> {
  const module = name.toLowerCase().replaceAll(/[-_.]+/g, '_');
  const folders = [path.join(directory, 'src'), directory];
  const modules = folders.flatMap((folder) => [
    path.join(folder, `${module}.py`),
    ...MODULES.map((file) => path.join(folder, module, file)),
  ]);
  const locked = name
    .toLowerCase()
    .replaceAll(/[-_.]+/g, '-')
    .replaceAll(/[^\w-]/g, '\\$&');
  // One that came from an index is another package, or an earlier version of this one.
  const here = '(?=\\r?\\nsource = \\{ (?:editable|virtual|directory) = )';
  const inLock = new RegExp(`(\\[\\[package\\]\\]\\r?\\nname = "${locked}"\\r?\\nversion = )(")([^"\\n]+)"${here}`);
  const wanted = [
    ...modules.map((file) => ({ file, pattern: IN_MODULE })),
    // The members of a workspace share the one at its root.
    ...[directory, ...foldersAbove(directory)].map((at) => ({ file: path.join(at, 'uv.lock'), pattern: inLock })),
  ];
  const found: PythonVersionFile[] = [];
  for (const { file, pattern } of wanted) {
    const text = await readText(file);
    const version = text === undefined ? undefined : pattern.exec(text)?.[3];
    if (text === undefined || version === undefined) continue;
    const edited = (to: string) =>
      text.replace(pattern, (_, before: string, quote: string) => before + quote + to + quote);
    found.push({ file, text, version, edited });
  }
  return found;
}
