import { InvalidArgumentError, Option } from 'commander';
import { DURATION, parseDuration } from '../../../shared/workflow/duration.ts';
import { pruneRuns } from '../../journal/prune.ts';
import { EXIT, type AddCommand, type Cli } from '../command.ts';
import { say } from '../terminal.ts';

export const prune: AddCommand = (program, cli) => {
  program
    .command('prune')
    .description('Remove runs that ended long ago from the journal. Pages, trust and shared memory stay.')
    .addOption(
      new Option('--older-than <duration>', 'how long ago they ended')
        .argParser(readDuration)
        .default(parseDuration('90d'), '90d'),
    )
    .addHelpText(
      'after',
      '\nOf each a checkpoint stays, so that stagebook verify still knows where its chain stood.\n\nExample\n  stagebook prune --older-than 30d',
    )
    .action(cli.does((options: { olderThan: number }) => pruneOld(cli, options.olderThan)));
};

async function pruneOld(cli: Cli, age: number): Promise<number> {
  const { daemon } = await cli.open('look');
  const now = Date.now();
  const { runs, events } = pruneRuns(daemon.database, now - age, now);
  say(
    cli.terminal,
    runs === 0
      ? 'There is nothing that old.'
      : `Removed ${runs === 1 ? '1 run' : `${runs} runs`} with ${events} lines.`,
  );
  return EXIT.ok;
}

function readDuration(text: string): number {
  if (!DURATION.test(text)) throw new InvalidArgumentError('Give a duration such as 30d.');
  return parseDuration(text);
}
