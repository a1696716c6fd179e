import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The service under which secrets of Stagebook stand in a keychain. */
const SERVICE = 'stagebook';

/** What asks the keychain of a platform: macOS has `security`, Linux desktops may have `secret-tool` (libsecret). */
const PROGRAMS: Readonly<Partial<Record<NodeJS.Platform, (name: string) => [string, string[]]>>> = {
  darwin: (name) => ['security', ['find-generic-password', '-s', SERVICE, '-a', name, '-w']],
  linux: (name) => ['secret-tool', ['lookup', 'service', SERVICE, 'name', name]],
};

/** A secret of the person's keychain by its name; undefined when it has none, or there is no keychain to ask. */
export async function readKeychain(name: string): Promise<string | undefined> {
  const command = PROGRAMS[process.platform]?.(name);
  if (!command) return undefined;
  try {
    const { stdout } = await run(command[0], command[1], { timeout: 30_000 });
    return stdout.replace(/\r?\n$/, '') || undefined;
  } catch {
    // Not there, locked and not opened, or no such program: each means that there is none here.
    return undefined;
  }
}

/** How to put a secret into the keychain of this platform; undefined where none is asked. */
export function keychainHint(name: string): string | undefined {
  if (process.platform === 'darwin') return `security add-generic-password -s ${SERVICE} -a ${name} -w`;
  if (process.platform === 'linux') return `secret-tool store --label=${name} service ${SERVICE} name ${name}`;
  return undefined;
}
