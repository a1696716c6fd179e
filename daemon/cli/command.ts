import type { Command } from 'commander';
import type { Purpose, Session } from './session.ts';
import type { Terminal } from './terminal.ts';

/** What every command is given. */
export interface Cli {
  terminal: Terminal;
  environment: NodeJS.ProcessEnv;
  /** Raised by the first Ctrl-C. */
  signal: AbortSignal;
  /** Opens the data directory. It is closed when the command has ended, however it ends. */
  open(purpose: Purpose): Promise<Session>;
  /** What a command's action is made of: its exit code. */
  does<A extends unknown[]>(action: (...all: A) => Promise<number> | number): (...all: A) => Promise<void>;
}

/** A command of `stagebook`: one file that adds it to the program. */
export type AddCommand = (program: Command, cli: Cli) => void;

/** The exit codes, as `stagebook --help` tells them. */
export const EXIT = { ok: 0, failed: 1, refused: 2, waiting: 3, interrupted: 130 } as const;
