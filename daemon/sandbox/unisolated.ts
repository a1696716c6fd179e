import type { ProcessRunner, SandboxRequest } from '../actions/action.ts';
import { commandFor } from './command.ts';
import { keptFiles, makeFolder } from './folder.ts';
import type { Isolation } from './isolation.ts';

/**
 * No sandbox at all: code runs as the daemon's user, in a folder, a home and an environment of its own, with a time limit.
 * Only for code of ours, where the configuration says `sandbox.allow-unisolated` (security.md 10).
 */
export function createUnisolated(runner: ProcessRunner): Isolation {
  return {
    check: () =>
      Promise.resolve({
        works: true,
        level: 'unisolated',
        why: 'NOT isolated: the code can read your files and use the network. The configuration allows it (sandbox.allow-unisolated).',
      }),
    async run(request: SandboxRequest) {
      const folder = await makeFolder(request);
      try {
        const command = await commandFor(request, folder, runner);
        const result = await runner.run(command.argv, {
          cwd: folder.work,
          env: { ...command.env, USERPROFILE: folder.home, TMP: folder.tmp, TEMP: folder.tmp },
          signal: request.signal,
          timeoutMs: request.timeoutMs,
          ...(request.onLine && { onLine: request.onLine }),
        });
        return request.keep ? { ...result, files: await keptFiles(folder, request.keep) } : result;
      } finally {
        await folder.remove();
      }
    },
    close: () => Promise.resolve(),
  };
}
