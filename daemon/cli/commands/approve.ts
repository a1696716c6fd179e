import { attendRun } from '../attend.ts';
import { EXIT, type AddCommand, type Cli } from '../command.ts';
import { requireReal } from '../dry-run.ts';
import { findRun } from '../find-run.ts';
import { openSignOffs } from '../open-sign-offs.ts';
import { visible } from '../progress/width.ts';
import { askSignOff } from '../sign.ts';
import { signedHere } from '../signed-here.ts';
import { say } from '../terminal.ts';
import { unattended } from '../unattended.ts';

interface Options {
  signOff?: string;
  as?: string;
  yes?: boolean;
  follow?: boolean;
}

export const approve: AddCommand = (program, cli) => {
  program
    .command('approve')
    .description('Sign what a run asks for: shows exactly what is agreed to, then asks for name and PIN.')
    .argument('<run>', 'RUN: number of today, id, part of an id, or last')
    .option('--sign-off <id>', 'which, when several are open')
    .option('--as <name>', 'who signs, so that the name is not asked for')
    .option('-f, --follow', 'stay until the run settles again, where a daemon hosts it')
    .option('-y, --yes', "sign without asking; only in the demo's own data directory")
    .addHelpText('after', '\nExample\n  stagebook approve 3 --as Ada')
    .action(cli.does((run: string, options: Options) => approveRun(cli, run, options)));
};

async function approveRun(cli: Cli, said: string, options: Options): Promise<number> {
  const { terminal } = cli;
  const session = await cli.open('act');
  const { client, daemon } = session;
  const summary = await findRun(client, said);
  const { run } = summary;
  requireReal(summary, 'sign');
  const signer = options.yes ? unattended(session) : undefined;
  const as = options.as === undefined ? {} : { as: options.as };
  let left = false;
  for (const request of await openSignOffs(client, run, options.signOff)) {
    const already = signer && (await signedHere(client, request, [signer.person]));
    if (already !== undefined) say(terminal, visible(already));
    const decided = signer
      ? await signer.decide(request)
      : (await askSignOff(client, request, { terminal, signers: daemon, ...as })) !== 'left';
    if (decided) say(terminal, `“${request.title}” is decided.`);
    left ||= !decided;
  }
  if (left) return EXIT.waiting;
  if (session.hosts || options.follow) return attendRun(cli, session, run, {});
  say(terminal, `The run goes on where it is hosted:  stagebook show ${run} --follow`);
  return EXIT.ok;
}
