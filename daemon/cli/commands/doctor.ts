import { portOf } from '../../config.ts';
import { examine } from '../../doctor/index.ts';
import { createProcessRunner } from '../../process/runner.ts';
import { EXIT, type AddCommand, type Cli } from '../command.ts';
import { visible } from '../progress/width.ts';
import { say } from '../terminal.ts';

export const doctor: AddCommand = (program, cli) => {
  program
    .command('doctor')
    .description('Look at what works on this machine and what does not, each with what to do about it.')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExit code 1 when something is missing without which nothing works.')
    .action(cli.does((options: { json?: boolean }) => examineHere(cli, options)));
};

const MARKS = { good: '✓', limited: '!', missing: '✗' } as const;

async function examineHere(cli: Cli, options: { json?: boolean }): Promise<number> {
  const { terminal } = cli;
  const { config, daemon } = await cli.open('look');
  const findings = await examine({
    config,
    process: createProcessRunner({ programs: config.programs ?? {} }),
    secrets: daemon.secrets,
    sandboxLevel: () => daemon.sandboxLevel(),
    port: portOf(config, cli.environment),
    plugins: daemon.plugins.list().flatMap(({ name, revokedAt }) => (revokedAt === undefined ? [name] : [])),
    signers: daemon.people.list().flatMap(({ name }) => (daemon.keys.has(name) ? [name] : [])),
  });
  if (options.json) say(terminal, JSON.stringify(findings));
  else {
    for (const { what, is, saw, remedy } of findings) {
      say(terminal, `${MARKS[is]} ${what}: ${visible(saw)}`);
      if (remedy) say(terminal, `    ${visible(remedy)}`);
    }
  }
  return findings.some(({ is }) => is === 'missing') ? EXIT.failed : EXIT.ok;
}
