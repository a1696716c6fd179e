import { readFileSync } from 'node:fs';
import { Command, CommanderError, type Argument } from 'commander';
import { dataDirectory } from '../data-directory.ts';
import type { Redactor } from '../secrets/redact.ts';
import { EXIT, type AddCommand, type Cli } from './command.ts';
import { commandsFor } from './commands-for.ts';
import { helpFor, misuse, refuseUnknownWord } from './misuse.ts';
import { complaintsOf, isInterrupt, Refusal, unusableFile } from './refusal.ts';
import type { Session } from './session.ts';
import { errorLine, interrupted, say, systemTerminal, type Terminal } from './terminal.ts';
import { StagebookError } from '../../shared/failure.ts';

const AFTER = `
Exit codes
  0    everything went well
  1    the run failed or was cancelled, or a test did not hold
  2    something that was given is wrong; nothing was started
  3    the run waits for a person
  130  interrupted with Ctrl-C; the run stays resumable

RUN is a run's number of today (UTC), its id or a unique part of its beginning or end, or "last".

Examples
  stagebook run package-release -i directory=. -i repository=ada/clock --graph ~/notes
  stagebook check workflows/*.md
  stagebook show last --follow
  stagebook approve 3`;

/** Where it all is: nobody guesses where a file has to be that may not be there yet. */
const where = (environment: NodeJS.ProcessEnv): string => `
The data directory, with config.yaml, is ${dataDirectory(environment)}
STAGEBOOK_HOME names another one. NO_COLOR is respected.`;

/** So long a command has to end a question of its own, in milliseconds. */
const UNHEARD_MS = 100;

/** Runs the command line. Resolves with the exit code; throws nothing. */
export async function main(
  argv: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
  system: Terminal = systemTerminal(environment),
): Promise<number> {
  const sessions: Session[] = [];
  const control = new AbortController();
  const unheard = Promise.withResolvers<never>();
  let hears = false;
  const interrupt = (): void => {
    control.abort();
    // What asks somebody ends by itself; what listens to nobody is left where it is.
    setTimeout(() => hears || unheard.reject(interrupted()), UNHEARD_MS).unref();
  };
  const onInterrupt = (): void => {
    // A second Ctrl-C does not wait for anything. What is on record stays.
    if (control.signal.aborted) process.exit(EXIT.interrupted);
    interrupt();
  };
  // A closed window is told of more than once.
  const onHangup = (): void => {
    if (!control.signal.aborted) interrupt();
  };
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onInterrupt);
  process.on('SIGHUP', onHangup);
  // Ends like a first Ctrl-C, so that what was begun is left as it can be gone on with.
  system.onGone?.(() => control.abort());
  const terminal: Terminal = { ...system, ending: control.signal };
  let code: number = EXIT.ok;
  const cli: Cli = {
    terminal,
    environment,
    get signal() {
      hears = true;
      return control.signal;
    },
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
  const program = programOf(cli, await commandsFor(argv));
  try {
    refuseUnknownWord(program, argv);
    await Promise.race([program.parseAsync([...argv], { from: 'user' }), unheard.promise]);
  } catch (error) {
    const told = misuse(error);
    code = failed(told, terminal, environment, sessions[0]?.daemon.redactor);
    if (told !== error) terminal.err.write(`${helpFor(program, argv)}\n`);
  } finally {
    for (const session of sessions.toReversed()) {
      await session.close().catch((error: unknown) => {
        code = failed(error, terminal, environment, session.daemon.redactor);
      });
    }
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
    process.off('SIGHUP', onHangup);
  }
  // What does not listen would go on, and say things to nobody.
  if (code === EXIT.interrupted && !hears) process.exit(code);
  return code;
}

function programOf(cli: Cli, commands: readonly AddCommand[]): Command {
  const { terminal } = cli;
  const program = new Command('stagebook');
  program
    .description('Runbooks that run, inside a Logseq graph: durable, readable, signed.')
    .version(versionOf(), '-V, --version')
    .exitOverride()
    // Options are told by the help of each; with them, names are so long that 80 columns leave no room beside them.
    .configureHelp({ subcommandTerm: (one) => [one.name(), ...one.registeredArguments.map(usageOf)].join(' ') })
    .configureOutput({
      writeOut: (text) => void terminal.out.write(text),
      writeErr: (text) => void terminal.err.write(text),
      // What is wrong is told as everything that is wrong.
      outputError: () => undefined,
    })
    .addHelpText('after', `${AFTER}\n${where(cli.environment)}`);
  for (const add of commands) add(program, cli);
  return program;
}

function usageOf(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '…' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

function failed(error: unknown, terminal: Terminal, environment: NodeJS.ProcessEnv, redactor?: Redactor): number {
  // Help or the version was asked for, and is there.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.refused;
  if (isInterrupt(error)) {
    terminal.err.write('Interrupted.\n');
    return EXIT.interrupted;
  }
  for (const { code, message, place } of complaintsOf(error, Boolean(environment.STAGEBOOK_DEBUG))) {
    const line = errorLine(terminal, code, message, place);
    terminal.err.write(`${redactor?.redact(line) ?? line}\n`);
  }
  const isGiven = error instanceof Refusal || error instanceof StagebookError || unusableFile(error) !== undefined;
  return isGiven ? EXIT.refused : EXIT.failed;
}

function versionOf(): string {
  const manifest = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}
