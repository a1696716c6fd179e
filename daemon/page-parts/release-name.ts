import { nameOf } from './text.ts';

/** A package's name in a page's: a scope's slash stays, so that it reads as people know it. */
export function packageName(name: string): string {
  return name
    .split('/')
    .map((part) => nameOf(part))
    .join('/');
}

export const versionName = (version: string): string => nameOf(version, 60);
