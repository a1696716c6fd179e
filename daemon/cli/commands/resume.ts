import { attendRun } from '../attend.ts';
import type { AddCommand, Cli } from '../command.ts';
import { findRun } from '../find-run.ts';
import { personHere } from '../person-here.ts';

interface Options {
  from?: string;
  as?: string;
  wait?: boolean;
  json?: boolean;
}

export const resume: AddCommand = (program, cli) => {
  program
    .command('resume')
    .description('Go on with a run where it stopped. What completed is not done again.')
    .argument('<run>', 'RUN: number of today, id, part of an id, or last')
    .option('--from <node>', 'repeat this node and everything after it; never what is irreversible and done')
    .option('--as <name>', 'who resumes')
    .option('--wait', 'stay while the run waits for people, who can approve it from another terminal')
    .option('--json', 'events as JSON, one a line')
    .addHelpText('after', '\nExamples\n  stagebook resume last\n  stagebook resume 3 --from verify')
    .action(cli.does((run: string, options: Options) => resumeRun(cli, run, options)));
};

async function resumeRun(cli: Cli, said: string, options: Options): Promise<number> {
  const session = await cli.open('act');
  const { client } = session;
  const { run, status } = await findRun(client, said);
  // What was interrupted is active still: it went on as soon as somebody hosts it.
  const isActive = status === 'running' || status === 'waiting' || status === 'cancelling';
  if (!isActive || options.from !== undefined) {
    await client.resume(run, {
      by: personHere(options.as),
      ...(options.from === undefined ? {} : { from: options.from }),
    });
  }
  return attendRun(cli, session, run, options);
}
