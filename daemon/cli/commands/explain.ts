import { fail } from '../../../shared/failure.ts';
import { EXIT, type AddCommand, type Cli } from '../command.ts';
import { hanging } from '../progress/width.ts';
import { say, type Output } from '../terminal.ts';

interface Options {
  json?: boolean;
}

export const explain: AddCommand = (program, cli) => {
  program
    .command('explain')
    .description('What a page can say: every role and action with its settings, and what expressions see.')
    .argument('[name]', 'a role (retry), an action (http.request), or the actions of one integration (git)')
    .option('--json', 'as JSON, with JSON Schemas')
    .addHelpText(
      'after',
      '\nExamples\n  stagebook explain\n  stagebook explain foreach\n  stagebook explain http.request',
    )
    .action(cli.does((name: string | undefined, options: Options) => explainOne(cli, name, options)));
};

async function explainOne({ terminal }: Cli, name: string | undefined, { json }: Options): Promise<number> {
  // Every action there is, which nothing else that describes a command needs.
  const { meant, nearestName, whatThereIs } = await import('../explain/what-there-is.ts');
  const { actionLines, actionTable, overviewLines, roleLines } = await import('../explain/lines.ts');
  const all = whatThereIs();
  const found = name === undefined ? all : meant(all, name);
  const { roles, actions } = found;
  if (name !== undefined && roles.length + actions.length === 0) {
    const near = nearestName(all, name);
    const hint = near === undefined ? '' : ` Did you mean ${near}?`;
    const message = `There is no role and no action “${name}”.${hint} stagebook explain shows all.`;
    throw fail('not-found', 'explain.unknown', message);
  }
  const [role] = roles;
  const [action, ...more] = actions;
  const lines =
    name === undefined
      ? overviewLines(all)
      : role
        ? roleLines(role)
        : more.length > 0
          ? actionTable(actions)
          : actionLines(action!);
  if (json) say(terminal, JSON.stringify(found));
  else for (const line of lines.flatMap((each) => inColumns(each, terminal.out))) say(terminal, line);
  return EXIT.ok;
}

/** As wide as the terminal is; what goes into a file or another program keeps its lines. */
function inColumns(line: string, { isTTY, columns }: Output): string[] {
  return isTTY && columns !== undefined ? hanging(line, columns) : [line];
}
