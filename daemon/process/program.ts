import { constants } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { fail } from '../../shared/failure.ts';

/**
 * The program's own path and the arguments that have to come first.
 * `programs` are the addresses of the daemon's configuration; else the PATH of `environment` is searched.
 * Throws `process.not_found`.
 */
export async function findProgram(
  name: string,
  environment: Readonly<Record<string, string>>,
  programs: Readonly<Record<string, string>>,
  cwd: string,
): Promise<[string, ...string[]]> {
  const configured = programs[name];
  const wanted = configured ?? name;
  for (const candidate of candidates(wanted, environment, cwd)) {
    if (await isProgram(candidate)) return unwrap(candidate);
  }
  const where = configured === undefined ? 'is not on the PATH' : `is not at ${configured}, as the configuration says`;
  throw fail(
    'not-found',
    'process.not_found',
    `The program "${name}" ${where}. Install it, or name its place under "programs" in the configuration.`,
  );
}

function candidates(wanted: string, environment: Readonly<Record<string, string>>, cwd: string): string[] {
  const endings = process.platform === 'win32' && path.extname(wanted) === '' ? ['.exe', '.com', '.cmd'] : [''];
  const isPath = wanted.includes('/') || wanted.includes(path.sep);
  const search = Object.entries(environment).find(([name]) => name.toUpperCase() === 'PATH')?.[1] ?? '';
  const folders = isPath ? [cwd] : search.split(path.delimiter).filter((folder) => folder !== '');
  return folders.flatMap((folder) => endings.map((ending) => path.resolve(folder, wanted + ending)));
}

async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

/**
 * Windows starts no `.cmd` file without a shell. Those of npm packages only hand over to a script for Node,
 * which is started directly instead.
 */
async function unwrap(file: string): Promise<[string, ...string[]]> {
  if (!file.endsWith('.cmd')) return [file];
  const script = /"(?:%~dp0|%dp0%)\\?([^"%]+\.[cm]?js)"/.exec(await readFile(file, 'utf8'))?.[1];
  if (script === undefined) {
    throw fail(
      'invalid',
      'process.not_found',
      `${file} is a script for the shell of Windows, which is never used here.`,
    );
  }
  return [process.execPath, path.join(path.dirname(file), script)];
}
