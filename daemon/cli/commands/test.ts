import { registries } from '../../open.ts';
import { EXIT, type AddCommand, type Cli } from '../command.ts';
import { say } from '../terminal.ts';

export const test: AddCommand = (program, cli) => {
  program
    .command('test')
    .description('Run the scenarios beside workflows: simulated time, no effects, coverage of nodes and gate outcomes.')
    .argument('<place...>', 'folders, workflows, or scenario files')
    .option('--json', 'results as JSON')
    .addHelpText('after', '\nExample\n  stagebook test workflows/')
    .action(cli.does((places: string[], options: { json?: boolean }) => testPlaces(cli, places, options)));
};

async function testPlaces({ terminal }: Cli, places: readonly string[], options: { json?: boolean }): Promise<number> {
  // Loaded only here: no other command needs it.
  const { allWell, testWorkflows } = await import('../../scenarios/test-workflows.ts');
  const stage = registries();
  const tested = [];
  for (const place of places) {
    tested.push(...(await testWorkflows(place, stage, (line) => void (options.json || say(terminal, line)))));
  }
  if (options.json) say(terminal, JSON.stringify(tested));
  else {
    const passed = tested.reduce((sum, each) => sum + each.passed, 0);
    const failed = tested.reduce((sum, each) => sum + each.failed.length, 0);
    const seconds = tested.reduce((sum, each) => sum + each.seconds, 0);
    say(terminal, `${passed} passed, ${failed} failed in ${seconds.toFixed(2)} s`);
  }
  return allWell(tested) ? EXIT.ok : EXIT.failed;
}
