import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fail } from '../../shared/failure.ts';
import type { ActionContext } from '../actions/action.ts';
import { replaceOwn } from './own-changes.ts';

/** A file within a project's folder by its relative name. Throws `project.outside` for one that leads out of it. */
export function inside(directory: string, name: string): string {
  const file = path.resolve(directory, name);
  const from = path.relative(path.resolve(directory), file);
  if (from !== '' && !from.startsWith('..') && !path.isAbsolute(from)) return file;
  throw fail('denied', 'project.outside', `${name} is not within ${directory}. Name a file of the project.`);
}

/** Writes a file that a run makes, which is on record as its own. False when it was so already: then it is not touched. */
export async function writeWhole(context: ActionContext, file: string, text: string): Promise<boolean> {
  const before = await readFile(file, 'utf8').catch(() => undefined);
  if (before === text) return false;
  await mkdir(path.dirname(file), { recursive: true });
  await replaceOwn(context, file, text);
  return true;
}
