import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fail } from '../../../shared/failure.ts';
import { parsePersonaText } from '../../../shared/workflow/persona.ts';
import { parseWorkflowText } from '../../../shared/workflow/parse.ts';
import type { PersonaShape } from '../../../shared/workflow/role.ts';
import { readConfig } from '../../config.ts';
import { addServers } from '../../import/add-servers.ts';
import type { Imported } from '../../import/format.ts';
import { importFile } from '../../import/import.ts';
import { makeFolder } from '../../make-folder.ts';
import { EXIT, type AddCommand, type Cli } from '../command.ts';
import { complaintOf } from '../refusal.ts';
import { errorLine, say } from '../terminal.ts';
import { visible } from '../progress/width.ts';

interface Options {
  to?: string;
  force?: boolean;
}

const AFTER = `
What can be imported
  *.json with mcpServers   servers, into the configuration; each is used once you have trusted its tools
  *.json of a persona      a persona as Hypertool keeps it, as a page
  *.md                     a runbook (“Stage 1: … (… Persona)”, steps, code, check lists), as a page
                           its code does not run before you say so at the start; each box to tick is a signature

Example
  stagebook import rotate-key.workflow.md --to ~/notes/pages`;

export const importCommand: AddCommand = (program, cli) => {
  program
    .command('import')
    .description('Take over a runbook, a persona or servers of tools that others keep in their own form.')
    .argument('<file>')
    .option('--to <folder>', 'where a page is written; else here')
    .option('--force', 'write over a page of that name')
    .addHelpText('after', AFTER)
    .action(cli.does((file: string, options: Options) => importInto(cli, file, options)));
};

async function importInto(cli: Cli, file: string, options: Options): Promise<number> {
  if (!existsSync(file) || !statSync(file).isFile())
    throw fail('not-found', 'import.unknown', `There is no file ${file}.`);
  const { personas } = (await cli.open('look')).daemon;
  const known = [...personas.shapes().values()].map((shape) => ({
    ...shape,
    title: personas.cards().get(shape.id)?.title ?? shape.id,
  }));
  const imported = await importFile(file, readFileSync(file, 'utf8'), known);
  const code =
    imported.kind === 'servers' ? writeServers(cli, imported) : writePage(cli, imported, options, personas.shapes());
  for (const note of imported.notes) say(cli.terminal, `  ${visible(note)}`);
  return code;
}

function writeServers({ terminal }: Cli, { servers }: Extract<Imported, { kind: 'servers' }>): number {
  const { home } = readConfig();
  const { text, added, kept } = addServers(home, servers);
  writeFileSync(join(home, 'config.yaml'), text, { mode: 0o600 });
  if (added.length > 0) say(terminal, `Added to the configuration: ${added.join(', ')}.`);
  if (kept.length > 0) say(terminal, `There already, and left as they are: ${kept.join(', ')}.`);
  return EXIT.ok;
}

async function writePage(
  { terminal }: Cli,
  page: Extract<Imported, { kind: 'page' }>,
  { to = '.', force }: Options,
  personas: ReadonlyMap<string, PersonaShape>,
): Promise<number> {
  const file = resolve(to, page.file);
  if (existsSync(file) && !force) {
    throw fail(
      'conflict',
      'import.exists',
      `There is ${file} already. Give another folder with --to, or --force to write over it.`,
    );
  }
  makeFolder(resolve(to));
  writeFileSync(file, page.text);
  say(terminal, `Wrote ${file}`);
  const { catalogue } = await import('../../registered.ts');
  const { checkWorkflow } = await import('../../../shared/workflow/check.ts');
  const problems =
    page.what === 'persona'
      ? parsePersonaText(page.text).problems
      : checkWorkflow(parseWorkflowText(page.text), { ...catalogue(), personas });
  for (const problem of problems) {
    const { code, message, place } = complaintOf(file, problem);
    terminal.err.write(`${errorLine(terminal, code, message, place)}\n`);
  }
  return problems.some(({ severity }) => severity === 'error') ? EXIT.failed : EXIT.ok;
}
