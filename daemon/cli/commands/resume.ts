import { fail } from '../../../shared/failure.ts';
import { attendRun } from '../attend.ts';
import type { AddCommand, Cli } from '../command.ts';
import { goOnEdited } from '../edited-page.ts';
import { requireReal } from '../dry-run.ts';
import { findRun } from '../find-run.ts';
import { personHere } from '../person-here.ts';
import { unattended } from '../unattended.ts';

interface Options {
  from?: string;
  edited?: string | true;
  yes?: boolean;
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
    .option(
      '--edited [page]',
      'go on with the page as it stands now: says what changes, and needs the trust and the signature that starting it needs',
    )
    .option('--as <name>', 'who resumes')
    .option('--wait', 'stay while the run waits for people, who can approve it from another terminal')
    .option('-y, --yes', "with --edited: sign without asking; only in the demo's own data directory")
    .option('--json', 'events as JSON, one a line')
    .addHelpText(
      'after',
      '\nExamples\n  stagebook resume last\n  stagebook resume 3 --from verify\n  stagebook resume last --edited notes/deploy.md',
    )
    .action(cli.does((run: string, options: Options) => resumeRun(cli, run, options)));
};

async function resumeRun(cli: Cli, said: string, options: Options): Promise<number> {
  const session = await cli.open('act');
  const { client } = session;
  const summary = await findRun(client, said);
  const { run, status } = summary;
  const { edited, from } = options;
  if (status === 'completed' && edited === undefined && from === undefined) requireReal(summary, 'go on with');
  if (edited !== undefined) {
    if (from !== undefined) throw fail('invalid', 'resume.both', 'Give --edited or --from, not both.');
    await goOnEdited(cli, session, summary, { ...options, edited });
    return attendRun(cli, session, run, options.yes ? { ...options, decide: unattended(session).decide } : options);
  }
  // What was interrupted is active still: it went on as soon as somebody hosts it.
  const isActive = status === 'running' || status === 'waiting' || status === 'cancelling';
  if (!isActive || from !== undefined) {
    await client.resume(run, {
      by: personHere(options.as),
      ...(from === undefined ? {} : { from }),
    });
  }
  return attendRun(cli, session, run, options);
}
