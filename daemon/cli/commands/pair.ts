import { fail } from '../../../shared/failure.ts';
import { EXIT, type AddCommand, type Cli } from '../command.ts';
import { say } from '../terminal.ts';

interface Options {
  panel?: boolean;
  json?: boolean;
}

export const pair: AddCommand = (program, cli) => {
  program
    .command('pair')
    .description('Make a code with which the Logseq plugin connects to the daemon; good for one minute, once.')
    .option('--panel', 'a code that makes a browser’s panel your signing device; it then asks for your name and PIN')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nA plugin may read and propose. People start, trust and sign in the panel, or at a terminal.\nstagebook devices shows who is connected, and takes rights back.',
    )
    .action(cli.does((options: Options) => makeCode(cli, options)));
};

async function makeCode({ terminal, open }: Cli, options: Options): Promise<number> {
  const { desk } = await open('look');
  if (!desk) {
    throw fail(
      'unavailable',
      'server.off',
      'The daemon is not up, so there is nothing to connect to. Start it: stagebook up',
    );
  }
  const panel = await desk.panel();
  const { code, until } = await desk.pair(options.panel ? 'panel' : 'plugin');
  if (options.json) {
    say(terminal, JSON.stringify({ code, until, panel }));
    return EXIT.ok;
  }
  say(terminal, `Code: ${code}`);
  if (options.panel) {
    say(terminal, `Open ${panel} and enter it there within a minute, with your name and PIN.`);
  } else {
    say(terminal, 'Enter it in Logseq within a minute: click Stagebook in the toolbar.');
  }
  return EXIT.ok;
}
