import { fail, StagebookError } from '../../../shared/failure.ts';
import { revokeDevice } from '../../people/revoke.ts';
import { EXIT, type AddCommand, type Cli } from '../command.ts';
import { visible } from '../progress/width.ts';
import type { Session } from '../session.ts';
import { ask, noTerminal, say } from '../terminal.ts';

export const devices: AddCommand = (program, cli) => {
  const command = program
    .command('devices')
    .description('Plugins that are paired, agents with a token, and the devices people sign with.');
  command
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExamples\n  stagebook devices\n  stagebook devices revoke 3f2a9c0e5b7d4416')
    .action(cli.does((options: { json?: boolean }) => listDevices(cli, options)));
  command
    .command('revoke')
    .description('Take the right of a plugin, agent or device for ever, and end its connections at once.')
    .argument('<id>', 'as stagebook devices shows it')
    .option('--as <name>', 'whose PIN is given, so that the name is not asked for')
    .addHelpText(
      'after',
      '\nA signing device takes the PIN of somebody who can sign at this terminal; a plugin or an agent takes none.',
    )
    .action(cli.does((id: string, options: { as?: string }) => revoke(cli, id, options)));
};

interface Listed {
  device: string;
  kind: string;
  owner: string;
  addedAt: number;
  revokedAt?: number;
}

async function listDevices({ terminal, open }: Cli, { json }: { json?: boolean }): Promise<number> {
  const { daemon } = await open('look');
  const all: Listed[] = [
    ...daemon.plugins
      .list()
      .map(({ plugin, name, ...times }) => ({ device: plugin, kind: 'plugin', owner: name, ...times })),
    ...daemon.agents.list().map(({ agent, name, run, ...times }) => ({
      device: agent,
      kind: 'agent',
      owner: run === undefined ? name : `${name}, for the run ${run}`,
      ...times,
    })),
    ...daemon.people
      .list()
      .flatMap(({ name, devices: own }) => own.map(({ publicKey: _, ...device }) => ({ ...device, owner: name }))),
  ];
  if (json) {
    say(terminal, JSON.stringify(all));
    return EXIT.ok;
  }
  if (all.length === 0) say(terminal, 'None yet. Connect Logseq: stagebook pair');
  for (const { device, kind, owner, addedAt, revokedAt } of all) {
    const since = new Date(addedAt).toISOString().slice(0, 10);
    say(
      terminal,
      `${kind.padEnd(8)}  ${device.padEnd(36)}  ${visible(owner)}, since ${since}${revokedAt === undefined ? '' : ', revoked'}`,
    );
  }
  return EXIT.ok;
}

async function revoke(cli: Cli, id: string, options: { as?: string }): Promise<number> {
  const session = await cli.open('look');
  const { daemon } = session;
  const signing = daemon.people.list().flatMap((person) => person.devices.map(({ device }) => device));
  if (!daemon.plugins.has(id) && !daemon.agents.has(id) && !signing.includes(id))
    throw fail('not-found', 'device.not_found', `There is no device “${id}”. stagebook devices shows those there are.`);
  // Else a program that can open a terminal could take away everybody's keys and then be the first person itself.
  if (!daemon.plugins.has(id) && !daemon.agents.has(id)) await checkPin(cli, session, options.as);
  await revokeAnywhere(session, id);
  say(cli.terminal, `${id} is revoked.`);
  return EXIT.ok;
}

async function checkPin({ terminal }: Cli, { daemon: { keys } }: Session, as?: string): Promise<void> {
  if (!terminal.interactive) throw noTerminal();
  const name = (as ?? (await ask(terminal, 'Your name: ')) ?? '').trim();
  keys.check(name, (await ask(terminal, `PIN of ${name}: `, { hidden: true })) ?? '');
}

/** By the daemon that is up, which then ends the connections; else here. */
async function revokeAnywhere({ desk, daemon }: Session, id: string): Promise<void> {
  try {
    if (desk) return void (await desk.revoke(id));
  } catch (error) {
    if (!(error instanceof StagebookError) || error.code !== 'server.off') throw error;
  }
  revokeDevice(daemon, id);
}
