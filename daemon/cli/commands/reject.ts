import { attendRun } from '../attend.ts';
import { EXIT, type AddCommand, type Cli } from '../command.ts';
import { requireReal } from '../dry-run.ts';
import { findRun } from '../find-run.ts';
import { openSignOffs } from '../open-sign-offs.ts';
import { rejectSignOff } from '../sign.ts';
import { say } from '../terminal.ts';

interface Options {
  signOff?: string;
  as?: string;
  reason?: string;
}

export const reject: AddCommand = (program, cli) => {
  program
    .command('reject')
    .description('Refuse what a run asks for: one refusal rejects the gate.')
    .argument('<run>', 'RUN: number of today, id, part of an id, or last')
    .option('--sign-off <id>', 'which, when several are open')
    .option('--as <name>', 'who refuses, so that the name is not asked for')
    .option('-m, --reason <text>', 'why')
    .addHelpText('after', '\nExample\n  stagebook reject last -m "the changelog misses the breaking change"')
    .action(cli.does((run: string, options: Options) => rejectRun(cli, run, options)));
};

async function rejectRun(cli: Cli, said: string, options: Options): Promise<number> {
  const { terminal } = cli;
  const session = await cli.open('act');
  const { client, daemon } = session;
  const summary = await findRun(client, said);
  const { run } = summary;
  requireReal(summary, 'refuse');
  const [request] = await openSignOffs(client, run, options.signOff);
  const as = options.as === undefined ? {} : { as: options.as };
  await rejectSignOff(client, request!, { terminal, signers: daemon, ...as }, options.reason);
  say(terminal, `“${request!.title}” is refused.`);
  const code = session.hosts ? await attendRun(cli, session, run, {}) : EXIT.ok;
  // That the gate was rejected is what was wanted; to have left before the run had ended is not.
  return code === EXIT.interrupted ? code : EXIT.ok;
}
