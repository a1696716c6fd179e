import { randomBytes } from 'node:crypto';
import { SandboxManager, type SandboxRuntimeConfig } from '@anthropic-ai/sandbox-runtime';

/**
 * The settings that all sandboxes of this process share: nothing can be reached, and each run adds what it may.
 * `ripgrep` would search the daemon's own folder for files to protect from writing. Nothing of it is ever writable
 * inside, so there is nothing to search for.
 */
export const SHARED: SandboxRuntimeConfig = {
  network: { allowedDomains: [], deniedDomains: [] },
  filesystem: { denyRead: ['/'], allowRead: [], allowWrite: [], denyWrite: [] },
  ripgrep: { command: 'true' },
};

let started: Promise<void> | undefined;

/**
 * Starts the proxy through which listed hosts are reached; a run without hosts never needs it.
 * It is one for the whole process, as the library has it.
 */
export function startNetwork(): Promise<void> {
  started ??= initialize().catch((error: unknown) => {
    started = undefined;
    throw error;
  });
  return started;
}

/** Lets one run reach these hosts. Returns the id to wrap its command with, and what takes the right away again. */
export function allowHosts(hosts: readonly string[]): { commandId: string; revoke: () => void } {
  const commandId = randomBytes(24).toString('base64url');
  SandboxManager.registerCommandNetworkLists(commandId, { allowedDomains: [...hosts] });
  return { commandId, revoke: () => SandboxManager.unregisterCommandNetworkLists(commandId) };
}

/** Ends the proxy, if there is one. */
export async function stopNetwork(): Promise<void> {
  if (started === undefined) return;
  await started.catch(() => undefined);
  started = undefined;
  await SandboxManager.reset();
}

async function initialize(): Promise<void> {
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const before = signals.map((signal) => process.listeners(signal));
  await SandboxManager.initialize(SHARED);
  // The library listens for signals to clean up, which would keep Ctrl-C from ending the process. `stopNetwork` cleans up.
  for (const [index, signal] of signals.entries()) {
    for (const listener of process.listeners(signal)) {
      if (!before[index]?.includes(listener)) process.removeListener(signal, listener);
    }
  }
}
