import { fail } from '../../../shared/failure.ts';
import { EXIT, type AddCommand, type Cli } from '../command.ts';
import { visible } from '../progress/width.ts';
import { addPerson, askNewPin } from '../sign.ts';
import { ask, noTerminal, say } from '../terminal.ts';

export const people: AddCommand = (program, cli) => {
  const command = program.command('people').description('Who can sign here, and with which devices.');
  command
    .option('--json', 'people as JSON')
    .addHelpText(
      'after',
      '\nExamples\n  stagebook people\n  stagebook people add Ada --role release-manager\n  stagebook people pin Ada',
    )
    .action(cli.does((options: { json?: boolean }) => listPeople(cli, options)));
  command
    .command('add')
    .description('Add a person, with a PIN of their own for this terminal.')
    .argument('<name>')
    .option(
      '--role <role>',
      'a role that sign-offs can ask for; may be repeated',
      (value, all: string[]) => [...all, value],
      [],
    )
    .action(cli.does((name: string, options: { role: string[] }) => add(cli, name, options.role)));
  command
    .command('pin')
    .description("Change a person's PIN.")
    .argument('<name>')
    .action(cli.does((name: string) => changePin(cli, name)));
};

async function listPeople(cli: Cli, { json }: { json?: boolean }): Promise<number> {
  const { daemon } = await cli.open('look');
  const all = daemon.people.list();
  if (json) {
    say(cli.terminal, JSON.stringify(all));
    return EXIT.ok;
  }
  if (all.length === 0)
    say(
      cli.terminal,
      'Nobody yet. The first person is asked for at the first signature, or: stagebook people add NAME',
    );
  for (const { name, roles, devices } of all) {
    say(cli.terminal, `${visible(name)}${roles.length > 0 ? `  (${roles.map(visible).join(', ')})` : ''}`);
    for (const { kind, device, addedAt, revokedAt } of devices) {
      const since = new Date(addedAt).toISOString().slice(0, 10);
      say(cli.terminal, `  ${kind} ${device} since ${since}${revokedAt === undefined ? '' : ', revoked'}`);
    }
  }
  return EXIT.ok;
}

async function add(cli: Cli, name: string, roles: readonly string[]): Promise<number> {
  const { daemon } = await cli.open('look');
  if (daemon.people.find(name) && daemon.keys.has(name)) {
    throw fail(
      'conflict',
      'person.exists',
      `${name} is there already. To change the PIN: stagebook people pin ${name}`,
    );
  }
  say(cli.terminal, `${await addPerson(cli.terminal, daemon, name, roles)} can sign at this terminal now.`);
  return EXIT.ok;
}

async function changePin(cli: Cli, said: string): Promise<number> {
  const { terminal } = cli;
  const { daemon } = await cli.open('look');
  const person = daemon.people.find(said);
  if (!person) throw fail('not-found', 'person.not_found', `Nobody here is called ${said}. See stagebook people.`);
  if (!terminal.interactive) throw noTerminal();
  const old = (await ask(terminal, `PIN of ${person.name}: `, { hidden: true })) ?? '';
  daemon.keys.changePin(person.name, old, await askNewPin(terminal));
  say(terminal, 'The PIN is changed.');
  return EXIT.ok;
}
