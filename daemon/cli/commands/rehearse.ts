import { requireGraph } from '../graph-given.ts';
import type { Rehearsal } from '../../rehearsal/rehearsal.ts';
import { EXIT, type AddCommand, type Cli } from '../command.ts';
import { inputsFrom, loadRunnable } from '../load.ts';
import { visible } from '../progress/width.ts';
import { say } from '../terminal.ts';

interface Options {
  input: string[];
  graph?: string;
  json?: boolean;
}

export const rehearse: AddCommand = (program, cli) => {
  program
    .command('rehearse')
    .description(
      'Rehearse a workflow: every step fails once in stand-ins, and what it needs is looked for. Only reads.',
    )
    .argument('<page>', 'a Markdown file, the name of a page, or of a shipped workflow')
    .option(
      '-i, --input <name=value>',
      'with all inputs its reads are tried, too',
      (value, all: string[]) => [...all, value],
      [],
    )
    .option('-g, --graph <directory>', 'the Logseq graph in which PAGE is looked for')
    .option('--json', 'the rehearsal as JSON')
    .addHelpText(
      'after',
      `
Exit code 1 when something is wrong. Nothing is written but that it was rehearsed.

Example
  stagebook rehearse package-release -i directory=. -i repository=ada/clock`,
    )
    .action(cli.does((page: string, options: Options) => rehearsePage(cli, page, options)));
};

async function rehearsePage(cli: Cli, page: string, options: Options): Promise<number> {
  const session = await cli.open('act');
  const graph = options.graph === undefined ? undefined : await requireGraph(session.daemon, options.graph);
  const loaded = await loadRunnable(page, graph, session.daemon);
  const { definition, pages, source } = loaded;
  const hash = await session.client.propose(definition, pages);
  const inputs = options.input.length > 0 ? inputsFrom(options.input, loaded, session.config.roots) : undefined;
  const { rehearserOf } = await import('../rehearser-of.ts');
  const rehearsal = await rehearserOf(session).hold({ hash, definition, pages, file: source.name, inputs });
  if (options.json) say(cli.terminal, JSON.stringify(rehearsal));
  else tell(cli, rehearsal, inputs !== undefined);
  return rehearsal.ok ? EXIT.ok : EXIT.failed;
}

function tell({ terminal }: Cli, { title, at, ok, problems, faults, probed }: Rehearsal, read: boolean): void {
  const line = (text: string): void => say(terminal, text);
  const { baseline, steps, reached, faults: tried } = faults;
  line(`${visible(title)}, rehearsed on ${new Date(at).toISOString().slice(0, 16)}Z`);
  line(`  without a fault    ${baseline}; ${reached} of ${steps} steps were reached`);
  for (const [kind, words] of [
    ['fails-once', 'fails once'],
    ['fails', 'fails for good'],
    ['lost', 'its answer is lost'],
  ] as const) {
    const some = tried.filter((each) => each.kind === kind);
    const through = some.filter(({ ended }) => ended === 'completed').length;
    if (some.length > 0)
      line(`  a step ${words.padEnd(19)} ${some.length} tried, ${through} of them completed all the same`);
    // What one hiccup ends is worth knowing, and no mistake.
    if (kind === 'fails') continue;
    for (const { title: step, ended } of some.filter((each) => each.ended !== 'completed').slice(0, 10))
      line(`      ${visible(step)} → ${visible(ended)}`);
  }
  if (probed === null) line('  Nobody trusts it, so nothing of the world was looked at: stagebook trust');
  else {
    line(
      `  looked for         ${probed.length} things${read ? '' : '; give all inputs with -i, and what it reads is tried, too'}`,
    );
    for (const { what, ok: there, said } of probed) line(`    ${there ? '✓' : '✗'} ${visible(what)}: ${visible(said)}`);
  }
  const shown = new Set((probed ?? []).map(({ what, said }) => `${what}: ${said}`));
  for (const problem of problems) if (!shown.has(problem)) line(`✗ ${visible(problem)}`);
  if (ok) line(lastWords(faults));
}

/** Of a rehearsal in which nothing was wrong, as far as it came. */
function lastWords({ baseline, gate, steps, reached }: Rehearsal['faults']): string {
  if (baseline === 'completed') return '✓ nothing is wrong';
  const why =
    gate === undefined
      ? `without a fault it ended as ${visible(baseline)}`
      : `the gate “${visible(gate)}” was not passed`;
  const rest = steps - reached;
  const untried = rest === 0 ? '' : ` and ${rest} of ${steps} steps were not reached`;
  return `◦ nothing wrong was found, but with stand-in values ${why}${untried}; a scenario beside the page, or a run that completed, gives it better ones`;
}
