import { fail, StagebookError } from '../../shared/failure.ts';
import type { ProcessRunner, Sandbox } from '../actions/action.ts';
import type { Isolation } from './isolation.ts';
import { createLocalSandbox } from './local.ts';
import { createUnisolated } from './unisolated.ts';

export interface SandboxOptions {
  process: ProcessRunner;
  /** The configuration's `sandbox.allow-unisolated`; false by default. */
  allowUnisolated?: boolean;
}

/**
 * The sandbox that is in force on this machine. Where none works, code is refused with `sandbox.unavailable`:
 * it goes to the host only where the configuration says so, and `level()` shows it.
 */
export function createSandbox({
  process,
  allowUnisolated = false,
}: SandboxOptions): Sandbox & { close(): Promise<void> } {
  const local = createLocalSandbox(process);
  const host = createUnisolated(process);

  async function choose(): Promise<{ isolation?: Isolation; level: Awaited<ReturnType<Sandbox['level']>> }> {
    const found = await local.check();
    if (found.works) return { isolation: local, level: { level: found.level, why: found.why } };
    if (!allowUnisolated) return { level: { level: 'none', why: found.why } };
    const open = await host.check();
    return { isolation: host, level: { level: 'unisolated', why: `${open.why} ${found.why}` } };
  }

  return {
    level: async () => (await choose()).level,
    async run(request) {
      const { isolation, level } = await choose();
      if (isolation === undefined) throw unavailable(level.why);
      try {
        return { ...(await isolation.run(request)), level: level.level };
      } catch (error) {
        throw timedOut(error, request.timeoutMs) ?? error;
      }
    },
    close: () => local.close(),
  };
}

function timedOut(error: unknown, limitMs: number): StagebookError | undefined {
  if (!(error instanceof StagebookError) || error.code !== 'process.timeout') return undefined;
  return fail(
    'timeout',
    'sandbox.timeout',
    `The code did not end within ${limitMs / 1000} s, so it was ended with all that it had started.`,
  );
}

function unavailable(why: string): Error {
  return fail(
    'invalid',
    'sandbox.unavailable',
    `There is no sandbox on this machine, and code that nobody has read is never run outside of one. ${why} ` +
      `On Debian and Ubuntu: apt-get install bubblewrap socat. "stagebook doctor" shows what is in force.`,
  );
}
