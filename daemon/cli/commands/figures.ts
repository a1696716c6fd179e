import { InvalidArgumentError } from 'commander';
import { figuresSince } from '../../figures/figures.ts';
import { quantile } from '../../figures/quantile.ts';
import { writeFigures } from '../../figures/write.ts';
import { sqliteBlockMemory } from '../../journal/block-memory.ts';
import { requireGraph } from '../graph-given.ts';
import { elapsed } from '../../page-parts/times.ts';
import { EXIT, type AddCommand, type Cli } from '../command.ts';
import { say } from '../terminal.ts';

const DAY_MS = 86_400_000;

interface Options {
  days: number;
  graph?: string;
  json?: boolean;
}

export const figures: AddCommand = (program, cli) => {
  program
    .command('figures')
    .description('How workflows go: outcomes, medians and spreads of runs and stages, what gates said.')
    .option('-d, --days <number>', 'of the last so many days', readDays, 90)
    .option('-g, --graph <folder>', 'also write the page “Workflow figures”, with charts, into this graph')
    .option('--json', 'everything as JSON')
    .addHelpText('after', '\nExample\n  stagebook figures --days 30 --graph ~/notes')
    .action(cli.does((options: Options) => showFigures(cli, options)));
};

async function showFigures({ open, terminal }: Cli, { days, graph, json }: Options): Promise<number> {
  const { daemon } = await open('look');
  const now = Date.now();
  const since = now - days * DAY_MS;
  const all = figuresSince(since, { database: daemon.database, definition: (run) => daemon.engine.definition(run) });
  if (json) say(terminal, JSON.stringify(all, null, 2));
  else if (all.length === 0) say(terminal, `No run has ended in the last ${days} days.`);
  for (const { workflow, runs, stages, gates } of json ? [] : all) {
    const done = runs.filter(({ outcome }) => outcome === 'completed');
    say(
      terminal,
      `${workflow}: ${runs.length} ${runs.length === 1 ? 'run' : 'runs'}, ${done.length} completed${median(done.map(({ tookMs }) => tookMs))}`,
    );
    for (const { title, tookMs } of stages) say(terminal, `  ${title}: ${tookMs.length}${median(tookMs)}`);
    for (const { title, passed, rejected } of gates)
      say(terminal, `  ${title}: passed ${passed}, rejected ${rejected}`);
  }
  if (graph !== undefined) {
    const page = await writeFigures(await requireGraph(daemon, graph), sqliteBlockMemory(daemon.database), {
      figures: all,
      since,
      now,
    });
    say(
      terminal,
      page === null
        ? 'The page “Workflow figures” was deleted in the graph and is not made again.'
        : `Written: ${page}`,
    );
  }
  return EXIT.ok;
}

function median(values: readonly number[]): string {
  return values.length === 0
    ? ''
    : `, median ${elapsed(
        quantile(
          values.toSorted((one, other) => one - other),
          0.5,
        ),
      )}`;
}

function readDays(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('It is a number of days, from 1.');
  return Number(text);
}
