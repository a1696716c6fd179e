import { fail, StagebookError } from '../../shared/failure.ts';
import type { ProcessRunner, Sandbox } from '../actions/action.ts';
import { createE2b, type E2bSettings } from './e2b.ts';
import type { Isolation } from './isolation.ts';
import { createUnisolated } from './unisolated.ts';

export interface SandboxOptions {
  process: ProcessRunner;
  /** The configuration's `sandbox.allow-unisolated`; false by default. */
  allowUnisolated?: boolean;
  /** The configuration's `sandbox.use`. Without it E2B is used where there is a key for it. */
  use?: 'local' | 'e2b' | undefined;
  /** How E2B is reached; without it there is only the local sandbox. */
  e2b?: E2bSettings | undefined;
}

type Chosen = { isolation?: Isolation; level: Awaited<ReturnType<Sandbox['level']>>; remedy: string };

const INSTALL = 'On Debian and Ubuntu: apt-get install bubblewrap socat.';

/**
 * The sandbox that is in force: the one of the configuration, and never another one. Where it does not work, code is refused
 * with `sandbox.unavailable`: it goes to the host only where the configuration says so, and `level()` shows it.
 */
export function createSandbox({
  process,
  allowUnisolated = false,
  use,
  e2b,
}: SandboxOptions): Sandbox & { close(): Promise<void> } {
  let loaded: Promise<Isolation> | undefined;
  // Its library takes a moment to load, and most of what is done with Stagebook runs no code.
  const local = (): Promise<Isolation> =>
    (loaded ??= import('./local.ts').then(({ createLocalSandbox }) => createLocalSandbox(process)));
  const host = createUnisolated(process);
  const remote = e2b && createE2b(e2b);
  let decided: Promise<boolean> | undefined;
  /** Decided once: a keychain that is locked for a while does not change where code runs. */
  const usesE2b = (): Promise<boolean> => {
    decided ??= use === undefined && e2b ? e2b.hasKey() : Promise.resolve(use === 'e2b');
    return decided;
  };

  async function choose(): Promise<Chosen> {
    if (remote && (await usesE2b())) {
      const { why, ...found } = await remote.check();
      if (!found.works) return { level: { level: 'none', why }, remedy: '' };
      return { isolation: remote, level: { level: found.level, why }, remedy: '' };
    }
    const own = await local();
    const found = await own.check();
    if (found.works) return { isolation: own, level: { level: found.level, why: found.why }, remedy: '' };
    if (!allowUnisolated) return { level: { level: 'none', why: found.why }, remedy: INSTALL };
    const open = await host.check();
    return { isolation: host, level: { level: 'unisolated', why: `${open.why} ${found.why}` }, remedy: '' };
  }

  return {
    level: async () => (await choose()).level,
    async run(request) {
      const { isolation, level, remedy } = await choose();
      if (isolation === undefined) throw unavailable(level.why, remedy);
      try {
        return { ...(await isolation.run(request)), level: level.level };
      } catch (error) {
        throw timedOut(error, request.timeoutMs) ?? error;
      }
    },
    close: async () => (await loaded)?.close(),
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

function unavailable(why: string, remedy: string): Error {
  return fail(
    'invalid',
    'sandbox.unavailable',
    `There is no sandbox in force, and code that nobody has read is never run outside of one. ${why} ${remedy}`.trim() +
      ' “stagebook doctor” shows what is in force.',
  );
}
