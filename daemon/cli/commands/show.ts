import { movedText } from '../../../shared/run/moved.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { titlesIn } from '../../../shared/run/titles.ts';
import { slotPhrase, slotWaits } from '../../engine/slot-waits.ts';
import { attendRun } from '../attend.ts';
import { EXIT, type AddCommand, type Cli } from '../command.ts';
import { findRun } from '../find-run.ts';
import { tellOutcome } from '../outcome.ts';
import { foreseen } from '../progress/foreseen.ts';
import { renderRun } from '../progress/outline.ts';
import { runAsJson } from '../progress/reporters.ts';
import { visible } from '../progress/width.ts';
import type { Session } from '../session.ts';
import { say } from '../terminal.ts';

interface Options {
  follow?: boolean;
  json?: boolean;
}

export const show: AddCommand = (program, cli) => {
  program
    .command('show')
    .description('Show a run: its outline with how every node stands, and how to go on.')
    .argument('<run>', 'RUN: number of today, id, part of an id, or last')
    .option('-f, --follow', 'stay until it has ended')
    .option('--json', 'the state as JSON; with --follow, events as JSON, one a line')
    .addHelpText('after', '\nExample\n  stagebook show last --follow')
    .action(cli.does((run: string, options: Options) => showRun(cli, run, options)));
};

async function showRun(cli: Cli, said: string, options: Options): Promise<number> {
  const session = await cli.open('look');
  const { client } = session;
  const { terminal } = cli;
  const { run } = await findRun(client, said);
  const state = await client.state(run);
  const isOver = state.endedAt !== undefined || state.status === 'suspended';
  // Without a host nothing goes on, so there is nothing to follow.
  if (options.follow && !isOver && session.remote) {
    return attendRun(cli, session, run, { json: options.json, wait: true, silent: true });
  }
  if (options.json) say(terminal, JSON.stringify(runAsJson(state)));
  else {
    const definition = await client.definition(run);
    const width = (terminal.out.columns ?? 100) - 1;
    for (const line of renderRun(state, definition, { width, now: Date.now(), color: terminal.color }))
      say(terminal, line);
    if (state.moved) {
      const { by, changes, gates } = state.moved;
      const { of } = titlesIn(definition);
      say(terminal, visible(`${by.name} had it go on with the edited page: ${movedText({ changes, gates }, of)}.`));
    }
    const foretold = state.dryRun ? foreseen(state, titlesIn(definition)) : [];
    tellOutcome(terminal, state, await client.requests(run), { doing: await waitOf(session, state), foretold });
    if (!isOver && !session.remote) say(terminal, `  Nothing hosts it now. Go on:  stagebook resume ${run}`);
  }
  return EXIT.ok;
}

/** That a run stands in line for a slot, and behind whom; undefined for any other. */
async function waitOf({ client, daemon }: Session, { run, status }: RunState): Promise<string | undefined> {
  const wait = status === 'running' ? slotWaits(daemon.database).get(run) : undefined;
  if (!wait) return undefined;
  const states = await Promise.all(wait.holders.map((holder) => client.state(holder)));
  const names = new Map(states.map((state) => [state.run, `#${state.number} ${state.title}`]));
  return slotPhrase(wait, (holder) => names.get(holder) ?? holder);
}
