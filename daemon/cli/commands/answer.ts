import { fail } from '../../../shared/failure.ts';
import { attendRun } from '../attend.ts';
import { readAnswer } from '../answer.ts';
import { EXIT, type AddCommand, type Cli } from '../command.ts';
import { requireReal } from '../dry-run.ts';
import { findRun } from '../find-run.ts';
import { personHere } from '../person-here.ts';
import { say } from '../terminal.ts';

interface Options {
  node?: string;
  as?: string;
}

export const answer: AddCommand = (program, cli) => {
  program
    .command('answer')
    .description('Answer what a run asks.')
    .argument('<run>', 'RUN: number of today, id, part of an id, or last')
    .argument('<text>', 'the answer: one of the options, a text, or YAML for a form')
    .option('--node <id>', 'which question, when several are open')
    .option('--as <name>', 'who answers')
    .addHelpText('after', '\nExample\n  stagebook answer last "roll back"')
    .action(cli.does((run: string, text: string, options: Options) => answerRun(cli, run, text, options)));
};

async function answerRun(cli: Cli, said: string, text: string, options: Options): Promise<number> {
  const session = await cli.open('act');
  const { client } = session;
  const summary = await findRun(client, said);
  const { run } = summary;
  requireReal(summary, 'answer');
  const open = (await client.requests(run)).filter((request) => request.kind === 'ask');
  const wanted = open.filter(
    ({ node }) => options.node === undefined || node === options.node || node.endsWith(`/${options.node}`),
  );
  const [question] = wanted;
  if (!question)
    throw fail('conflict', 'answer.not_asked', `The run asks no such question now. See stagebook show ${run}.`);
  if (wanted.length > 1) {
    const nodes = wanted.map(({ node }) => node).join(', ');
    throw fail('conflict', 'answer.ambiguous', `Several questions are open: ${nodes}. Say which with --node.`);
  }
  await client.answer(run, question.node, readAnswer(question, text), personHere(options.as));
  if (session.hosts) return attendRun(cli, session, run, {});
  say(cli.terminal, 'Answered.');
  return EXIT.ok;
}
