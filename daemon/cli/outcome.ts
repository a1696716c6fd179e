import picocolors from 'picocolors';
import { lookAgainFrom } from '../../shared/run/look-again.ts';
import type { RunState } from '../../shared/run/state.ts';
import { EXIT } from './command.ts';
import { elapsed } from './progress/elapsed.ts';
import { visible } from './progress/width.ts';
import { say, type Terminal } from './terminal.ts';
import type { OpenRequest } from '../../shared/run/summary.ts';

/** The exit code that a run's state stands for. */
export function exitOf(state: RunState): number {
  switch (state.status) {
    case 'completed':
      return EXIT.ok;
    case 'waiting':
      return EXIT.waiting;
    case 'failed':
    case 'cancelled':
    case 'suspended':
      return EXIT.failed;
    case 'running':
    case 'cancelling':
      return EXIT.ok;
  }
}

/** What of a run is not in its state: what one that goes on does, if not running; what a dry run foretells. */
export interface OutcomeWords {
  doing?: string | undefined;
  foretold?: readonly string[];
}

/** What became of a run, and the commands by which one goes on. */
export function tellOutcome(
  terminal: Terminal,
  state: RunState,
  requests: readonly OpenRequest[],
  { doing = `is ${state.status}`, foretold = [] }: OutcomeWords = {},
): void {
  const colors = picocolors.createColors(terminal.color);
  const { run, failure, startedAt, endedAt } = state;
  const name = `${state.dryRun ? 'The dry run of ' : ''}${visible(state.title)} #${state.number} (${run})`;
  const took = elapsed((endedAt ?? Date.now()) - startedAt);
  say(terminal);
  switch (state.status) {
    case 'completed':
      if (state.dryRun) {
        say(terminal, `${colors.dim('○')} ${name} is over after ${took}. Nothing was done.`);
        break;
      }
      say(terminal, `${colors.green('●')} ${name} completed in ${took}.`);
      if (state.output !== undefined && state.output !== null)
        say(terminal, `  ${visible(JSON.stringify(state.output))}`);
      break;
    case 'failed':
    case 'suspended':
    case 'cancelled': {
      say(
        terminal,
        `${colors.red('⊗')} ${name} ${state.status} after ${took}.${state.dryRun ? ' Nothing was done.' : ''}`,
      );
      if (failure) say(terminal, `  ${failure.code}: ${visible(failure.message)}`);
      const from = lookAgainFrom(state);
      // On the record a gate's checks fail again: it has to be looked anew.
      if (from === undefined) say(terminal, `  Go on where it stopped:  stagebook resume ${run}`);
      else say(terminal, `  Look again:              stagebook resume ${run} --from ${from}`);
      say(terminal, `  Repeat from a node on:   stagebook resume ${run} --from NODE`);
      break;
    }
    case 'waiting':
      say(terminal, `${colors.yellow('◫')} ${name} waits for a person.`);
      for (const request of requests) say(terminal, `  ${waitingFor(request)}`);
      break;
    case 'running':
    case 'cancelling':
      say(terminal, `${name} ${visible(doing)}.`);
  }
  for (const line of foretold) say(terminal, `  ${line}`);
  if (state.graph && state.status !== 'running' && !state.dryRun) say(terminal, `  Its pages are in ${state.graph}`);
}

function waitingFor(request: OpenRequest): string {
  if (request.kind === 'sign-off') return `“${visible(request.title)}”:  stagebook approve ${request.run}`;
  const options = request.options ? ` (${request.options.map(visible).join(', ')})` : '';
  const because = request.because === undefined ? '' : ` (${visible(request.because)})`;
  return `“${visible(request.question)}”${options}${because}:  stagebook answer ${request.run} TEXT`;
}

/** After Ctrl-C: what stays, and how to go on. */
export function tellInterrupted(
  terminal: Terminal,
  state: { run: string; title: string; number: number },
  hosts: boolean,
): void {
  const name = `${visible(state.title)} #${state.number}`;
  const lines = hosts
    ? [`Interrupted. ${name} stays as it is; nothing that was done is lost.`, `  Go on:  stagebook resume ${state.run}`]
    : [
        `${name} goes on in the daemon.`,
        `  Watch it:  stagebook show ${state.run} --follow`,
        `  End it:    stagebook cancel ${state.run}`,
      ];
  for (const line of lines) terminal.err.write(`${line}\n`);
}
