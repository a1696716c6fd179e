import { InvalidArgumentError } from 'commander';
import picocolors from 'picocolors';
import type { RunStatus } from '../../../shared/run/state.ts';
import { EXIT, type AddCommand, type Cli } from '../command.ts';
import { elapsed } from '../progress/elapsed.ts';
import { markOf, type Standing } from '../progress/marks.ts';
import { visible } from '../progress/width.ts';
import { say } from '../terminal.ts';
import type { RunSummary } from '../../../shared/run/summary.ts';

const STATUSES: readonly RunStatus[] = [
  'running',
  'waiting',
  'completed',
  'failed',
  'cancelling',
  'cancelled',
  'suspended',
];

interface Options {
  status?: RunStatus[];
  limit: number;
  graph?: string;
  json?: boolean;
}

export const list: AddCommand = (program, cli) => {
  program
    .command('list')
    .description('List runs, the newest first; or workflows, with when each was rehearsed.')
    .argument('[what]', 'runs or workflows', readWhat, 'runs')
    .option('-g, --graph <directory>', 'of workflows: those of this graph, too')
    .option('-s, --status <status,…>', `only these: ${STATUSES.join(', ')}`, readStatuses)
    .option('-n, --limit <number>', 'at most so many', readLimit, 20)
    .option('--json', 'runs as JSON')
    .addHelpText('after', '\nExamples\n  stagebook list --status waiting,failed\n  stagebook list workflows')
    .action(
      cli.does(async (what: 'runs' | 'workflows', options: Options) => {
        if (what === 'runs') return listRuns(cli, options);
        const { listWorkflows } = await import('../workflow-list.ts');
        return listWorkflows(cli, options);
      }),
    );
};

async function listRuns(cli: Cli, { status, limit, json }: Options): Promise<number> {
  const { runsHere, slotWaitsHere } = await import('../runs-here.ts');
  const { slotPhrase } = await import('../../engine/slot-waits.ts');
  const runs = await runsHere({ limit, ...(status ? { status } : {}) });
  const waits = runs.some((run) => run.status === 'running') ? slotWaitsHere() : undefined;
  const nameOf = (id: string): string => {
    const known = runs.find(({ run }) => run === id);
    return known ? `#${known.number} ${known.title}` : id;
  };
  const waitOf = ({ run }: RunSummary): string => {
    const wait = waits?.get(run);
    return wait ? `  ${visible(slotPhrase(wait, nameOf))}` : '';
  };
  if (json) say(cli.terminal, JSON.stringify(runs));
  else if (runs.length === 0) say(cli.terminal, 'No runs. Start one: stagebook run PAGE');
  else for (const run of runs) say(cli.terminal, `${lineOf(run, cli.terminal.color)}${waitOf(run)}`);
  return EXIT.ok;
}

function lineOf(run: RunSummary, color: boolean): string {
  const colors = picocolors.createColors(color);
  const started = new Date(run.startedAt).toISOString().slice(0, 16).replace('T', ' ');
  const mark = markOf('step', standingOf(run));
  const took = elapsed((run.endedAt ?? Date.now()) - run.startedAt).padStart(8);
  const number = `#${run.number}`.padStart(4);
  return `${mark} ${number}  ${run.status.padEnd(10)} ${started}Z ${took}  ${visible(run.title)}${run.dryRun ? ' (dry run)' : ''}  ${colors.dim(run.run)}`;
}

function standingOf({ status, dryRun }: RunSummary): Standing {
  if (status === 'cancelling' || status === 'suspended') return 'cancelled';
  return dryRun && status === 'completed' ? 'shown' : status;
}

function readWhat(text: string): string {
  if (text === 'runs' || text === 'workflows') return text;
  throw new InvalidArgumentError('There are runs and workflows.');
}

function readStatuses(text: string): RunStatus[] {
  return text.split(',').map((each) => {
    const status = STATUSES.find((known) => known === each.trim());
    if (!status) throw new InvalidArgumentError(`There is no status “${each}”. There are: ${STATUSES.join(', ')}.`);
    return status;
  });
}

function readLimit(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('It must be a number from 1 on.');
  return Math.min(number, 10_000);
}
