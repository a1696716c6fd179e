import { homedir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { StagebookError } from '../../../shared/failure.ts';
import { readConfig } from '../../config.ts';
import { createProcessRunner } from '../../process/runner.ts';
import { connectRemote } from '../../server/remote-engine.ts';
import { upCommand } from '../../service/command.ts';
import { serviceOf } from '../../service/index.ts';
import type { Service } from '../../service/service.ts';
import { EXIT, type AddCommand, type Cli } from '../command.ts';
import { say } from '../terminal.ts';

/** How long a daemon may take to begin, in milliseconds. */
const BEGIN_MS = 20_000;

export const service: AddCommand = (program, cli) => {
  const command = program
    .command('service')
    .description('Have the daemon up whenever you are logged in: systemd, launchd or a Windows task.');
  command
    .command('install')
    .description('Install it and start it now. Doing it again brings it up to date.')
    .addHelpText(
      'after',
      '\nIt sees no variables of your shell: keep tokens in the keychain (stagebook doctor says which are found, and how).',
    )
    .action(cli.does(() => install(cli)));
  command
    .command('status')
    .description('Whether it is installed, and whether it runs.')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExit code 1 when it does not run.')
    .action(cli.does((options: { json?: boolean }) => status(cli, options)));
  command
    .command('uninstall')
    .description('End it and take it out. Your data stays.')
    .action(cli.does(() => uninstall(cli)));
};

function here({ environment }: Cli): { service: Service; home: string } {
  const { home, programs = {} } = readConfig();
  const runner = createProcessRunner({ programs });
  const world = { environment, home: homedir(), data: home, uid: process.getuid?.(), process: runner };
  return { service: serviceOf(process.platform, world), home };
}

async function install(cli: Cli): Promise<number> {
  const { terminal, environment, signal } = cli;
  const { service: own, home } = here(cli);
  const before = await panelOf(home);
  const elsewhere = before !== undefined && !(await own.state()).running;
  const done = await own.install(upCommand(home, environment));
  const was = { new: 'is installed', changed: 'is brought up to date', same: 'was installed already' }[done];
  say(terminal, `Stagebook ${was} as a ${own.kind}: ${own.place}`);
  if (elsewhere) {
    say(terminal, 'A daemon that was started by hand is up. The service takes over when you end that one.');
    return EXIT.ok;
  }
  const panel = await untilUp(home, signal);
  if (panel === undefined) {
    say(terminal, `It does not answer yet. What it says: ${own.logs}`);
    return EXIT.failed;
  }
  say(terminal, `It is up, now and after every login, on ${home}.`);
  say(terminal, `Plugins and the panel find it at ${panel}`);
  return EXIT.ok;
}

async function status(cli: Cli, { json }: { json?: boolean }): Promise<number> {
  const { terminal } = cli;
  const { service: own, home } = here(cli);
  const { installed, running } = await own.state();
  const panel = await panelOf(home);
  if (json) {
    say(terminal, JSON.stringify({ kind: own.kind, place: own.place, installed, running, answers: Boolean(panel) }));
  } else {
    say(terminal, installed ? `Installed as a ${own.kind}: ${own.place}` : 'Not installed: stagebook service install');
    if (installed) say(terminal, running ? 'Running.' : `Stopped. What it said: ${own.logs}`);
    if (panel !== undefined) say(terminal, `${running ? 'It' : 'A daemon started by hand'} answers at ${panel}`);
    else if (running) say(terminal, `It does not answer on ${home}.`);
  }
  return running ? EXIT.ok : EXIT.failed;
}

async function uninstall(cli: Cli): Promise<number> {
  const { service: own, home } = here(cli);
  const was = await own.uninstall();
  say(cli.terminal, was ? `Stagebook is no ${own.kind} any more.` : `There was no ${own.kind} of Stagebook.`);
  say(cli.terminal, `Your data stays in ${home}.`);
  return EXIT.ok;
}

/** The panel's address of the daemon that is up; undefined when none is. */
async function panelOf(home: string): Promise<string | undefined> {
  const remote = await connectRemote(home);
  if (!remote) return undefined;
  try {
    return await remote.desk.panel();
  } catch (error) {
    // It hosts a single run, or it is just ending.
    if (error instanceof StagebookError) return undefined;
    throw error;
  } finally {
    remote.close();
  }
}

async function untilUp(home: string, signal: AbortSignal): Promise<string | undefined> {
  const until = Date.now() + BEGIN_MS;
  for (;;) {
    const panel = await panelOf(home);
    if (panel !== undefined || Date.now() > until || signal.aborted) return panel;
    await sleep(100);
  }
}
