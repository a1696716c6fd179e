import { parsePersonaText } from '../../../shared/workflow/persona.ts';
import { fail } from '../../../shared/failure.ts';
import { effectOf } from '../../mcp/manifest.ts';
import type { Graph } from '../../graph/graph.ts';
import { requireGraph } from '../graph-given.ts';
import { hashPersona, type PersonaPage } from '../../personas/persona-page.ts';
import { printPersona } from '../../personas/print-persona.ts';
import { trustable } from '../../review/claims/claim.ts';
import { reviewDefinition } from '../../trust.ts';
import { findWorkflow } from '../../workflows.ts';
import { EXIT, type AddCommand, type Cli } from '../command.ts';
import { loadRunnable } from '../load.ts';
import { visible } from '../progress/width.ts';
import { complaintOf, Refusal } from '../refusal.ts';
import { reviewLines } from '../review.ts';
import { askShown } from '../sign.ts';
import { startsByItself } from '../starts-by-itself.ts';
import { say } from '../terminal.ts';

interface Options {
  graph?: string;
  as?: string;
  server?: string;
  claims?: boolean;
}

export const trust: AddCommand = (program, cli) => {
  program
    .command('trust')
    .description(
      'Look at what a workflow, a persona or an MCP server may do, and sign that it may here. Holds for exactly this content.',
    )
    .argument('[page]', 'a Markdown file, or the name of a page')
    .option('--server <name>', 'an MCP server of the configuration: it is started to see its tools')
    .option('--claims', 'the claims of the page: what the review asks outside for them')
    .option('-g, --graph <directory>', 'the Logseq graph in which the page is looked for')
    .option('--as <name>', 'who signs, so that the name is not asked for')
    .addHelpText('after', '\nExamples\n  stagebook trust notes/deploy.md\n  stagebook trust --server github')
    .action(
      cli.does((page: string | undefined, options: Options) => {
        if (options.server !== undefined && page === undefined) return trustServer(cli, options.server, options);
        if (page !== undefined && options.server === undefined) {
          return options.claims ? trustClaims(cli, page, options) : trustPage(cli, page, options);
        }
        throw fail('invalid', 'trust.what', 'Name a page, or a server with --server; one of them.');
      }),
    );
};

async function trustServer(cli: Cli, server: string, { as }: Options): Promise<number> {
  const { terminal } = cli;
  const { client, daemon } = await cli.open('act');
  const { manifest, hash } = await daemon.servers.inspect(server);
  const name = visible(server);
  if (await client.trusted(hash)) {
    say(terminal, `The MCP server “${name}” is trusted as it is.`);
    return EXIT.ok;
  }
  const before = daemon.servers.pinned(server)?.tools.map((tool) => tool.name);
  say(terminal, `Started by  ${visible(JSON.stringify(manifest.launch))}`);
  for (const tool of manifest.tools) {
    const [first = ''] = (tool.description ?? '').split('\n');
    const mark = before && !before.includes(tool.name) ? '+ ' : '  ';
    say(terminal, `${mark}${visible(tool.name)} (${effectOf(tool)})  ${visible(first).slice(0, 100)}`);
  }
  const challenge = await client.challenge({ kind: 'trust', definition: hash });
  const signature = await askShown(challenge, `Trust the MCP server “${name}”`, {
    terminal,
    signers: daemon,
    ...(as === undefined ? {} : { as }),
  });
  await client.trust(hash, signature);
  say(terminal, `The MCP server “${name}” may be used here now, as long as it lists the same tools.`);
  return EXIT.ok;
}

