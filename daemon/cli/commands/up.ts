import { toFailure } from '../../../shared/failure.ts';
import { EXIT, type AddCommand, type Cli } from '../command.ts';
import { say } from '../terminal.ts';

export const up: AddCommand = (program, cli) => {
  program
    .command('up')
    .description('Be the daemon: host all runs and keep times, until Ctrl-C.')
    .addHelpText('after', '\nOther commands reach it by themselves. Ending it leaves every run resumable.')
    .action(cli.does(() => host(cli)));
};

async function host(cli: Cli): Promise<number> {
  const { terminal, signal } = cli;
  const session = await cli.open('host');
  const active = await session.client.list({ status: ['running', 'waiting', 'cancelling'], limit: 10_000 });
  const { level, why } = await session.daemon.sandboxLevel();
  say(terminal, `Stagebook is up on ${session.config.home}.`);
  const { server } = session.daemon;
  if (server) say(terminal, `Plugins and the panel find it at ${server.panel}`);
  say(terminal, `Isolation in force for code that nobody has read: ${level}: ${why}`);
  say(
    terminal,
    active.length === 0 ? 'No run is active.' : active.length === 1 ? '1 run goes on:' : `${active.length} runs go on:`,
  );
  for (const { title, number, status, run } of active.slice(0, 20))
    say(terminal, `  ${title} #${number} ${status} (${run})`);
  await session.daemon.keepTimes((title, error) => say(terminal, `${title}: ${toFailure(error).message}`));
  const alive = setInterval(() => {}, 60_000);
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  clearInterval(alive);
  say(terminal, 'Ending. Every run stays resumable.');
  return EXIT.ok;
}
