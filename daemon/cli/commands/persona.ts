import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fail } from '../../../shared/failure.ts';
import { stagesInForce } from '../../../shared/run/stages.ts';
import type { RunState } from '../../../shared/run/state.ts';
import type { PersonaShape } from '../../../shared/workflow/role.ts';
import type { Engine } from '../../engine/engine.ts';
import type { ToolDefinition } from '../../mcp/manifest.ts';
import { budgetTable, costsOf, measure, overBudget, type Listed } from '../../personas/budget.ts';
import { tokenCounter, TOKENIZER } from '../../personas/tokens.ts';
import { RUNS_LOOKED_AT, unusedTools } from '../../personas/unused.ts';
import { EXIT, type AddCommand, type Cli } from '../command.ts';
import { visible } from '../progress/width.ts';
import { findRun } from '../find-run.ts';
import { askShown } from '../sign.ts';
import { say } from '../terminal.ts';

export const persona: AddCommand = (program, cli) => {
  const command = program.command('persona').description('What each persona may use, and what its tools cost a model.');
  command
    .command('list')
    .description('List the personas.')
    .action(cli.does(() => listPersonas(cli)));
  command
    .command('current')
    .description('The persona that works now, of each run that is going on.')
    .action(cli.does(() => currentPersonas(cli)));
  command
    .command('use')
    .description('Give the agent of the stage that is in force another persona of its run, until the stage ends.')
    .argument('<id>')
    .option('--run <run>', 'the run; else the last one that is going on')
    .option('--stage <key>', 'the stage, where several are in force')
    .option('--as <name>', 'whose PIN is given, so that the name is not asked for')
    .addHelpText(
      'after',
      '\nIt takes a PIN, since an agent can open a terminal. The steps of the page keep the persona that the page names.',
    )
    .action(cli.does((id: string, options: UseOptions) => usePersona(cli, id, options)));
  command
    .command('explain')
    .description('Everything one persona may do, and the tokens of its tools, of the servers that are trusted here.')
    .argument('<id>')
    .action(cli.does((id: string) => explainPersona(cli, id)));
  command
    .command('measure')
    .description('The tokens of every persona as a Markdown table.')
    .option(
      '--tools <folder>',
      'a JSON list of tools for each server, SERVER.json; else the servers that are trusted here',
    )
    .addHelpText('after', '\nExample\n  stagebook persona measure --tools test/fixtures/mcp-tools')
    .action(cli.does((options: { tools?: string }) => measurePersonas(cli, options.tools)));
};

/** So far back runs of a persona are looked for. */
const FAR = 200;

async function listPersonas(cli: Cli): Promise<number> {
  const { terminal } = cli;
  for (const { id, actions, tools = {}, tokenBudget } of (await personasOf(cli)).values()) {
    const named = Object.values(tools).flat().length;
    const budget = tokenBudget === undefined ? '' : `, ${tokenBudget} tokens`;
    say(terminal, `${id.padEnd(14)}  ${actions.length} patterns of actions, ${named} tools${budget}`);
  }
  return EXIT.ok;
}

async function currentPersonas(cli: Cli): Promise<number> {
  const { client } = await cli.open('look');
  const runs = await client.list({ status: ['running', 'waiting'] });
  if (runs.length === 0) say(cli.terminal, 'Nothing is going on, so no persona is in force.');
  for (const { run, number, title } of runs) {
    const { persona: current } = await client.state(run);
    say(cli.terminal, `#${number}  ${visible(title)}  ${current ?? 'no persona'}`);
  }
  return EXIT.ok;
}

interface UseOptions {
  run?: string;
  stage?: string;
  as?: string;
}

