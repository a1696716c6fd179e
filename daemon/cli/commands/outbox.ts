import { fail } from '../../../shared/failure.ts';
import { sqliteOutboxStore } from '../../journal/outbox-store.ts';
import type { Undelivered } from '../../notices/notices.ts';
import type { Config } from '../../config.ts';
import { EXIT, type AddCommand, type Cli } from '../command.ts';
import { personHere } from '../person-here.ts';
import { visible } from '../progress/width.ts';
import { say } from '../terminal.ts';

export const outbox: AddCommand = (program, cli) => {
  const command = program
    .command('outbox')
    .description('Messages that have not reached people, and pages that could not be written.');
  command
    .command('list', { isDefault: true })
    .description('What has not got through, and why.')
    .option('--json', 'as JSON')
    .action(cli.does((options: { json?: boolean }) => list(cli, options)));
  command
    .command('retry')
    .description('Try messages again now, also those that were given up.')
    .argument('[numbers...]', 'as stagebook outbox shows them; all when left out')
    .action(cli.does((numbers: string[]) => retry(cli, numbers)));
  command
    .command('discard')
    .description('Leave a message for good: nobody gets it.')
    .argument('<number>', 'as stagebook outbox shows it')
    .requiredOption('--why <reason>', 'why; it is kept with your name')
    .option('--as <name>', 'who says it')
    .addHelpText('after', '\nExample\n  stagebook outbox discard 3 --why "they were told by phone"')
    .action(cli.does((number: string, options: Discarding) => discard(cli, number, options)));
};

interface Discarding {
  why: string;
  as?: string;
}

async function list({ terminal, open }: Cli, { json }: { json?: boolean }): Promise<number> {
  const { daemon, config } = await open('look');
  const messages = daemon.notices.undelivered();
  const pages = sqliteOutboxStore(daemon.database).problems();
  if (json) {
    say(terminal, JSON.stringify({ messages, pages }));
    return EXIT.ok;
  }
  if (messages.length === 0 && pages.length === 0) say(terminal, nothingLeft(config));
  for (const each of messages) say(terminal, lineOf(each));
  for (const { page, attempts, problem } of pages) {
    const tried = `tried ${attempts} ${attempts === 1 ? 'time' : 'times'}, and again by itself`;
    say(terminal, `page  ${visible(page)}  ${tried}: ${visible(problem)}`);
  }
  return EXIT.ok;
}

/** What was never queued has not got through either. */
function nothingLeft({ notify = {} }: Config): string {
  return Object.keys(notify).length > 0
    ? 'Everything has got through.'
    : 'Nothing waits. No channel is configured, so no message is sent to anybody: put one under notify in config.yaml.';
}

function lineOf({ id, channel, run, title, queuedAt, givenUpAt, tries, uncertain, problem }: Undelivered): string {
  const since = `since ${new Date(queuedAt).toISOString().slice(0, 19)}Z`;
  const how =
    givenUpAt === null
      ? tries === 0
        ? 'waits'
        : `waits, tried ${tries}×`
      : `given up after ${tries} ${tries === 1 ? 'try' : 'tries'}`;
  const may = uncertain ? ', and may have arrived' : '';
  const why = problem === '' ? '' : `: ${visible(problem)}`;
  return `${id}  ${channel}  ${visible(title)}  ${since}, run ${run}, ${how}${may}${why}`;
}

async function retry({ terminal, open }: Cli, numbers: readonly string[]): Promise<number> {
  const ids = numbers.length === 0 ? undefined : numbers.map(numberOf);
  const { daemon, desk } = await open('act');
  const count = desk ? await desk.retryMessages(ids ?? null) : daemon.notices.retry(ids);
  // The daemon that is up goes on trying; this process has only now.
  if (!desk) await daemon.notices.flush();
  const left = daemon.notices.undelivered().filter(({ id }) => ids?.includes(id) ?? true);
  say(terminal, count === 0 ? 'Nothing waits.' : `Tried again: ${count}.`);
  if (!desk) for (const each of left) say(terminal, lineOf(each));
  return !desk && left.length > 0 ? EXIT.failed : EXIT.ok;
}

async function discard({ terminal, open }: Cli, number: string, { why, as }: Discarding): Promise<number> {
  const id = numberOf(number);
  const { daemon, desk } = await open('act');
  const { name } = personHere(as);
  if (desk) await desk.discardMessage(id, name, why);
  else daemon.notices.discard(id, name, why);
  say(terminal, `Message ${id} is left for good.`);
  return EXIT.ok;
}

function numberOf(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw fail('invalid', 'outbox.number', `“${text}” is no message's number. See stagebook outbox.`);
}
