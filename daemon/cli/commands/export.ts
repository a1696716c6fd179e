import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fail } from '../../../shared/failure.ts';
import type { RunEvent } from '../../../shared/run/event.ts';
import { walk, type Definition } from '../../../shared/workflow/definition.ts';
import { readBody } from '../../engine/definitions.ts';
import { reviewDefinition } from '../../trust.ts';
import { calledRuns } from '../../journal/called-runs.ts';
import { EXIT, type AddCommand, type Cli } from '../command.ts';
import { findRun } from '../find-run.ts';
import { say } from '../terminal.ts';
import { visible } from '../progress/width.ts';
import type { Session } from '../session.ts';

interface Options {
  bundle?: string;
  scenario?: string;
  name?: string;
  never?: string[];
}

export const exportRun: AddCommand = (program, cli) => {
  program
    .command('export')
    .description(
      'Make a file of a run: a scenario that a workflow can be tested with, or a bundle that anybody can verify.',
    )
    .argument('<run>', 'RUN: number of today, id, part of an id, or last; or an incident, INC-…')
    .option('--bundle <file>', 'everything on record of the run, which stagebook verify checks on any machine')
    .option('--scenario <file>', 'a file of scenarios, which is made, or gets one more: recorded answers become stubs')
    .option('--name <name>', 'what the scenario is called')
    .option('--never <action,…>', 'it demands only that these are not asked for: what an edit has to prevent', (text) =>
      text.split(',').map((each) => each.trim()),
    )
    .addHelpText(
      'after',
      `
Examples
  stagebook export last --scenario broken-release.scenarios.yaml --never npm.publish
  stagebook test broken-release.scenarios.yaml --against workflows/package-release.md
  stagebook export INC-2026-11-21-001 --bundle incident.json`,
    )
    .action(cli.does((run: string, options: Options) => exportOne(cli, run, options)));
};

async function exportOne(cli: Cli, said: string, options: Options): Promise<number> {
  if (options.scenario === undefined && options.bundle === undefined) {
    throw fail('invalid', 'export.what', 'Say what to make of it: --scenario FILE, or --bundle FILE.');
  }
  const session = await cli.open('look');
  const run = session.daemon.incidents.get(said.toUpperCase())?.run ?? (await findRun(session.client, said)).run;
  if (options.bundle !== undefined) await exportBundle(cli, session, run, resolve(options.bundle));
  if (options.scenario === undefined) return EXIT.ok;
  return exportScenario(cli, session, run, { ...options, scenario: resolve(options.scenario) });
}

async function exportBundle(cli: Cli, { daemon, config }: Session, run: string, file: string): Promise<void> {
  const { bundleOf } = await import('../../incidents/bundle.ts');
  const bundle = await bundleOf(daemon.database, run, config.zone);
  await writeFile(file, `${JSON.stringify(bundle, null, 1)}\n`, { mode: 0o600 });
  say(cli.terminal, `${visible(file)} has ${bundle.events.length} lines; the last one's hash is ${bundle.hash}`);
  say(cli.terminal, `Anybody can look at it anew:  stagebook verify ${visible(file)}`);
}

async function exportScenario(
  cli: Cli,
  { client, daemon }: Session,
  run: string,
  { scenario: file, name, never = [] }: Options & { scenario: string },
): Promise<number> {
  const { journal, database, secrets, redactor } = daemon;
  const state = await client.state(run);
  const { definition, pages } = readBody(journal.definition(state.definition)!);
  refuseUnknown(never, [definition, ...Object.values(pages)]);
  const { scenarioOfRun } = await import('../../scenarios/from-run.ts');
  const { addScenario } = await import('../../scenarios/write.ts');
  const events = withCalled(daemon, run).toSorted((one, other) => one.pos - other.pos);
  const title =
    name ?? `${state.title}, as it went on ${new Date(state.startedAt).toISOString().slice(0, 16)}Z (${run.slice(-6)})`;
  const scenario = scenarioOfRun({ state, definition, pages, events }, title, never);
  const { registries } = await import('../../registered.ts');
  // None is in the record. A value that became a secret later is hidden here, too.
  const named = reviewDefinition(database, state.definition, registries().actions).secrets;
  await Promise.all(named.map((each) => secrets.has(each)));
  await addScenario(file, redactor.redact(scenario));
  say(cli.terminal, `${visible(file)} has the scenario “${visible(title)}” now.`);
  const beside =
    never.length > 0 ? 'It fails until the workflow prevents ' + never.join(' and ') : 'It goes as it went';
  say(cli.terminal, `${beside}:  stagebook test ${visible(file)} --against WORKFLOW.md`);
  return EXIT.ok;
}

/** A run's events and those of the runs that it called. */
function withCalled({ journal, database }: Session['daemon'], run: string): RunEvent[] {
  return [run, ...calledRuns(database, run)].flatMap((each) => journal.events(each));
}

function refuseUnknown(never: readonly string[], definitions: readonly Definition[]): void {
  const used = new Set(
    definitions.flatMap(({ body }) => walk(body).map(({ node }) => String(node.settings.uses ?? ''))),
  );
  const unknown = never.find((name) => !used.has(name));
  if (unknown === undefined) return;
  throw fail(
    'invalid',
    'scenario.never',
    `No step of the run uses “${unknown}”. Name an action that it must not reach.`,
  );
}
