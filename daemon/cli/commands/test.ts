import { EXIT, type AddCommand, type Cli } from '../command.ts';
import { visible } from '../progress/width.ts';
import { say } from '../terminal.ts';

export const test: AddCommand = (program, cli) => {
  program
    .command('test')
    .description('Run the scenarios beside workflows: simulated time, no effects, coverage of nodes and gate outcomes.')
    .argument('<place...>', 'folders, workflows, or scenario files')
    .option('--against <workflow>', 'play these scenario files against this workflow: would it have gone otherwise?')
    .option('--json', 'results as JSON')
    .addHelpText(
      'after',
      '\nExamples\n  stagebook test workflows/\n  stagebook test broken-release.scenarios.yaml --against release.md',
    )
    .action(
      cli.does((places: string[], options: Options) =>
        options.against === undefined
          ? testPlaces(cli, places, options)
          : replayAll(cli, places, options.against, options),
      ),
    );
};

interface Options {
  against?: string;
  json?: boolean;
}

async function testPlaces({ terminal }: Cli, places: readonly string[], options: Options): Promise<number> {
  // Loaded only here: no other command needs it.
  const { allWell, testWorkflows } = await import('../../scenarios/test-workflows.ts');
  const { registeredHere } = await import('../registered-here.ts');
  const stage = registeredHere();
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

/** Plays what was recorded against a workflow as it is now. */
async function replayAll(
  { terminal }: Cli,
  files: readonly string[],
  workflow: string,
  options: Options,
): Promise<number> {
  const { replay } = await import('../../scenarios/replay.ts');
  const { registeredHere } = await import('../registered-here.ts');
  const stage = registeredHere();
  const all = [];
  for (const file of files) all.push(...(await replay(file, workflow, stage)));
  if (options.json) say(terminal, JSON.stringify(all.map(({ name, differed, ended }) => ({ name, differed, ended }))));
  else {
    for (const { name, differed, ended, lines } of all) {
      if (differed.length === 0) say(terminal, `✓ ${visible(name)}\n    ${visible(ended)}`);
      else for (const line of lines) say(terminal, line);
    }
    const failed = all.filter(({ differed }) => differed.length > 0).length;
    say(terminal, `${all.length - failed} held, ${failed} did not`);
  }
  return all.some(({ differed }) => differed.length > 0) ? EXIT.failed : EXIT.ok;
}
