import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '../../config.ts';
import type { Graph } from '../../graph/graph.ts';
import type { TrustedHere } from '../../registered.ts';
import { EXIT, type AddCommand, type Cli } from '../command.ts';
import { loadPage, personaProblems } from '../load.ts';
import { requireGraph } from '../graph-given.ts';
import { complaintOf, Refusal, type Complaint } from '../refusal.ts';
import { errorLine, say, type Terminal } from '../terminal.ts';
import { visible } from '../progress/width.ts';

interface Options {
  graph?: string;
  json?: boolean;
}

export const check: AddCommand = (program, cli) => {
  program
    .command('check')
    .description('Check workflows and personas without running anything: every problem with its place.')
    .argument('<page...>', 'Markdown files, pages of the graph, or shipped workflows')
    .option('-g, --graph <directory>', 'the Logseq graph in which pages are looked for')
    .option('--json', 'problems as JSON')
    .addHelpText('after', '\nExample\n  stagebook check workflows/*.md')
    .action(cli.does((pages: string[], options: Options) => checkPages(cli, pages, options)));
};

type Found = Complaint & { severity: 'error' | 'warning' };

async function checkPages(cli: Cli, pages: readonly string[], options: Options): Promise<number> {
  const { terminal } = cli;
  // A graph needs no data directory of ours, but it is opened by what has one.
  const graph =
    options.graph === undefined ? undefined : await requireGraph((await cli.open('look')).daemon, options.graph);
  // What people trusted here, where anybody has worked here: a check makes no data directory.
  const config = readConfig();
  const { trustedHere } = await import('../trusted-here.ts');
  const here = existsSync(join(config.home, 'journal.db')) ? trustedHere(config) : undefined;
  try {
    return await checkEach(terminal, pages, options, graph, here);
  } finally {
    here?.close();
  }
}

async function checkEach(
  terminal: Terminal,
  pages: readonly string[],
  options: Options,
  graph: Graph | undefined,
  here: TrustedHere | undefined,
): Promise<number> {
  const found: Found[] = [];
  // A page that several call, or that is asked about besides, has its errors told once.
  const add = (...more: readonly Found[]): void => {
    const isSame = (one: Found, other: Found): boolean =>
      one.place === other.place && one.code === other.code && one.message === other.message;
    found.push(...more.filter((each) => each.place === undefined || !found.some((other) => isSame(each, other))));
  };
  for (const page of pages) {
    try {
      const { source, called, ...loaded } = await loadPage(page, graph, here);
      const problems = (await personaProblems(source)) ?? loaded.problems;
      add(...problems.map((each) => ({ ...complaintOf(source.name, each), severity: each.severity })));
      // What it calls is refused with it, so it is told with it; warnings only when that page is asked about.
      add(...called.map((each) => ({ ...each, severity: 'error' as const })));
      if (problems.length + called.length === 0 && !options.json) say(terminal, `${page}: no problems`);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      add(...error.complaints.map((each) => ({ ...each, severity: 'error' as const })));
    }
  }
  if (options.json) say(terminal, JSON.stringify(found));
  else {
    for (const { severity, code, message, place } of found) {
      if (severity === 'error') terminal.err.write(`${errorLine(terminal, code, message, place)}\n`);
      else say(terminal, `${place}: warning ${code}: ${visible(message)}`);
    }
  }
  return found.some(({ severity }) => severity === 'error') ? EXIT.refused : EXIT.ok;
}
