import { lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { fail } from '../shared/failure.ts';
import type { JsonObject } from '../shared/json.ts';
import type { Definition } from '../shared/workflow/definition.ts';
import { inputsOf } from '../shared/workflow/inputs.ts';

export interface PathLimits {
  /** What relative paths are relative to. */
  from: string;
  /** Folders in which every path must be; anywhere when there are none. */
  roots?: readonly string[] | undefined;
}

/**
 * The inputs of a run with each path among them as it really is: absolute, resolved through links, and under a configured
 * root (language.md, Inputs). Throws `input.outside`.
 */
export function resolvePaths(definition: Definition, values: JsonObject, limits: PathLimits): JsonObject {
  const roots = limits.roots?.map((root) => realOf(root));
  const resolved: JsonObject = { ...values };
  for (const [name, { type }] of Object.entries(inputsOf(definition))) {
    const value = values[name];
    if (type !== 'path' || typeof value !== 'string' || value === '') continue;
    const path = realOf(resolve(limits.from, value));
    if (roots && !roots.some((root) => isWithin(root, path))) {
      throw fail(
        'denied',
        'input.outside',
        `The input “${name}” leads to ${path}, which is in none of the configured roots: ${limits.roots!.join(', ')}.`,
      );
    }
    resolved[name] = path;
  }
  return resolved;
}

/** A path without links. What is not there yet is in a folder that is, or where a link that leads nowhere yet would have it. */
export function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(path) === path) throw error;
    const place = join(realOf(dirname(path)), basename(path));
    const to = lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(place) : undefined;
    return to === undefined ? place : realOf(resolve(dirname(place), to));
  }
}

function isWithin(root: string, path: string): boolean {
  const way = relative(root, path);
  return !isAbsolute(way) && way !== '..' && !way.startsWith(`..${sep}`);
}
