import { StringDecoder } from 'node:string_decoder';
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
  /** Raised when the command is to end: then nothing is asked any more. */
  ending?: AbortSignal;
}

export interface Output {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
  rows?: number;
}

/** What is said of a pipe that nobody reads, and of a terminal whose window was closed. */
const GONE: ReadonlySet<string | undefined> = new Set(['EPIPE', 'EIO']);

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
      for (const stream of [stdout, stderr, stdin]) {
        stream.on('error', (error: NodeJS.ErrnoException) => {
          if (!GONE.has(error.code)) throw error;
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

/** What ended it: Ctrl-C, Ctrl-D on an empty line, a signal, or a window that was closed. */
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
  const { input, out, ending } = terminal;
  if (!terminal.interactive) throw noTerminal();
  if (ending?.aborted) return Promise.reject(interrupted());
  if (options.signal?.aborted) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    let typed: string[] = [];
    const end = (settle: () => void): void => {
      input.off('data', onData);
      for (const event of ['end', 'error']) input.off(event, onEnding);
      ending?.removeEventListener('abort', onEnding);
      options.signal?.removeEventListener('abort', onAbort);
      input.setRawMode(false);
      input.pause();
      out.write('\n');
      settle();
    };
    const onAbort = (): void => end(() => resolve(undefined));
    const onEnding = (): void => end(() => reject(interrupted()));
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
    const letters = new StringDecoder('utf8');
    const onData = (data: Buffer): void => {
      const text = letters.write(data);
      // Arrow and function keys type nothing.
      if (text.startsWith('\u001b')) return;
      let taken = 0;
      for (const key of text) {
        taken += key.length;
        if (onKey(key)) continue;
        // Typed ahead: it belongs to the next question. What was pasted may end its lines with both.
        if (key === '\r' && text[taken] === '\n') taken += 1;
        if (taken < text.length) input.unshift(Buffer.from(text.slice(taken)));
        return;
      }
    };
    options.signal?.addEventListener('abort', onAbort, { once: true });
    ending?.addEventListener('abort', onEnding, { once: true });
    for (const event of ['end', 'error']) input.once(event, onEnding);
    // Before anybody is asked: what is typed at once is not shown either.
    input.setRawMode(true);
    out.write(question);
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
