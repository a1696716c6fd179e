import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fail } from '../../../shared/failure.ts';
import type { PersonaShape } from '../../../shared/workflow/role.ts';
import type { ToolDefinition } from '../../mcp/manifest.ts';
import { registries } from '../../open.ts';
import { budgetTable, costsOf, measure, overBudget, type Listed } from '../../personas/budget.ts';
import { tokenCounter, TOKENIZER } from '../../personas/tokens.ts';
import { EXIT, type AddCommand, type Cli } from '../command.ts';
import { visible } from '../progress/width.ts';
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

function listPersonas({ terminal }: Cli): number {
  for (const { id, actions, tools = {}, tokenBudget } of registries().personas.values()) {
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

async function explainPersona(cli: Cli, id: string): Promise<number> {
  const shape = personaCalled(id);
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
  if (over === undefined) return EXIT.ok;
  say(cli.terminal, over);
  return EXIT.failed;
}

async function measurePersonas(cli: Cli, folder: string | undefined): Promise<number> {
  const costs = costsOf(folder === undefined ? await trustedTools(cli) : toolsOf(folder), await tokenCounter());
  const budgets = [...registries().personas.values()].map((shape) => measure(shape, costs));
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

function personaCalled(id: string): PersonaShape {
  const { personas } = registries();
  const shape = personas.get(id);
  if (shape) return shape;
  throw fail(
    'not-found',
    'persona.not_found',
    `There is no persona “${id}”. There are: ${[...personas.keys()].join(', ')}.`,
  );
}