async function trustPage(cli: Cli, page: string, options: Options): Promise<number> {
  const { terminal } = cli;
  const session = await cli.open('act');
  const { client, daemon } = session;
  const graph = options.graph === undefined ? undefined : await requireGraph(daemon, options.graph);
  const persona = await personaOn(page, graph);
  if (persona) return trustPersona(cli, persona, options);
  const { definition, pages, source } = await loadRunnable(page, graph, daemon);
  const hash = await client.propose(definition, pages);
  const title = visible(definition.header.title);
  const place = source.page === undefined ? source.name : (options.graph ?? source.name);
  const { config } = session;
  const tellStarts = async (): Promise<void> => {
    for (const line of await startsByItself(definition, { place, config, now: Date.now() }))
      say(terminal, visible(line));
  };
  if (await client.trusted(hash)) {
    say(terminal, `“${title}” is trusted as it is.`);
    await tellStarts();
    return EXIT.ok;
  }
  const { registries } = await import('../../registered.ts');
  for (const line of reviewLines(reviewDefinition(daemon.database, hash, registries().actions))) say(terminal, line);
  const as = options.as === undefined ? {} : { as: options.as };
  const challenge = await client.challenge({ kind: 'trust', definition: hash });
  await client.trust(hash, await askShown(challenge, `Trust “${title}”`, { terminal, signers: daemon, ...as }));
  say(terminal, `“${title}” may run here now, as long as what it does stays the same.`);
  await tellStarts();
  return EXIT.ok;
}

/** The persona of a page that has one and no workflow. Throws a `Refusal` for one that cannot be read. */
async function personaOn(page: string, graph: Graph | undefined): Promise<PersonaPage | undefined> {
  const source = await findWorkflow(page, graph).catch(() => undefined);
  if (!source || source.parsed.definition) return undefined;
  const { persona: shape, title, block, problems } = parsePersonaText(source.text);
  if (block === undefined) return undefined;
  if (!shape) throw new Refusal(problems.map((problem) => complaintOf(source.name, problem)));
  return { title, shape };
}

async function trustPersona(cli: Cli, persona: PersonaPage, { as }: Options): Promise<number> {
  const { terminal } = cli;
  const { client, daemon } = await cli.open('act');
  const { id } = persona.shape;
  const before = daemon.personas.page(id);
  const hash = await daemon.personas.keep(persona);
  if (before && hashPersona(before) === hash) {
    say(terminal, `The persona ${id} is trusted as it is.`);
    return EXIT.ok;
  }
  if (before) say(terminal, `It takes the place of the persona ${id} that is known here.`);
  for (const line of changedLines(before && printPersona(before), printPersona(persona))) say(terminal, visible(line));
  const challenge = await client.challenge({ kind: 'trust', definition: hash });
  const who = as === undefined ? {} : { as };
  await client.trust(hash, await askShown(challenge, `Trust the persona ${id}`, { terminal, signers: daemon, ...who }));
  say(terminal, `Stages may name the persona ${id} now, as long as its page says the same.`);
  return EXIT.ok;
}

/** A text with what is new marked by `+`, and what is gone by `-` behind it. */
function changedLines(before: string | undefined, now: string): string[] {
  const lines = now.trimEnd().split('\n');
  if (before === undefined) return lines;
  const old = new Set(before.trimEnd().split('\n'));
  const gone = [...old].filter((line) => !lines.includes(line)).map((line) => `- ${line}`);
  return [...lines.map((line) => `${old.has(line) ? ' ' : '+'} ${line}`), ...gone];
}

/** What is on the page besides its claims is no matter here, and is not trusted by it. */
async function trustClaims(cli: Cli, page: string, options: Options): Promise<number> {
  const { terminal } = cli;
  const { client, daemon } = await cli.open('act');
  const graph = options.graph === undefined ? undefined : await requireGraph(daemon, options.graph);
  const { parsed } = await findWorkflow(page, graph);
  const name = visible(page);
  if (parsed.claims.length === 0) throw fail('not-found', 'trust.no_claims', `There are no claims on “${name}”.`);
  const hash = await client.propose(trustable(parsed.claims));
  if (await client.trusted(hash)) {
    say(terminal, `The claims of “${name}” are trusted as they are.`);
    return EXIT.ok;
  }
  for (const { title, id, settings } of parsed.claims) {
    say(terminal, `${visible(title || id)}: ${visible(JSON.stringify(settings))}`);
  }
  const as = options.as === undefined ? {} : { as: options.as };
  const challenge = await client.challenge({ kind: 'trust', definition: hash });
  await client.trust(
    hash,
    await askShown(challenge, `Trust the claims of “${name}”`, { terminal, signers: daemon, ...as }),
  );
  say(terminal, `The review looks at the claims of “${name}” now, as long as they say the same.`);
  return EXIT.ok;
}
