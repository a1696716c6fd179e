import { resolve } from 'node:path';
import { systemClock } from '../../clock.ts';
import { readConfig } from '../../config.ts';
import { EXIT, type AddCommand, type Cli } from '../command.ts';
import { say } from '../terminal.ts';

export const restore: AddCommand = (program, cli) => {
  program
    .command('restore')
    .description(
      'Bring a backup back. Runs that are not completed wait for a resume, which verifies their effects first.',
    )
    .argument('<folder>', 'what stagebook backup made')
    .addHelpText(
      'after',
      '\nWhat was there is kept beside it.\n\nExample\n  stagebook restore ~/backups/stagebook-monday',
    )
    .action(cli.does((folder: string) => restoreOne(cli, resolve(folder))));
};

async function restoreOne({ terminal }: Cli, folder: string): Promise<number> {
  const { home } = readConfig();
  const { restoreFrom } = await import('../../journal/restore.ts');
  const { former, suspended } = await restoreFrom(home, folder, systemClock);
  say(terminal, `${home} is as it was in ${folder}.`);
  if (former !== undefined) say(terminal, `What was there is in ${former}.`);
  for (const run of suspended) say(terminal, `  to go on: stagebook resume ${run}`);
  return EXIT.ok;
}
