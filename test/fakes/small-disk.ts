import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The system's own, not a package's. */
const PROGRAMS = { mount: 'mount', unmount: 'umount' } as const;

/** A file system of its own of 2 MB, to be filled. Undefined where one cannot be mounted, as without root. */
export function smallDisk(): { path: string; remove(): void } | undefined {
  const path = mkdtempSync(join(tmpdir(), 'stagebook-disk-'));
  try {
    execFileSync(PROGRAMS.mount, ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', path], { stdio: 'ignore' });
  } catch {
    rmSync(path, { recursive: true });
    return undefined;
  }
  const remove = (): void => {
    execFileSync(PROGRAMS.unmount, [path]);
    rmSync(path, { recursive: true });
  };
  return { path, remove };
}
