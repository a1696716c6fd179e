import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import type { Redactor } from '../secrets/redact.ts';
import { EXIT, type AddCommand, type Cli } from './command.ts';
import { commandsFor } from './commands-for.ts';
import { complaintsOf, isInterrupt, Refusal } from './refusal.ts';
import type { Session } from './session.ts';
import { errorLine, say, systemTerminal, type Terminal } from './terminal.ts';
import { StagebookError } from '../../shared/failure.ts';

const AFTER = `
Exit codes
  0    everything went well
  1    the run failed or was cancelled, or a test did not hold
  2    something that was given is wrong; nothing was started
  3    the run waits for a person
  130  interrupted with Ctrl-C; the run stays resumable

RUN is a run's number of today, its id or a unique part of its beginning or end, or "last".

Examples
  stagebook run package-release -i directory=. -i repository=ada/clock --graph ~/notes
  stagebook check workflows/*.md
  stagebook show last --follow
  stagebook approve 3

The data directory is that of STAGEBOOK_HOME, else the platform's own. NO_COLOR is respected.`;

/** Runs the command line. Resolves with the exit code; throws nothing. */
export async function main(
  argv: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
  terminal: Terminal = systemTerminal(environment),
): Promise<number> {
  const sessions: Session[] = [];
  const control = new AbortController();
  const onInterrupt = (): void => {
    // A second Ctrl-C does not wait for anything. What is on record stays.
    if (control.signal.aborted) process.exit(EXIT.interrupted);
    control.abort();
  };
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onInterrupt);
  // Ends like a first Ctrl-C, so that what was begun is left as it can be gone on with.
  terminal.onGone?.(() => control.abort());
  let code: number = EXIT.ok;
  const cli: Cli = {
    terminal,
    environment,
    signal: control.signal,
    async open(purpose) {
      const { openSession } = await import('./session.ts');
      const session = await openSession(purpose, environment, (problem) => say(terminal, problem));
      sessions.push(session);
      return session;
    },
    does:
      (action) =>
      async (...all) => {
        code = await action(...all);
      },
  };
  try {
    await programOf(cli, await commandsFor(argv)).parseAsync([...argv], { from: 'user' });
  } catch (error) {
    code = failed(error, terminal, environment, sessions[0]?.daemon.redactor);
  } finally {
    for (const session of sessions.toReversed()) {
      await session.close().catch((error: unknown) => {
        code = failed(error, terminal, environment, session.daemon.redactor);
      });
    }
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
  }
  return code;
}

function programOf(cli: Cli, commands: readonly AddCommand[]): Command {
  const { terminal } = cli;
  const program = new Command('stagebook');
  program
    .description('Runbooks that run, inside a Logseq graph: durable, readable, signed.')
    .version(versionOf(), '-V, --version')
    .exitOverride()
    .showHelpAfterError('(stagebook --help shows what there is)')
    .configureOutput({
      writeOut: (text) => void terminal.out.write(text),
      writeErr: (text) => void terminal.err.write(text),
    })
    .addHelpText('after', AFTER);
  for (const add of commands) add(program, cli);
  return program;
}

function failed(error: unknown, terminal: Terminal, environment: NodeJS.ProcessEnv, redactor?: Redactor): number {
  // Commander has said it already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.refused;
  if (isInterrupt(error)) {
    terminal.err.write('Interrupted.\n');
    return EXIT.interrupted;
  }
  for (const { code, message, place } of complaintsOf(error, Boolean(environment.STAGEBOOK_DEBUG))) {
    const line = errorLine(terminal, code, message, place);
    terminal.err.write(`${redactor?.redact(line) ?? line}\n`);
  }
  return error instanceof Refusal || error instanceof StagebookError ? EXIT.refused : EXIT.failed;
}

function versionOf(): string {
  const manifest = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}
