import picocolors from 'picocolors';
import { fail, StagebookError } from '../../shared/failure.ts';
import { visible } from './progress/width.ts';

/** Where a command writes and whom it can ask. */
export interface Terminal {
  out: Output;
  err: Output;
  input: NodeJS.ReadStream;
  color: boolean;
  /** Whether a person sits there: both input and output are a terminal. */
  interactive: boolean;
  /** Calls `listener` when nobody reads any more, as in `stagebook list | head -1`. */
  onGone?(listener: () => void): void;
}

export interface Output {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
  rows?: number;
}

export function systemTerminal(environment: NodeJS.ProcessEnv = process.env): Terminal {
  const { stdout, stderr, stdin } = process;
  const dumb = environment.TERM === 'dumb';
  const wants = !environment.NO_COLOR && !dumb;
  return {
    out: stdout,
    err: stderr,
    input: stdin,
    color: (wants && stdout.isTTY) || Boolean(environment.FORCE_COLOR && environment.FORCE_COLOR !== '0'),
    interactive: stdin.isTTY && stdout.isTTY && !dumb,
    onGone(listener) {
      for (const stream of [stdout, stderr]) {
        stream.on('error', (error: NodeJS.ErrnoException) => {
          if (error.code !== 'EPIPE') throw error;
          listener();
        });
      }
    },
  };
}

/** Prints a line. */
export function say(terminal: Terminal, line = ''): void {
  terminal.out.write(`${line}\n`);
}

/** What somebody pressed to end it: Ctrl-C, or Ctrl-D on an empty line. */
export function interrupted(): StagebookError {
  return new StagebookError({ code: 'terminal.interrupted', message: 'Interrupted.', retryable: true });
}

export interface Asking {
  /** What is typed is not shown: a PIN. */
  hidden?: boolean;
  /** Ends the question when it has been answered somewhere else: then it resolves with undefined. */
  signal?: AbortSignal;
}

/**
 * Asks for a line. Throws `sign.no_terminal` when nobody sits there and `terminal.interrupted` on Ctrl-C. Keys are read one
 * by one, so that a PIN is never shown, not even by a terminal that is slow to turn its echo off.
 */
export function ask(terminal: Terminal, question: string, options: Asking = {}): Promise<string | undefined> {
  const { input, out } = terminal;
  if (!terminal.interactive) throw noTerminal();
  if (options.signal?.aborted) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    let typed: string[] = [];
    out.write(question);
    const end = (settle: () => void): void => {
      input.off('data', onData);
      options.signal?.removeEventListener('abort', onAbort);
      input.setRawMode(false);
      input.pause();
      out.write('\n');
      settle();
    };
    const onAbort = (): void => end(() => resolve(undefined));
    const onKey = (key: string): boolean => {
      if (key === '\r' || key === '\n') end(() => resolve(typed.join('')));
      else if (key === '\u0003' || (key === '\u0004' && typed.length === 0)) end(() => reject(interrupted()));
      else if (key === '\u007f' || key === '\b') {
        if (typed.pop() !== undefined && !options.hidden) out.write('\b \b');
        return true;
      } else if (key === '\u0015') {
        if (!options.hidden) out.write('\b \b'.repeat(typed.length));
        typed = [];
        return true;
      } else {
        if (key >= ' ') typed.push(key);
        if (key >= ' ' && !options.hidden) out.write(key);
        return true;
      }
      return false;
    };
    const onData = (data: Buffer): void => {
      const text = data.toString('utf8');
      // Arrow and function keys type nothing.
      if (text.startsWith('\u001b')) return;
      for (const key of text) if (!onKey(key)) return;
    };
    options.signal?.addEventListener('abort', onAbort, { once: true });
    input.setRawMode(true);
    input.on('data', onData);
    input.resume();
  });
}

export function noTerminal(): StagebookError {
  return fail(
    'denied',
    'sign.no_terminal',
    'This needs a person at a terminal: a name and a PIN cannot be given in any other way. Run the command in a terminal.',
  );
}

/** `error code: message`, with its place before it where there is one, as compilers do. */
export function errorLine(terminal: Terminal, code: string, message: string, place?: string): string {
  const colors = picocolors.createColors(terminal.color);
  return `${place ? `${place}: ` : ''}${colors.red('error')} ${code}: ${visible(message)}`;
}
