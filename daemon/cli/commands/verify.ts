import { verifyRun } from '../../journal/verify.ts';
import { EXIT, type AddCommand, type Cli } from '../command.ts';
import { findRun } from '../find-run.ts';
import { visible } from '../progress/width.ts';
import { say } from '../terminal.ts';

export const verify: AddCommand = (program, cli) => {
  program
    .command('verify')
    .description('Look at a run’s record anew: follow its hash chain and check every signature in it.')
    .argument('<run>', 'RUN: number of today, id, part of an id, or last; the full id of one that was pruned')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nExit code 1 when anything was changed, deleted or reordered.\n\nExample\n  stagebook verify last',
    )
    .action(cli.does((run: string, options: { json?: boolean }) => verifyOne(cli, run, options)));
};

async function verifyOne(cli: Cli, said: string, options: { json?: boolean }): Promise<number> {
  const { terminal } = cli;
  const { client, daemon } = await cli.open('look');
  const isPruned = daemon.database.prepare('select 1 from checkpoints where run_id = ?').get(said) !== undefined;
  const run = isPruned ? said : (await findRun(client, said)).run;
  const found = await verifyRun(daemon.database, run);
  if (options.json) {
    say(terminal, JSON.stringify(found));
  } else {
    if (found.prunedAt !== undefined)
      say(terminal, `Pruned on ${new Date(found.prunedAt).toISOString().slice(0, 10)}.`);
    say(terminal, `${found.events} lines, the last one's hash is ${found.hash}`);
    for (const { person, what, seq, holds } of found.signatures) {
      say(terminal, `${holds ? '✓' : '✗'} ${visible(person)} signed line ${seq} (${what})`);
    }
    for (const problem of found.problems) say(terminal, `✗ ${visible(problem)}`);
    if (found.problems.length === 0) say(terminal, '✓ nothing was changed, deleted or put in another order');
  }
  return found.problems.length === 0 ? EXIT.ok : EXIT.failed;
}
