import { registries, requireGraph } from '../../open.ts';
import { reviewDefinition } from '../../trust.ts';
import { EXIT, type AddCommand, type Cli } from '../command.ts';
import { loadRunnable } from '../load.ts';
import { visible } from '../progress/width.ts';
import { reviewLines } from '../review.ts';
import { askShown } from '../sign.ts';
import { say } from '../terminal.ts';

interface Options {
  graph?: string;
  as?: string;
}

export const trust: AddCommand = (program, cli) => {
  program
    .command('trust')
    .description('Look at what a workflow may do, and sign that it may run here. Holds for exactly this content.')
    .argument('<page>', 'a Markdown file, or the name of a page')
    .option('-g, --graph <directory>', 'the Logseq graph in which the page is looked for')
    .option('--as <name>', 'who signs, so that the name is not asked for')
    .addHelpText('after', '\nExample\n  stagebook trust notes/deploy.md')
    .action(cli.does((page: string, options: Options) => trustPage(cli, page, options)));
};

async function trustPage(cli: Cli, page: string, options: Options): Promise<number> {
  const { terminal } = cli;
  const session = await cli.open('act');
  const { client, daemon } = session;
  const graph = options.graph === undefined ? undefined : await requireGraph(daemon, options.graph);
  const { definition, pages } = await loadRunnable(page, graph);
  const hash = await client.propose(definition, pages);
  const title = visible(definition.header.title);
  if (await client.trusted(hash)) {
    say(terminal, `“${title}” is trusted as it is.`);
    return EXIT.ok;
  }
  for (const line of reviewLines(reviewDefinition(daemon.database, hash, registries().actions))) say(terminal, line);
  const as = options.as === undefined ? {} : { as: options.as };
  const challenge = await client.challenge({ kind: 'trust', definition: hash });
  await client.trust(hash, await askShown(challenge, `Trust “${title}”`, { terminal, signers: daemon, ...as }));
  say(terminal, `“${title}” may run here now, as long as what it does stays the same.`);
  return EXIT.ok;
}
