import { fileURLToPath } from 'node:url';
import { DAEMON_FLAGS } from './node-flags.ts';
import type { ServiceCommand } from './service.ts';

const PROGRAM = fileURLToPath(new URL('../cli/stagebook.mjs', import.meta.url));

/**
 * `stagebook up` as a service runs it: with the Node that runs now, on this data directory, finding programs where they are
 * found now. Nothing else of the environment goes along: tokens do not belong into files.
 */
export function upCommand(home: string, environment: NodeJS.ProcessEnv): ServiceCommand {
  const passed = Object.entries(environment).flatMap(([name, value]) =>
    (name.toUpperCase() === 'PATH' || name === 'STAGEBOOK_PORT') && value ? [[name, value] as const] : [],
  );
  return {
    argv: [process.execPath, ...DAEMON_FLAGS, PROGRAM, 'up'],
    environment: { STAGEBOOK_HOME: home, ...Object.fromEntries(passed) },
  };
}