async function usePersona(cli: Cli, id: string, { run: said, stage: wanted, as }: UseOptions): Promise<number> {
  const { terminal } = cli;
  await personaCalled(cli, id);
  const session = await cli.open('act');
  const { client, daemon } = session;
  const [active] = said === undefined ? await client.list({ status: ['running', 'waiting'], limit: 1 }) : [];
  if (said === undefined && !active) {
    throw fail(
      'not-found',
      'persona.no_stage',
      'Nothing is going on, so no persona is in force. Start a run, or name one with --run.',
    );
  }
  const { run } = active ?? (await findRun(client, said!));
  const stages = stagesInForce(await client.state(run));
  const stage = wanted === undefined ? stages.at(-1) : stages.find(({ key }) => key === wanted);
  if (!stage || (wanted === undefined && stages.length > 1)) {
    const which = stages.length === 0 ? 'none is' : stages.map(({ key }) => key).join(', ');
    throw fail('conflict', 'persona.no_stage', `Name the stage with --stage. In force now: ${which}.`);
  }
  const challenge = await client.challenge({ kind: 'persona', run, node: stage.key, persona: id });
  const who = as === undefined ? {} : { as };
  const signature = await askShown(challenge, `Work as ${visible(id)}`, { terminal, signers: daemon, ...who });
  await client.usePersona(run, stage.key, id, signature);
  say(terminal, `The agent of “${visible(stage.title ?? stage.key)}” works as ${id} until the stage ends.`);
  return EXIT.ok;
}

async function explainPersona(cli: Cli, id: string): Promise<number> {
  const shape = await personaCalled(cli, id);
  const lines: [string, readonly string[] | undefined][] = [
    ['actions', shape.actions],
    ['secrets', shape.secrets],
    ['restricted paths', shape.restrictedPaths],
    ['block list', shape.blockList],
    ['needs a signed gate', shape.requireApprovalFor],
  ];
  for (const [name, values] of lines) if (values?.length) say(cli.terminal, `${name}: ${values.join(', ')}`);
  const costs = costsOf(await trustedTools(cli), await tokenCounter());
  const budget = measure(shape, costs);
  for (const { server, tool, tokens } of budget.tools)
    say(cli.terminal, `  ${server}/${visible(tool)}  ${tokens} tokens`);
  for (const name of budget.missing) say(cli.terminal, `  ${name}  of no server that is trusted here`);
  say(cli.terminal, `${budget.tokens} tokens of ${budget.budget ?? 'no budget'} (${TOKENIZER})`);
  const over = overBudget(budget);
  const { engine } = (await cli.open('look')).daemon;
  const { runs, tools } = unusedTools(id, budget.tools, statesOf(engine));
  if (runs > 0)
    say(
      cli.terminal,
      runs === RUNS_LOOKED_AT ? `Its last ${runs} runs:` : `Worked in ${runs === 1 ? '1 run' : `${runs} runs`}.`,
    );
  for (const { server, tool, tokens } of tools) {
    say(cli.terminal, `  ${server}/${visible(tool)} was used in none of them: leave it out, it costs ${tokens} tokens`);
  }
  if (over === undefined) return EXIT.ok;
  say(cli.terminal, over);
  return EXIT.failed;
}

/** The newest first, each read only when it is looked at. */
function* statesOf(engine: Pick<Engine, 'list' | 'state'>): Generator<RunState> {
  for (const { run } of engine.list({ limit: FAR })) yield engine.state(run);
}

async function measurePersonas(cli: Cli, folder: string | undefined): Promise<number> {
  const costs = costsOf(folder === undefined ? await trustedTools(cli) : toolsOf(folder), await tokenCounter());
  const budgets = [...(await personasOf(cli)).values()].map((shape) => measure(shape, costs));
  say(cli.terminal, budgetTable(budgets, costs, TOKENIZER));
  return EXIT.ok;
}

async function trustedTools(cli: Cli): Promise<Listed> {
  const { servers } = (await cli.open('look')).daemon;
  return Object.fromEntries(servers.names().map((name) => [name, servers.pinned(name)?.tools ?? []]));
}

function toolsOf(folder: string): Listed {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return Object.fromEntries(
    files.map((name) => [
      basename(name, '.json'),
      JSON.parse(readFileSync(join(folder, name), 'utf8')) as ToolDefinition[],
    ]),
  );
}

/** Those that come with Stagebook, and those of people's own pages that somebody trusted here. */
async function personasOf(cli: Cli): Promise<ReadonlyMap<string, PersonaShape>> {
  return (await cli.open('look')).daemon.personas.shapes();
}

async function personaCalled(cli: Cli, id: string): Promise<PersonaShape> {
  const personas = await personasOf(cli);
  const shape = personas.get(id);
  if (shape) return shape;
  throw fail(
    'not-found',
    'persona.not_found',
    `There is no persona “${id}”. There are: ${[...personas.keys()].join(', ')}.`,
  );
}
