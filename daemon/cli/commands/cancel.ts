import { attendRun } from '../attend.ts';
import { EXIT, type AddCommand, type Cli } from '../command.ts';
import { requireReal } from '../dry-run.ts';
import { findRun } from '../find-run.ts';
import { personHere } from '../person-here.ts';
import { say } from '../terminal.ts';

interface Options {
  reason?: string;
  as?: string;
}

export const cancel: AddCommand = (program, cli) => {
  program
    .command('cancel')
    .description('Cancel a run: what goes on is stopped, undos run, and it can be resumed later.')
    .argument('<run>', 'RUN: number of today, id, part of an id, or last')
    .option('-m, --reason <text>', 'why')
    .option('--as <name>', 'who cancels')
    .addHelpText('after', '\nExample\n  stagebook cancel last -m "wrong branch"')
    .action(cli.does((run: string, options: Options) => cancelRun(cli, run, options)));
};

async function cancelRun(cli: Cli, said: string, options: Options): Promise<number> {
  const session = await cli.open('act');
  const { client } = session;
  const summary = await findRun(client, said);
  const { run } = summary;
  if (summary.status === 'completed') requireReal(summary, 'cancel');
  await client.cancel(run, personHere(options.as), options.reason);
  // The clean-up needs a host; where this process is it, it stays until all is stopped.
  if (session.hosts) {
    const code = await attendRun(cli, session, run, { silent: true });
    // That it ended as cancelled is what was wanted; to have left before is not.
    return code === EXIT.interrupted ? code : EXIT.ok;
  }
  say(cli.terminal, 'Cancelled.');
  return EXIT.ok;
}
