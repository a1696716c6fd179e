import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { SandboxManager, type SandboxRuntimeConfig } from '@anthropic-ai/sandbox-runtime';
import { secretsUnder } from './secret-files.ts';
import type { SandboxCommand } from './command.ts';
import type { SandboxFolder } from './folder.ts';

/** What of the host's system a program needs to start at all. Nothing of it belongs to a person. */
const SYSTEM = [
  '/usr /bin /sbin /lib /lib32 /lib64 /libx32 /nix/store',
  '/etc/ld.so.cache /etc/ld.so.conf /etc/ld.so.conf.d /etc/alternatives /etc/localtime /etc/hosts /etc/nsswitch.conf',
  '/etc/ssl /etc/pki /etc/ca-certificates /etc/mime.types /etc/protocols /etc/services',
].flatMap((line) => line.split(' '));
/** On macOS a program does not start when the whole disk is hidden, so the places where people keep things are. */
const PERSONAL_ON_MACOS = ['/Users', '/Volumes', '/private/tmp', '/private/var/folders', '/private/var/root'];
/** The library opens this folder of the host in every sandbox, for another program. Not in ours. */
const FOREIGN = ['/tmp/claude', '/private/tmp/claude'];

/** What one run may see and change. Hosts come apart from this (`network.ts`). */
export function rules(
  folder: SandboxFolder,
  { readable, shown }: Pick<SandboxCommand, 'readable' | 'shown'>,
): Partial<SandboxRuntimeConfig> {
  const seen = [...SYSTEM, helperFolder(), ...proxySockets(), folder.root, ...readable].filter((file) =>
    existsSync(file),
  );
  const hidden = shown.flatMap(secretsUnder).map((file) => ({ path: file, literal: true as const }));
  return {
    network: { allowedDomains: [], deniedDomains: [] },
    filesystem: {
      denyRead: [...(process.platform === 'darwin' ? PERSONAL_ON_MACOS : ['/']), ...hidden],
      allowRead: seen.map((file) => ({ path: file, literal: true })),
      allowWrite: [{ path: folder.root, literal: true }],
      denyWrite: [],
    },
    credentials: { files: FOREIGN.map((file) => ({ path: file, mode: 'deny' as const })) },
  };
}

/** The way to the proxy, which the library would hide together with the rest of the host. It lets through what is listed. */
function proxySockets(): string[] {
  const paths = [SandboxManager.getLinuxHttpSocketPath(), SandboxManager.getLinuxSocksSocketPath()];
  return [...new Set(paths.filter((file) => file !== undefined))];
}

/** Where the library keeps the small program that forbids local sockets; it is started inside. */
function helperFolder(): string {
  const library = createRequire(import.meta.url).resolve('@anthropic-ai/sandbox-runtime');
  return path.join(library, '..', '..', 'vendor', 'seccomp');
}
