import { existsSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import type { JsonObject } from '../../../shared/json.ts';
import type { Signature } from '../../../shared/run/event.ts';
import { fail, StagebookError } from '../../../shared/failure.ts';
import type { StartRequest } from '../../engine/engine.ts';
import { isDbGraph } from '../../../shared/logseq/graph.ts';
import { requireGraph } from '../graph-given.ts';
import { attendRun } from '../attend.ts';
import type { AddCommand, Cli } from '../command.ts';
import { inputsFrom, loadRunnable } from '../load.ts';
import { personHere } from '../person-here.ts';
import { Refusal } from '../refusal.ts';
import type { Session } from '../session.ts';
import { askStart, coveredStart } from '../sign.ts';
import { unattended } from '../unattended.ts';

export interface RunOptions {
  input: string[];
  graph?: string;
  dryRun?: boolean;
  yes?: boolean;
  as?: string;
  wait?: boolean;
  json?: boolean;
}

export const run: AddCommand = (program, cli) => {
  program
    .command('run')
    .description('Run a workflow: a file, a page of the graph, or a shipped one by its name.')
    .argument('<page>', 'a Markdown file, the name of a page, or of a shipped workflow')
    .option('-i, --input <name=value>', 'give an input; may be repeated', (value, all: string[]) => [...all, value], [])
    .option(
      '-g, --graph <graph>',
      'the Logseq graph whose pages the run writes, and where PAGE is looked for; logseq_db_NAME for a database graph',
    )
    .option('--dry-run', 'no effects at all: what is not a read is shown, not done')
    .option('--as <name>', 'who signs, so that the name is not asked for')
    .option('--wait', 'stay while the run waits for people, who can approve it from another terminal')
    .option('-y, --yes', "sign without asking; only in the demo's own data directory")
    .option('--json', 'events as JSON, one a line')
    .addHelpText(
      'after',
      `
Examples
  stagebook run package-release -i directory=. -i repository=ada/clock -i level=minor
  stagebook run notes/deploy.md --graph ~/notes --dry-run`,
    )
    .action(cli.does((page: string, options: RunOptions) => startRun(cli, page, options)));
};

/** Starts a workflow as a person wants it, with their signature where it needs one. */
export async function startRun(cli: Cli, page: string, options: RunOptions): Promise<number> {
  const session = await cli.open('act');
  const folder = options.graph ?? session.config.graphs?.[0];
  // A database graph is where a Logseq has it open: its pages are written then, and PAGE is not looked for in it.
  const isDb = folder !== undefined && isDbGraph(folder);
  const place = folder === undefined || isDb ? folder : realFolder(folder);
  const graph = place === undefined || isDb ? undefined : await requireGraph(session.daemon, place);
  const loaded = await loadRunnable(page, graph, session.daemon);
  const { definition, pages } = loaded;
  const signer = options.yes ? unattended(session) : undefined;
  const request: StartRequest = {
    definition,
    inputs: inputsFrom(options.input, loaded, session.config.roots),
    by: personHere(options.as),
    ...(Object.keys(pages).length > 0 ? { pages } : {}),
    ...(place === undefined ? {} : { graph: place }),
    ...(loaded.source.page === undefined ? {} : { page: loaded.source.page }),
    ...(options.dryRun ? { dryRun: true } : {}),
  };
  const id = await session.client
    .start(request)
    .catch((error: unknown) => startSigned(error, cli, session, page, request, options));
  return attendRun(cli, session, id, { ...options, ...(signer ? { decide: signer.decide } : {}) });
}

/** What changes something needs a signature: the one of the last hours, else a new one. */
async function startSigned(
  error: unknown,
  cli: Cli,
  session: Session,
  page: string,
  request: StartRequest,
  options: RunOptions,
): Promise<string> {
  if (!(error instanceof StagebookError)) throw error;
  if (error.code === 'run.untrusted') {
    // A page of a graph is found again only in that graph.
    const where = options.graph !== undefined && !existsSync(page) ? ` --graph ${JSON.stringify(options.graph)}` : '';
    const message = `${error.message.replace(/: stagebook trust\.$/, '')}: stagebook trust ${JSON.stringify(page)}${where}`;
    throw new Refusal([{ code: error.code, message, place: `${page}:1:1` }]);
  }
  if (error.code !== 'run.unsigned') throw error;
  const { client } = session;
  const signedBy = (signature: Signature): Promise<string> =>
    client.start({ ...request, by: { kind: 'person', name: signature.person }, signature });
  const signer = options.yes ? unattended(session) : undefined;
  if (!signer) {
    const covered = coveredStart(session.daemon, options.as);
    const id = covered && (await signedBy(covered).catch(unlessUncovered));
    if (id) return id;
  }
  const hash = await client.propose(request.definition, request.pages);
  if (signer) return signedBy(signer.sign(await client.challenge(subject(hash, request.inputs))));
  const as = options.as === undefined ? {} : { as: options.as };
  return signedBy(
    await askStart(client, hash, request.inputs, { terminal: cli.terminal, signers: session.daemon, ...as }),
  );
}

const subject = (definition: string, inputs: JsonObject) => ({ kind: 'start', definition, inputs }) as const;

/** No earlier signature covers it: then one is asked for. */
function unlessUncovered(error: unknown): undefined {
  if (!(error instanceof StagebookError) || !error.code.startsWith('signature.')) throw error;
}

function realFolder(folder: string): string {
  try {
    return realpathSync(resolve(folder));
  } catch (error) {
    throw fail('not-found', 'graph.not_found', `There is no folder ${resolve(folder)} for a graph.`, { cause: error });
  }
}
