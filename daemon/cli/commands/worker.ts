import { InvalidArgumentError } from 'commander';
import { readConfig } from '../../config.ts';
import { EXIT, type AddCommand, type Cli } from '../command.ts';
import { say } from '../terminal.ts';

interface Options {
  name?: string;
  port?: number;
  uri?: string;
  register: boolean;
}

export const worker: AddCommand = (program, cli) => {
  program
    .command('worker')
    .description('Do the steps of a hub’s runs on a Restate, until Ctrl-C (engine: restate in config.yaml).')
    .option('--name <name>', 'what the hub calls this worker; the machine’s name by default')
    .option('--port <port>', 'the port of 127.0.0.1 on which Restate calls it', portOf)
    .option('--uri <address>', 'the address by which Restate reaches all workers, where that is not this port')
    .option('--no-register', 'do not tell Restate of the address: somebody else does')
    .addHelpText(
      'after',
      `
It works on a data directory of its own (STAGEBOOK_HOME) with the restate settings of its hub, and with the secrets,
programs and accounts that steps need. Ending it loses nothing: what it works on goes on with another worker, or when
one is back at the address.`,
    )
    .action(cli.does((options: Options) => work(options, cli)));
};

async function work({ register, ...options }: Options, { terminal, environment, signal }: Cli): Promise<number> {
  const { openStepWorker } = await import('../../worker/open.ts');
  const open = await openStepWorker(readConfig(), {
    environment,
    onProblem: (problem) => say(terminal, problem),
    ...options,
  });
  try {
    const ended = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    const registering = register ? open.register() : Promise.resolve();
    // That the worker was closed while it waited is no news to who ended it.
    registering.catch(() => undefined);
    await Promise.race([registering, ended]);
    if (!signal.aborted) say(terminal, `This worker does the runs of the hub ${open.hub} at ${open.uri}.`);
    if (!register) say(terminal, `Tell Restate of it: restate deployments register ${open.uri}`);
    const alive = setInterval(() => {}, 60_000);
    await ended;
    clearInterval(alive);
    const working = open.working();
    say(
      terminal,
      `Ending. ${working === 0 ? 'No run works here.' : `${working} runs go on elsewhere, or here again.`}`,
    );
    return EXIT.ok;
  } finally {
    await open.close();
  }
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('It is a number from 0 to 65535.');
}
