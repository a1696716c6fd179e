import { existsSync, readdirSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import picocolors from 'picocolors';
import { fail } from '../../../shared/failure.ts';
import type { ReviewItem, ReviewOverview, ReviewSeverity } from '../../../shared/review.ts';
import { graphId } from '../../graph/graphs.ts';
import { requireGraph } from '../graph-given.ts';
import { changedSince } from '../../review/changed-since.ts';
import { EXIT, type AddCommand, type Cli } from '../command.ts';
import { visible } from '../progress/width.ts';
import type { Session } from '../session.ts';
import { say } from '../terminal.ts';

const FAIL_ON = ['error', 'warning', 'hint', 'none'] as const;
/** A check that is less often right sends people looking for nothing, or lets them miss something. */
const GOOD = 0.98;
type FailOn = (typeof FAIL_ON)[number];

interface Options {
  since?: string;
  failOn: FailOn;
  limit: number;
  page?: boolean;
  todos?: boolean;
  about?: string;
  measure?: string | true;
  json?: boolean;
}

export const review: AddCommand = (program, cli) => {
  program
    .command('review')
    .description('Review a graph: what stopped being true and what needs a hand. Changes nothing.')
    .argument('[graph]', 'the folder of a graph; else the first of the configuration')
    .option('--since <time>', 'only on pages that changed since a commit, a day (2026-11-21) or for so long (7d)')
    .option(
      '--fail-on <severity>',
      `exit with 1 for findings so severe or worse: ${FAIL_ON.join(', ')}`,
      readFailOn,
      'none',
    )
    .option('-n, --limit <number>', 'of each group at most so many', readLimit, 10)
    .option('--page', 'also write the page Review/<date> into the graph')
    .option(
      '--todos',
      'write the page Code TODOs instead: what comments in the configured repositories leave to be done',
    )
    .option('--about <file>', 'say instead which pages name a file of code, and where')
    .option(
      '--measure [labels]',
      'how often each check is right on a labelled graph; GRAPH/review-labels.json unless named',
    )
    .option('--json', 'everything as JSON')
    .addHelpText(
      'after',
      `
What was put off or said to be no issue does not count. Fixes are shown, made and undone in the panel.

Examples
  stagebook review ~/notes
  stagebook review . --since origin/main --fail-on error    in the CI of a graph kept in git
  stagebook review ~/notes --about src/main.ts    which pages to look at when that file changes
  stagebook review ~/labelled --measure           how often each check is right there`,
    )
    .action(cli.does((graph: string | undefined, options: Options) => reviewGraph(cli, graph, options)));
};

async function reviewGraph(cli: Cli, given: string | undefined, options: Options): Promise<number> {
  const { terminal } = cli;
  if (options.measure !== undefined) return measure(cli, given, options);
  const session = await cli.open('look');
  const folder = given ?? session.config.graphs?.[0];
  if (folder === undefined)
    throw fail('invalid', 'review.graph', 'Name the folder of a graph: stagebook review FOLDER');
  // An empty folder would become a graph by being opened.
  if (existsSync(folder) && statSync(folder).isDirectory() && readdirSync(folder).length === 0)
    throw fail('not-found', 'graph.not_found', `There is no graph in ${folder}: the folder is empty.`);
  await requireGraph(session.daemon, folder);
  const id = graphId(resolve(folder));
  if (options.todos) {
    const { desk, daemon } = session;
    written(cli, desk ? (await desk.todosPage(id)).page : await daemon.review.writeTodos(id));
    return EXIT.ok;
  }
  if (options.about !== undefined) {
    const { tellAbout } = await import('../pages-about.ts');
    return tellAbout(cli, session, id, options.about, options);
  }
  const overview = await session.daemon.review.overview(id, { fresh: true });
  const all = await everything(session, id);
  const pages = options.since === undefined ? undefined : await changedSince(id, options.since, Date.now());
  const findings = pages ? all.filter(({ page }) => pages(page)) : all;
  if (options.json) {
    say(
      terminal,
      JSON.stringify({
        at: overview.at,
        pages: overview.pages,
        counts: countsOf(findings),
        notes: overview.notes,
        findings,
      }),
    );
  } else tell(cli, overview, findings, options);
  if (options.page) await writePage(cli, session, id);
  const bad = FAIL_ON.slice(0, FAIL_ON.indexOf(options.failOn) + 1);
  const fails = options.failOn !== 'none' && findings.some(({ severity }) => bad.includes(severity));
  return fails ? EXIT.failed : EXIT.ok;
}

/** Precision and recall of each check on a graph whose faults are known. Neither the graph nor the data directory is written. */
async function measure(
  { terminal }: Cli,
  graph: string | undefined,
  { measure: labels, json }: Options,
): Promise<number> {
  if (graph === undefined)
    throw fail('invalid', 'review.graph', 'Name the folder of the labelled graph: stagebook review FOLDER --measure');
  const { measuredLines, measureGraph } = await import('../../review/measure.ts');
  const { catalogue } = await import('../../registered.ts');
  const { shippedDefinitions } = await import('../../workflows.ts');
  const ports = { catalogue: catalogue(), workflows: () => new Set(shippedDefinitions().values()) };
  const measured = await measureGraph(resolve(graph), labels === true ? undefined : labels, ports);
  if (json) say(terminal, JSON.stringify(measured));
  else for (const line of measuredLines(measured)) say(terminal, visible(line));
  return measured.every(({ precision, recall }) => Math.min(precision, recall) >= GOOD) ? EXIT.ok : EXIT.failed;
}

async function everything({ daemon }: Session, id: string): Promise<ReviewItem[]> {
  const { findings } = await daemon.review.findings(id, { limit: Number.MAX_SAFE_INTEGER });
  return findings;
}

/** Through the daemon that is up, which knows whether Logseq has the graph open. */
async function writePage(cli: Cli, { desk, daemon }: Session, id: string): Promise<void> {
  written(cli, desk ? (await desk.reviewPage(id)).page : await daemon.review.writePage(id));
}

function written({ terminal }: Pick<Cli, 'terminal'>, page: string | null): void {
  say(terminal, page === null ? 'You deleted this page, so it is not made again.' : `Written: [[${visible(page)}]]`);
}

function tell(
  { terminal }: Cli,
  overview: ReviewOverview,
  findings: readonly ReviewItem[],
  { limit, since }: Options,
): void {
  const colors = picocolors.createColors(terminal.color);
  const line = (text: string): void => say(terminal, text);
  const byCheck = Map.groupBy(findings, ({ check }) => check);
  const marks: Record<ReviewSeverity, string> = { error: colors.red('✗'), warning: colors.yellow('!'), hint: '·' };
  for (const { check, title, explanation } of overview.groups) {
    const some = byCheck.get(check) ?? [];
    if (some.length === 0) continue;
    line(`${colors.bold(visible(title))}  ${some.length}`);
    if (explanation !== '') line(colors.dim(`  ${visible(explanation)}`));
    for (const { severity, page, line: at, message, fix } of some.slice(0, limit)) {
      const place = at === undefined ? page : `${page}:${at}`;
      line(
        `  ${marks[severity]} ${visible(place)}  ${visible(message)}${fix === undefined ? '' : colors.dim(`  [fix: ${visible(fix)}]`)}`,
      );
    }
    if (some.length > limit) line(colors.dim(`    and ${some.length - limit} more (--limit, --json, or the panel)`));
  }
  for (const note of overview.notes.slice(0, 10)) line(colors.dim(`  left alone: ${visible(note)}`));
  const { error, warning, hint } = countsOf(findings);
  const where = since === undefined ? counted(overview.pages, 'page') : `what changed since ${visible(since)}`;
  const put =
    overview.snoozed + overview.dismissed > 0 ? `; ${overview.snoozed} put off, ${overview.dismissed} no issue` : '';
  line(`${counted(error, 'error')}, ${counted(warning, 'warning')}, ${counted(hint, 'hint')} on ${where}${put}`);
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

function countsOf(findings: readonly ReviewItem[]): Record<ReviewSeverity, number> {
  const counts = { error: 0, warning: 0, hint: 0 };
  for (const { severity } of findings) counts[severity] += 1;
  return counts;
}

function readFailOn(text: string): FailOn {
  const found = FAIL_ON.find((each) => each === text);
  if (!found) throw new InvalidArgumentError(`There are: ${FAIL_ON.join(', ')}.`);
  return found;
}

function readLimit(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0) throw new InvalidArgumentError('It must be a number from 0 on.');
  return number;
}
