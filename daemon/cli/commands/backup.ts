import { resolve } from 'node:path';
import { backupTo } from '../../journal/backup.ts';
import { EXIT, type AddCommand, type Cli } from '../command.ts';
import { say } from '../terminal.ts';

export const backup: AddCommand = (program, cli) => {
  program
    .command('backup')
    .description('Copy the journal, the keys (each under its PIN) and the configuration. Runs may go on meanwhile.')
    .argument('<folder>', 'a new folder')
    .addHelpText('after', '\nExample\n  stagebook backup ~/backups/stagebook-monday')
    .action(cli.does((folder: string) => backupInto(cli, resolve(folder))));
};

async function backupInto(cli: Cli, folder: string): Promise<number> {
  // Makes the journal where there is none yet.
  const { config } = await cli.open('look');
  await backupTo(config.home, folder);
  say(cli.terminal, `${config.home} is copied to ${folder}. To bring it back: stagebook restore ${folder}`);
  return EXIT.ok;
}
